"""What is told of a refinement: as JSON for programs, as a page for people.

`<name>_refined.json` is one flat table and two lists:

    version          1
    input, output    file names
    input_sha256     of the file that was read
    amount           0 to 1
    locks            texts, as given
    network_sha256   of the weights
    precision        as asked; absent in older reports, which is auto
    runtime          what ran the network, and in what precision
    software         who wrote it
    damage           sentences on what could not be read of the input
    faces            a table each: `bridge.refine.numbers.Numbers`, key by key
    spans            a table each: face (its subject), kind (gap, lost, repeat, pop),
                     first, last (frames from 0), timecode (of the first), seconds,
                     channels (empty: all), done (repaired, left), why
    guarded          a table each: face, channel, first, last, timecode, seconds, way
                     (bend: by as little as it took, filter: to an 8 Hz filter, input:
                     to what was recorded), why
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
    """What a refinement was made from: two that agree in all but names are one."""

    input_sha256: str
    amount: float
    locks: tuple[str, ...]
    network_sha256: str
    precision: str = "auto"
    """What runs the network must answer as the processor does, so it is not here."""


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
        made: from what.
        faces: one a face.
        names: of the input and the output file.
        software: who writes.
        runtime: what ran the network.
        damage: what could not be read of the input.
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
    """Return the report as text."""
    return json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def made_of(text: str) -> Made | None:
    """Return what a report says it was made from; None where it is no report."""
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
