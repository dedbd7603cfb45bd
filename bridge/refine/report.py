"""The report of a refinement as JSON for programs; `page` makes it an HTML page.

`<name>_refined.json` is one flat object with three lists of objects:

    version          1
    input, output    file names
    input_sha256     SHA-256 of the input file
    amount           0 to 1
    locks            the locked ranges as text
    network_sha256   SHA-256 of the weights
    precision        the requested precision; absent in older reports, meaning auto
    runtime          the runtime and precision that ran the network
    software         name and version of the program
    damage           sentences about what could not be read from the input
    faces            one for each face: the fields of `bridge.refine.numbers.Numbers`
    spans            one for each defect: face (its subject), kind (gap, lost, repeat,
                     pop), first, last (frames from 0), timecode (of the first),
                     seconds, channels (empty means all), done (repaired, left), why
    guarded          one for each correction of the event guard: face, channel, first,
                     last, timecode, seconds, way (bend: smallest change that keeps the
                     event, filter: replaced by an 8 Hz low-pass of the input, input:
                     replaced by the input), why
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from .face import RefinedFace
from .numbers import numbers_of

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Made:
    """The inputs of a refinement; two with equal inputs give the same result."""

    input_sha256: str
    amount: float
    locks: tuple[str, ...]
    network_sha256: str
    precision: str = "auto"
    """The runtime is not part of this, as all runtimes must match the processor."""


def report_of(
    made: Made,
    faces: Sequence[RefinedFace],
    *,
    names: tuple[str, str],
    software: str,
    runtime: str,
    damage: Sequence[str],
) -> dict[str, Any]:
    """Return the report.

    Args:
        made: the inputs of the refinement.
        faces: one for each face.
        names: names of the input and the output file.
        software: name and version of this program.
        runtime: the runtime that ran the network.
        damage: sentences about what could not be read from the input.
    """
    return {
        "version": VERSION,
        "input": names[0],
        "output": names[1],
        "input_sha256": made.input_sha256,
        "amount": made.amount,
        "locks": list(made.locks),
        "network_sha256": made.network_sha256,
        "precision": made.precision,
        "runtime": runtime,
        "software": software,
        "damage": list(damage),
        "faces": [asdict(numbers_of(face)) for face in faces],
        "spans": [row for face in faces for row in _spans(face)],
        "guarded": [row for face in faces for row in _guarded(face)],
    }


def as_json(report: dict[str, Any]) -> str:
    """Return the report as JSON text."""
    return json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def made_of(text: str) -> Made | None:
    """Return the inputs that a report names; None if the text is not a report."""
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            return None
        return Made(
            str(told["input_sha256"]),
            float(told["amount"]),
            tuple(map(str, told["locks"])),
            str(told["network_sha256"]),
            str(told.get("precision", "auto")),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _spans(face: RefinedFace) -> list[dict[str, Any]]:
    take = face.before
    return [
        {
            "face": take.subject,
            "kind": span.kind,
            "first": span.first,
            "last": span.last,
            "timecode": str(take.timecodes[span.first]),
            "seconds": _since(face, span.first),
            "channels": list(span.channels),
            "done": span.done,
            "why": span.why,
        }
        for span in face.refined.spans
    ]


def _guarded(face: RefinedFace) -> list[dict[str, Any]]:
    return [
        {
            "face": face.before.subject,
            "channel": each.channel,
            "first": each.first,
            "last": each.last,
            "timecode": str(face.before.timecodes[each.first]),
            "seconds": _since(face, each.first),
            "way": each.fallback,
            "why": each.why,
        }
        for each in face.refined.guarded
    ]


def _since(face: RefinedFace, frame: int) -> float:
    at = face.before.captured_ns
    return round(float(at[frame] - at[0]) / 1e9, 4)
