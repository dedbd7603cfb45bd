"""Read the rows of a Live Link Face CSV as numbers, and sort out lines that are not
rows."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from protocols.arrays import Floats, Ints, Mask, Numbers
from protocols.errors import DecodeError
from protocols.livelink import CURVES
from protocols.wording import counted

from .livelink_fields import FASTEST, Columns, clock, frame_rate, is_header
from .livelink_left_out import BrokenRow, LeftOut, Why
from .livelink_text import Table, is_comment, split


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows that can be read, n of them, in the order of the file."""

    lines: Ints
    """(n,) line numbers, from 1."""
    seconds: Ints
    """(n,) HH:MM:SS of the timecode, in seconds."""
    frames: Numbers
    """(n,) FF.fff of the timecode."""
    values: Floats
    """(n, 61) in `CURVES` order and in the file's units; NaN if no face was seen."""
    semicolon: bool
    """True if a semicolon stands before the frames: drop-frame."""
    rate: Fraction | None
    """The rate in the FrameRate column."""

    def only(self, kept: Mask) -> Rows:
        """Return some of the rows."""
        if kept.all():
            return self
        return Rows(
            self.lines[kept],
            self.seconds[kept],
            self.frames[kept],
            self.values[kept],
            self.semicolon,
            self.rate,
        )


def read_rows(table: Table, left_out: LeftOut) -> tuple[Rows, tuple[str, ...]]:
    """Read everything below the header; return the rows and notes about them.

    Args:
        table: its rows are read to the end.
        left_out: records every broken row.

    Raises:
        DecodeError: there is no row, most are broken, or FrameRate is never a rate.
    """
    columns = table.columns
    lines, seconds, frames, values = array("q"), array("q"), array("d"), array("f")
    marks = 0
    beside: list[int] = []
    again: list[int] = []
    rates = _Rates(columns.frame_rate is not None)
    text, row, line = "", [""], 0
    for line, text in table.rows:
        row = split(text, table.separator)
        try:
            second, frame, mark = clock(_time(row, columns, table.separator))
            numbers = columns.values(row)
        except BrokenRow as error:
            if not any(field.strip() for field in row):
                continue
            if is_comment(text):
                beside.append(line)
            elif is_header(row):
                # Several files were joined; the columns may be in other places from
                # here on.
                columns = Columns.of(row, line)
                again.append(line)
            else:
                left_out.add(line, error.why, str(error))
            continue
        rates.look(row, columns.frame_rate, line)
        lines.append(line)
        seconds.append(second)
        frames.append(frame)
        marks += mark
        values.extend(numbers)
    ends = text.endswith(("\n", "\r"))
    # The writer may have ended within the last number, and the rest is still a number.
    if lines and lines[-1] == line and not ends and columns.is_cut(row):
        detail = f"its last value is {row[-1]!r:.40}, with fewer digits than the others"
        left_out.add(lines.pop(), Why.SHORT, detail)
    left_out.check(len(lines))
    count = len(lines)
    table_of = np.frombuffer(values, np.float32).reshape(-1, len(CURVES))
    rows = Rows(
        np.array(lines, dtype=np.int64),
        np.array(seconds, dtype=np.int64)[:count],
        np.array(frames, dtype=np.float64)[:count],
        table_of[:count],
        2 * marks > count,
        rates.rate(),
    )
    return rows, _notes(beside, again)


class _Rates:
    """Looks for the first valid FrameRate."""

    def __init__(self, expected: bool) -> None:
        self._expected = expected
        self._found: Fraction | None = None
        self._error = ""

    def look(self, row: list[str], at: int | None, line: int) -> None:
        if at is None or self._found is not None:
            return
        text = row[at].strip()[:40] if at < len(row) else ""
        self._found = frame_rate(text)
        self._error = self._error or (
            f"csv: line {line}: FrameRate {text!r}, expected a number of frames a "
            f"second from 1 to {FASTEST}"
        )

    def rate(self) -> Fraction | None:
        """Return the rate, None without such a column; raise DecodeError if none is
        valid."""
        if self._expected and self._found is None:
            raise DecodeError(self._error)
        return self._found


def _time(row: list[str], columns: Columns, separator: str) -> str:
    """Return the field with the timecode."""
    at = columns.time
    if at >= len(row):
        raise columns.short(row)
    parted = separator == ";" and row[at].count(":") == 2 and ";" not in row[at]
    if parted and at + 1 < len(row):
        # The timecode is drop-frame and not in quotes, so its semicolon separated it.
        row[at : at + 2] = [f"{row[at]};{row[at + 1]}"]
    return row[at]


def _notes(beside: list[int], again: list[int]) -> tuple[str, ...]:
    notes = []
    if beside:
        where = "in" if len(beside) == 1 else "the first in"
        notes.append(
            f"skipped {counted(len(beside), 'comment')}, {where} line {beside[0]}"
        )
    if again:
        where = "in" if len(again) == 1 else "the first in"
        times = "once" if len(again) == 1 else f"{len(again)} times"
        notes.append(f"the header is repeated {times}, {where} line {again[0]}")
    return tuple(notes)
