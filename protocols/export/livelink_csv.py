"""Live Link Face's CSV: the phone writes it and Unreal's importer reads it.

    Timecode,BlendShapeCount,EyeBlinkLeft,...,TongueOut,HeadYaw,...,RightEyeRoll
    19:16:29:35.273,61,0.0123456789,...

Timecode is HH:MM:SS:FF and a fraction of a frame; FF counts at 60 per second even if
the phone records at 30. The 61 values are those of the wire (`protocols.livelink`),
angles in radians. Unreal needs the first two columns in this place, the same number of
fields in every row, and assumes 60 frames per second. `encode` writes exactly that.

`decode` also reads what other programs make of it: other separators and encodings
(`livelink_text`), columns in any order (`livelink_fields`), other meanings of the
timecode (`livelink_clock`, `livelink_subframes`), other units (`livelink_units`) and
clocks that were set back (`livelink_order`). A broken row is left out
(`livelink_left_out`). The notes describe everything that differs from the phone's
format. A row whose count is 0, or whose values are empty or NaN, is a frame without a
face.

The format has no head position, no bones except head and eyes, no confidence, and no
mark that Unreal knows for a frame without a face.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats
from protocols.errors import DecodeError
from protocols.livelink import CURVES
from protocols.timecode import NS_PER_S, Timecode

from .livelink_clock import STRAY, Clock, Told, frames_of, read_clock
from .livelink_left_out import LeftOut, Why
from .livelink_order import Order, in_order
from .livelink_rows import Rows, read_rows
from .livelink_text import open_table
from .livelink_units import read_units


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A file's rows, n of them, at least 1."""

    values: Floats
    """(n, 61) in `CURVES` order; a row without a face is all NaN."""
    times: tuple[Timecode, ...]
    elapsed_ns: npt.NDArray[np.int64]
    """(n,) from 0, rising; continues past midnight."""
    notes: tuple[str, ...]
    """What was repaired, made up or left out, one sentence each."""


def decode(data: bytes, rate: Fraction | None = None) -> Sheet:
    """Parse one file.

    Args:
        data: UTF-8 or UTF-16, with or without a byte order mark.
        rate: frames per second that FF counts; None finds it in the file.

    Raises:
        DecodeError: naming the line or the column: the file has no such header, or more
            than half of its rows are broken; nothing else is ever raised.
    """
    table = open_table(data)
    left_out = LeftOut()
    rows, row_notes = read_rows(table, left_out)
    units = read_units(rows.values)
    left_out.take(rows.lines[units.beyond], Why.RANGE, units.detail)
    rows = replace(rows, values=units.values).only(~units.beyond)
    left_out.check(len(rows.lines))
    told = Told(rate, rows.rate, rows.semicolon, table.columns.by_plugin)
    clock = read_clock(rows.seconds, rows.frames, told)
    rows, clock = _countable(rows, clock, left_out)
    order = in_order(clock.since_ns(), clock.day_ns)
    left_out.take(
        rows.lines[order.late], Why.LATE, "expected later than the row before"
    )
    left_out.check(len(order.kept))
    values = rows.values[order.kept]
    values[~np.isfinite(values).all(axis=1)] = np.nan
    num, den = clock.rate.numerator, clock.rate.denominator
    return Sheet(
        values,
        tuple(
            Timecode(frame, part, num, den)
            for frame, part in zip(
                clock.frames[order.kept].tolist(),
                clock.parts[order.kept].tolist(),
                strict=True,
            )
        ),
        order.elapsed_ns,
        (
            *table.notes,
            *table.columns.notes,
            *row_notes,
            *clock.notes,
            *units.notes,
            *_set_back(rows, order),
            *left_out.sentences(),
        ),
    )


def encode(
    values: Floats, times: Iterable[Timecode], columns: Sequence[str] = CURVES
) -> Iterator[str]:
    """Yield the file's text, one row at a time.

    Args:
        values: (n, 61) in the order of `columns`, finite.
        times: n, at any rate; written at 60 frames per second, to a thousandth of a
            frame.
        columns: the 61 names of `CURVES` in any order.
    """
    yield ",".join(["Timecode", "BlendShapeCount", *columns]) + "\n"
    line = f"%s,{len(CURVES)}," + ",".join(["%.10f"] * len(CURVES)) + "\n"
    for row, time in zip(values, times, strict=True):
        yield line % (_clock(time), *row.tolist())


def _countable(rows: Rows, clock: Clock, left_out: LeftOut) -> tuple[Rows, Clock]:
    """Leave out the rows whose frame number is too high for the rate."""
    if clock.fits.all():
        return rows, clock
    first = int(clock.fits.argmin())
    detail = (
        f"frame number {int(rows.frames[first])}, expected frames below "
        f"{frames_of(clock.rate)}"
    )
    high = rows.lines[~clock.fits]
    if len(high) > STRAY * len(clock.fits):
        # Too many rows would be left out, and the remaining times would be wrong.
        share = f"{len(high)} of {len(clock.fits)} rows have such a number"
        raise DecodeError(f"csv: line {high[0]}: {detail}; {share}")
    left_out.take(high, Why.FRAME, detail)
    left_out.check(int(clock.fits.sum()))
    return rows.only(clock.fits), clock.only(clock.fits)


def _set_back(rows: Rows, order: Order) -> tuple[str, ...]:
    """Return the note about a clock that was set back."""
    if not order.back:
        return ()
    row, by_ns = order.back[0]
    seconds = by_ns / NS_PER_S
    length = (
        f"{seconds:.2f} s" if seconds < 60 else str(timedelta(seconds=int(seconds)))
    )
    where = f"by {length} in line {rows.lines[row]}"
    times = "once" if len(order.back) == 1 else f"{len(order.back)} times"
    first = where if len(order.back) == 1 else f"first {where}"
    return (
        f"the clock goes back {times}, {first}: the frames from there on follow at the "
        "usual step",
    )


def _clock(time: Timecode) -> str:
    """Return HH:MM:SS:FF.fff at 60 frames per second, wrapped at midnight."""
    per_frame = Fraction(60_000 * time.rate_den, time.rate_num)
    steps = round((time.frame + time.subframe) * float(per_frame))
    seconds, steps = divmod(steps % (86_400 * 60_000), 60_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    frame, part = divmod(steps, 1000)
    return f"{hours:02}:{minutes:02}:{seconds:02}:{frame:02}.{part:03}"
