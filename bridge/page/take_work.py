"""Long work on takes, for a process of its own: trim, refine, export.

Every result is a new file beside the take; nothing is overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bridge.errors import TakeError
from bridge.takes.copy import trim
from bridge.takes.exported import SUFFIXES, Format, export_take
from bridge.takes.free_names import free_path, path_of_each
from bridge.takes.read import read_recording
from bridge.takes.store import SUFFIX
from engines.runtime.weights import FOLDER
from protocols.wording import counted, shown

from .child import Progress


@dataclass(frozen=True, slots=True)
class Trim:
    """Cut a take."""

    path: Path
    begin: float
    """Seconds after the first frame."""
    end: float


@dataclass(frozen=True, slots=True)
class Refine:
    """Refine a take."""

    path: Path
    amount: float
    """0 to 1."""


@dataclass(frozen=True, slots=True)
class Export:
    """Write a take for another program."""

    path: Path
    kind: Format


@dataclass(frozen=True, slots=True)
class Written:
    """New files, and a sentence about them."""

    files: tuple[str, ...]
    """Names in the folder of the take."""
    sentence: str


def trim_take(wanted: Trim, progress: Progress) -> Written:
    """Write `NAME_trimmed.mcap`.

    Raises:
        TakeError: no frame lies in the range, or a file cannot be read or written.
    """
    out = free_path(wanted.path, "_trimmed", SUFFIX)
    copied = trim(wanted.path, out, wanted.begin, wanted.end)
    told = f"{out.name}: {counted(copied.frames, 'frame')} of {wanted.path.name}"
    return Written((out.name,), "; ".join([told, *copied.damage]))


def refine_take(wanted: Refine, progress: Progress) -> Written:
    """Write `NAME_refined.mcap` and its report, or name what was made before.

    Raises:
        BridgeError: as for `refine_file`.
    """
    # Imported here, so that a trim loads neither ONNX Runtime nor SciPy.
    from bridge.refine.job import Job, refine_file
    from bridge.refine.locks import Locks

    path = wanted.path
    job = Job(path, path.parent, wanted.amount, Locks(), FOLDER)
    outcome = refine_file(job, progress)
    told = "; ".join(outcome.told.splitlines())
    if outcome.output is None:
        raise TakeError(f"{path.name}: {told}")
    return Written((outcome.output.name,), f"{outcome.output.name}: {told}")


def export_takes(wanted: Export, progress: Progress) -> Written:
    """Write a file for each face of a take.

    Raises:
        TakeError: a file cannot be read or written.
    """
    takes = read_recording(wanted.path).takes
    subjects = [take.subject for take in takes]
    suffix = SUFFIXES[wanted.kind]
    names: list[str] = []
    notes: list[str] = []
    for take, usual in zip(
        takes, path_of_each(wanted.path.with_suffix(suffix), subjects), strict=True
    ):
        out = free_path(usual, "", suffix) if usual.exists() else usual
        notes += export_take(take, wanted.kind, out)
        names.append(out.name)
        progress(1.0 / len(takes))
    told = f"wrote {', '.join(names)}"
    return Written(tuple(names), "; ".join([told, *dict.fromkeys(map(shown, notes))]))
