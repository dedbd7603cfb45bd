"""The fields of a Live Link Face CSV: columns by name, timecode, frame rate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.livelink import CURVES
from protocols.timecode import Timecode

RATE: Final = Fraction(60)
"""Frames a second that FF counts at, unless the file says otherwise."""
FASTEST: Final = 1000
"""Frames a second."""

_TIME: Final = "timecode"
_COUNT: Final = "blendshapecount"
_FRAME_RATE: Final = "framerate"
_CLOCK: Final = re.compile(r"([0-9]{1,3}):([0-9]{1,2}):([0-9]{1,2}):([0-9.]{1,20})")
_NAMED_RATE: Final = re.compile(
    r"([0-9]{1,6})(?:\.([0-9]{1,6}))?(?:/([0-9]{1,6}))?(?: ?fps)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row everything stands, as the header has it."""

    time: int
    count: int
    frame_rate: int | None
    curves: tuple[int | None, ...]
    """In `CURVES` order; None where there is no such column."""
    notes: tuple[str, ...]
    """What is made up or left out."""

    @classmethod
    def of(cls, header: list[str]) -> Columns:
        """Find the columns by name; raise DecodeError where one is missing."""
        names = [name.lower() for name in header]
        wanted = [_TIME, _COUNT, *(curve.lower() for curve in CURVES)]
        needed = wanted[: 2 + len(ARKIT)]
        if not any(names):
            raise DecodeError("csv: no header, expected Timecode,BlendShapeCount,...")
        for name in wanted:
            if names.count(name) > 1:
                raise DecodeError(f"csv: line 1: two columns {name}")
        missing = [name for name in needed if name not in names]
        if missing:
            more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            raise DecodeError(
                f"csv: line 1: no column {', '.join(missing[:3])}{more}; expected the "
                "header of a Live Link Face take"
            )
        notes = []
        absent = [curve for curve in CURVES if curve.lower() not in names]
        if absent:
            notes.append(f"no columns {', '.join(absent)}: those angles are 0")
        known = {*wanted, _FRAME_RATE, ""}
        others = [
            kept for kept, name in zip(header, names, strict=True) if name not in known
        ]
        if others:
            shown = ", ".join(repr(name[:40]) for name in others[:5])
            more = ", ..." if len(others) > 5 else ""
            notes.append(f"left out {len(others)} other columns: {shown}{more}")
        place = {name: at for at, name in enumerate(names)}
        return cls(
            place[_TIME],
            place[_COUNT],
            place.get(_FRAME_RATE),
            tuple(place.get(curve.lower()) for curve in CURVES),
            tuple(notes),
        )


def field(row: list[str], at: int, line: int) -> str:
    """Return a field; raise DecodeError where the row is too short."""
    if at >= len(row):
        raise DecodeError(f"csv: line {line}: {len(row)} fields, fewer than the header")
    return row[at]


def timecode(text: str, rate: Fraction, line: int) -> Timecode:
    """Return the instant of HH:MM:SS:FF.fff, or raise DecodeError."""
    found = _CLOCK.fullmatch(text.strip())
    nominal = -(-rate.numerator // rate.denominator)
    try:
        if found is None:
            raise ValueError
        hours, minutes, seconds = (int(part) for part in found.groups()[:3])
        frames = float(found[4])
        if minutes > 59 or seconds > 59 or not frames < nominal:
            raise ValueError
    except ValueError:
        raise DecodeError(
            f"csv: line {line}: timecode {text[:40]!r}, expected HH:MM:SS:FF.fff with "
            f"frames below {nominal}"
        ) from None
    whole, part = divmod(frames, 1.0)
    # A phone that counts from its start may have been on for days.
    at = ((hours % 24 * 60 + minutes) * 60 + seconds) * nominal + int(whole)
    return Timecode(at, part, rate.numerator, rate.denominator)


def file_rate(row: list[str], columns: Columns, line: int) -> Fraction:
    """Return what FF counts at, as the file's FrameRate says."""
    if columns.frame_rate is None:
        return RATE
    text = field(row, columns.frame_rate, line).strip()
    found = _NAMED_RATE.fullmatch(text)
    rate = Fraction(0)
    if found is not None and int(found[3] or 1):
        whole, digits, under = found.groups()
        rate = Fraction(f"{whole}.{digits or 0}") / int(under or 1)
        # 29.97 is how 30000/1001 is written for short.
        broadcast = Fraction(1000, 1001) * -(-rate.numerator // rate.denominator)
        if digits and abs(rate - broadcast) < Fraction(1, 100):
            rate = broadcast
    if not 1 <= rate <= FASTEST:
        raise DecodeError(
            f"csv: line {line}: FrameRate {text[:40]!r}, expected a number of frames a "
            f"second from 1 to {FASTEST}"
        )
    return rate
