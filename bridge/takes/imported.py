"""Imports takes of other programs from their files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.errors import TakeError
from protocols.channels import EXPRESSIONS, WEIGHTS_SLICE, unit
from protocols.errors import DecodeError
from protocols.export.livelink_csv import decode
from protocols.export.livelink_values import vectors_of
from protocols.wording import counted

from .take import About, Recording, Take
from .write import software

ROUNDING: Final = 1e-4
"""A weight this close outside 0 to 1 is a rounding error; it is clamped silently."""

_PHONE: Final = re.compile(
    r"(?P<slate>.+)_(?P<number>[0-9]{1,6})_(?P<device>[^_]+)"
    r"(?:_(?:cal|raw|neutral))?"
)
"""How Live Link Face names its files: MySlate_3_iPhone_cal.csv."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A recording from another program."""

    recording: Recording
    notes: tuple[str, ...]
    """One sentence for each thing that was repaired, filled in or left out."""


def import_csv(
    path: Path, subject: str | None = None, rate: Fraction | None = None
) -> Imported:
    """Read a take of Live Link Face.

    Frames without a face hold the last pose, or the neutral pose if none came before.
    Time starts at 0; timecodes stay as they are.

    Args:
        path: the CSV.
        subject: the actor's name; None uses the phone's name from the file name, or
            the whole file name if it has none.
        rate: frame rate of the timecodes; see `decode`.

    Raises:
        TakeError: the file cannot be read, or is not a Live Link Face CSV.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TakeError(f"{path}: cannot be read ({error.strerror or error})") from None
    return import_table(data, path, subject, rate)


def import_table(
    data: bytes, path: Path, subject: str | None, rate: Fraction | None
) -> Imported:
    """Read a take from the contents of a CSV.

    Args:
        data: the contents.
        path: where they come from; its name may tell slate, number and actor.
        subject: as for `import_csv`.
        rate: as for `import_csv`.

    Raises:
        TakeError: it is not a Live Link Face CSV.
    """
    try:
        sheet = decode(data, rate)
    except DecodeError as error:
        raise TakeError(f"{path}: {error}") from None
    tracked = ~np.isnan(sheet.values[:, 0])
    vectors = vectors_of(_held(sheet.values, tracked))
    weights = vectors[:, WEIGHTS_SLICE]
    off = (weights < -ROUNDING) | (weights > 1.0 + ROUNDING)
    beyond = int(off.any(axis=1).sum())
    vectors[:, WEIGHTS_SLICE] = unit(weights)
    notes = list(sheet.notes)
    if not tracked.all():
        held = len(tracked) - int(tracked.sum())
        notes.append(
            f"{held} of {len(tracked)} frames have no face; they hold the last pose"
        )
    if beyond:
        have = "has" if beyond == 1 else "have"
        notes.append(
            f"{counted(beyond, 'frame')} {have} weights outside 0 to 1; clamped"
        )
    named = _PHONE.fullmatch(path.stem)
    take = Take(
        subject=subject or (named["device"] if named else path.stem),
        captured_ns=sheet.elapsed_ns,
        index=np.arange(len(tracked), dtype=np.int64),
        vectors=vectors,
        expressions=np.zeros((len(tracked), len(EXPRESSIONS)), np.float32),
        confidence=tracked.astype(np.float32),
        tracked=tracked,
        timecodes=sheet.times,
    )
    about = About(
        slate=named["slate"] if named else path.stem,
        number=int(named["number"]) if named else 1,
        software=software(),
        origin=f"imported from {path.name}",
        notes="\n".join(notes),
    )
    return Imported(Recording(about, (take,)), tuple(notes))


def _held(
    values: npt.NDArray[np.float32], tracked: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Return the rows; those without a face repeat the last row with one, or are 0."""
    last = np.maximum.accumulate(np.where(tracked, np.arange(len(tracked)), -1))
    return np.where((last < 0)[:, None], np.float32(0.0), values[np.maximum(last, 0)])
