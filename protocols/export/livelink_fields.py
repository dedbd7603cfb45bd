"""Read the fields of a Live Link Face CSV: columns, timecode, frame rate, values."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import Final

from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.livelink import CURVES
from protocols.wording import counted

from .livelink_left_out import BrokenRow, Why

RATE: Final = Fraction(60)
"""Frames per second that FF counts, unless the file says otherwise."""
FASTEST: Final = 1000
"""Highest frames per second."""

_TIME: Final = "timecode"
_COUNTS: Final = ("blendshapecount", "numproperties")
"""Names of the column with the number of values in a row: the phone's, and that of a
plugin that records inside Unreal."""
_FRAME_RATE: Final = "framerate"
_WANTED: Final = (_TIME, *(curve.lower() for curve in CURVES))
_NEEDED: Final = _WANTED[: 1 + len(ARKIT)]
_KNOWN: Final = frozenset((*_WANTED, *_COUNTS, _FRAME_RATE))
_CLOCK: Final = re.compile(
    r"\s*([0-9]{1,3})[:;]([0-9]{1,2})[:;]([0-9]{1,2})([:;])([0-9.,]{1,20})\s*"
)
_NAMED_RATE: Final = re.compile(
    r"([0-9]{1,6})(?:\.([0-9]{1,6}))?(?:/([0-9]{1,6}))?(?: ?fps)?", re.IGNORECASE
)
_NO_FACE: Final = array("f", [float("nan")] * len(CURVES))


@dataclass(frozen=True, slots=True)
class Columns:
    """The place of every column in a row, from the header."""

    width: int
    """Number of names in the header, empty ones too."""
    time: int
    count: int | None
    """None if the file does not say how many values a row has."""
    frame_rate: int | None
    curves: tuple[int | None, ...]
    """In `CURVES` order; None if there is no such column."""
    by_plugin: bool
    """A plugin inside Unreal wrote the file: the count is called NumProperties."""
    notes: tuple[str, ...]
    """What is made up or left out."""
    _pick: Callable[[list[str]], tuple[str, ...]] | None
    """Reads the values of a row at once, if no column is absent."""

    @classmethod
    def of(cls, header: list[str], line: int) -> Columns:
        """Find the columns by name; raise DecodeError if one is missing."""
        names = [_plain(name) for name in header]
        for name in _WANTED:
            if names.count(name) > 1:
                raise DecodeError(f"csv: line {line}: two columns {name}")
        missing = [name for name in _NEEDED if name not in names]
        if missing:
            more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            raise DecodeError(
                f"csv: line {line}: no column {', '.join(missing[:3])}{more}; expected "
                "the header of a Live Link Face take"
            )
        # If two columns that are not needed share a name, the first is used.
        place = {name: at for at, name in reversed(list(enumerate(names)))}
        counts = [name for name in _COUNTS if name in place]
        curves = tuple(place.get(curve.lower()) for curve in CURVES)
        pick = None if None in curves else itemgetter(*curves)
        return cls(
            len(header),
            place[_TIME],
            place[counts[0]] if counts else None,
            place.get(_FRAME_RATE),
            curves,
            counts[:1] == [_COUNTS[1]],
            _notes(header, names),
            pick,
        )

    def values(self, row: list[str]) -> array[float]:
        """Return a row's 61 values, all NaN if no face was seen.

        Raises:
            BrokenRow: the row is cut short or has a field that is not a number.
        """
        if len(row) > self.width and any(field.strip() for field in row[self.width :]):
            detail = f"{len(row)} fields, and the header has {self.width}"
            if len(row) > self.width + len(ARKIT):
                detail += "; decimal commas cannot be told from those between fields"
            raise BrokenRow(Why.LONG, detail)
        if self.count is not None:
            try:
                if not _number(row[self.count], "the count of blend shapes") > 0.0:
                    return _NO_FACE
            except IndexError:
                raise self.short(row) from None
        if "_" in "".join(row):
            # Python reads 1_0 as 10.
            return self._read_one_by_one(row)
        try:
            if self._pick is not None:
                return array("f", map(float, self._pick(row)))
            return array(
                "f", [0.0 if at is None else float(row[at]) for at in self.curves]
            )
        except IndexError:
            raise self.short(row) from None
        except ValueError:
            return self._read_one_by_one(row)

    def is_cut(self, row: list[str]) -> bool:
        """Return True if a row's last value has fewer digits than all others."""
        last = len(row) - 1
        places = [at for at in self.curves if at is not None and at < last]
        others = {_digits(row[at]) for at in places}
        return (
            last in self.curves
            and len(others) == 1
            and _digits(row[last]) < others.pop()
        )

    def _read_one_by_one(self, row: list[str]) -> array[float]:
        if any(at is not None and at >= len(row) for at in self.curves):
            raise self.short(row)
        texts = ["0" if at is None else row[at] for at in self.curves]
        if not any(text.strip() for text in texts):
            return _NO_FACE
        return array("f", map(_number, texts, CURVES))

    def short(self, row: list[str]) -> BrokenRow:
        """Return the error for a row that ends too early."""
        return BrokenRow(
            Why.SHORT, f"{len(row)} fields, and the header has {self.width}"
        )


def known_names(row: list[str]) -> int:
    """Return how many fields are names of columns."""
    return sum(_plain(name) in _KNOWN for name in row)


def is_header(row: list[str]) -> bool:
    """Return True for a row with at least half of the required names."""
    return known_names(row) >= len(_NEEDED) // 2


def clock(text: str) -> tuple[int, float, bool]:
    """Return the parts of HH:MM:SS:FF.fff.

    Returns:
        Seconds since midnight, frames with their fraction, and True if a semicolon
        stands before the frames, which marks drop-frame timecode.

    Raises:
        BrokenRow: the text is not a timecode.
    """
    found = _CLOCK.fullmatch(text)
    if found is not None:
        hours, minutes, seconds, sign, digits = found.groups()
        try:
            frames = float(digits)
        except ValueError:
            frames = _or_comma(digits)
        minute, second = int(minutes), int(seconds)
        if minute <= 59 and second <= 59 and 0.0 <= frames < FASTEST:
            # The hours may exceed 24: a phone that counts from its start may have run
            # for days.
            return (int(hours) % 24 * 60 + minute) * 60 + second, frames, sign == ";"
    raise BrokenRow(
        Why.TIME, f"timecode {text.strip()[:40]!r}, expected HH:MM:SS:FF.fff"
    )


def frame_rate(text: str) -> Fraction | None:
    """Return the rate of a FrameRate field; None if it is not a rate."""
    found = _NAMED_RATE.fullmatch(text.strip())
    if found is None or not int(found[3] or 1):
        return None
    whole, digits, under = found.groups()
    rate = Fraction(f"{whole}.{digits or 0}") / int(under or 1)
    # 29.97 is the usual short form of 30000/1001.
    broadcast = Fraction(1000, 1001) * -(-rate.numerator // rate.denominator)
    if digits and abs(rate - broadcast) < Fraction(1, 100):
        rate = broadcast
    return rate if 1 <= rate <= FASTEST else None


def _number(text: str, name: str) -> float:
    """Return a field's number, with a decimal point or comma; else raise BrokenRow."""
    try:
        # Python reads 1_0 as 10.
        number = float("nan") if "_" in text else float(text)
    except ValueError:
        number = _or_comma(text)
    # Infinity counts as a number, and is reported later as out of range.
    if number != number and text.strip().lower() != "nan":
        shown = repr(text.strip()[:40]) if text.strip() else "empty"
        raise BrokenRow(Why.NUMBER, f"{name} is {shown}, expected a number")
    return number


def _or_comma(text: str) -> float:
    """Return the number with a decimal comma; NaN if it is not a number."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _plain(name: str) -> str:
    """Return a column's name for comparison: without case, spaces and underscores."""
    return "".join(name.strip("\ufeff").split()).replace("_", "").lower()


def _digits(text: str) -> int:
    return len(text.strip().replace(",", ".").partition(".")[2])


def _notes(header: list[str], names: list[str]) -> tuple[str, ...]:
    notes = []
    absent = [curve for curve in CURVES if curve.lower() not in names]
    if len(absent) == 1:
        notes.append(f"no column {absent[0]}: that angle is 0")
    elif absent:
        notes.append(f"no columns {', '.join(absent)}: those angles are 0")
    others = [
        kept.strip()
        for kept, name in zip(header, names, strict=True)
        if name and name not in _KNOWN
    ]
    if others:
        shown = ", ".join(repr(name[:40]) for name in others[:5])
        more = ", ..." if len(others) > 5 else ""
        notes.append(f"left out {counted(len(others), 'other column')}: {shown}{more}")
    return tuple(notes)
