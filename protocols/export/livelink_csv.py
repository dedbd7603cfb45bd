"""Live Link Face's CSV: what the phone writes and Unreal's importer takes.

    Timecode,BlendShapeCount,EyeBlinkLeft,...,TongueOut,HeadYaw,...,RightEyeRoll
    19:16:29:35.273,61,0.0123456789,...

Timecode is HH:MM:SS:FF and a fraction of a frame; FF counts at 60 a second even where
the phone records at 30. The 61 values are those of the wire (`protocols.livelink`),
angles in radians. Unreal wants the first two columns where they are, as many fields in
every row, and takes the frames to be 60 a second, so that is what `encode` writes.

`decode` finds columns by name, for the phone has moved some (JawRight before JawLeft)
and has spelt the second one BlendshapeCount too. It takes Unreal's own dialect as well:
", " between fields, CRLF, a FrameRate column that says what FF counts at. Columns of
angles may be absent, any others are left out, and all that is named in the notes. A row
whose count is 0, or whose values are empty or NaN, is a frame without a face.

The format holds no head position, no bones but head and eyes, no confidence, and has no
mark that Unreal knows for a frame without a face.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.errors import DecodeError
from protocols.livelink import CURVES
from protocols.timecode import NS_PER_DAY, Timecode

from .livelink_fields import Columns, field, file_rate, timecode

Floats = npt.NDArray[np.float32]

MOST: Final = 1000.0
"""No value is further from 0: weights are 0 to 1, angles radians."""
REPAIRABLE: Final = 0.02
"""Share of the rows whose time may fail to rise; beyond it the file is refused."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A file's rows, n of them, 1 at least."""

    values: Floats
    """(n, 61) in `CURVES` order; a row without a face is all NaN."""
    times: tuple[Timecode, ...]
    elapsed_ns: npt.NDArray[np.int64]
    """(n,) from 0, rising; goes on past midnight."""
    notes: tuple[str, ...]
    """What was repaired, made up or left out, a sentence each."""


def decode(data: bytes, rate: Fraction | None = None) -> Sheet:
    """Parse one file.

    Args:
        data: UTF-8, with a byte order mark or without.
        rate: what FF counts at; None takes the FrameRate column, and 60 without one.

    Raises:
        DecodeError: naming the line or the column; nothing else is ever raised.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DecodeError(f"csv: no UTF-8 text, at byte {error.start}") from None
    # Not splitlines: it also splits at signs that a name may hold.
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        columns = Columns.of(header)
        return _rows(reader, columns, rate)
    except csv.Error as error:
        raise DecodeError(f"csv: line {reader.line_num}: {error}") from None


def encode(values: Floats, times: Iterable[Timecode]) -> Iterator[str]:
    """Yield the file's text, a row at a time.

    Args:
        values: (n, 61) in `CURVES` order, finite.
        times: n, at any rate; written at 60 frames a second to a thousandth of one.
    """
    yield ",".join(["Timecode", "BlendShapeCount", *CURVES]) + "\n"
    line = f"%s,{len(CURVES)}," + ",".join(["%.10f"] * len(CURVES)) + "\n"
    for row, time in zip(values, times, strict=True):
        yield line % (_clock(time), *row.tolist())


def _rows(
    reader: Iterable[list[str]], columns: Columns, rate: Fraction | None
) -> Sheet:
    """Read everything below the header."""
    values: list[list[float] | None] = []
    times: list[Timecode] = []
    elapsed: list[int] = []
    late: list[int] = []
    before = 0
    base = rate
    line = 1
    for line, row in enumerate(reader, start=2):
        if not any(row):
            continue
        if base is None:
            base = file_rate(row, columns, line)
        time = timecode(field(row, columns.time, line), base, line)
        since = round(1e9 * (time.frame + time.subframe) / base)
        # Half a day back is midnight, half a day on a step back across it.
        passed = (since - before + NS_PER_DAY // 2) % NS_PER_DAY - NS_PER_DAY // 2
        if elapsed and passed <= 0:
            late.append(line)
            continue
        at = elapsed[-1] + passed if elapsed else since
        before = since
        elapsed.append(at)
        times.append(time)
        values.append(_values(row, columns, line))
    if not times:
        raise DecodeError("csv: no row below the header")
    if len(late) > REPAIRABLE * (len(late) + len(times)):
        raise DecodeError(
            f"csv: line {late[0]}: the time does not rise, nor in {len(late) - 1} "
            "other rows; expected every row later than the one before"
        )
    table = np.full((len(values), len(CURVES)), np.nan, dtype=np.float32)
    for place, seen in enumerate(values):
        if seen is not None:
            table[place] = seen
    table[~np.isfinite(table).all(axis=1)] = np.nan
    return Sheet(
        table,
        tuple(times),
        np.array(elapsed, dtype=np.int64) - elapsed[0],
        columns.notes + _notes(late, times, elapsed),
    )


def _notes(
    late: list[int], times: list[Timecode], elapsed: list[int]
) -> tuple[str, ...]:
    notes = []
    if late:
        notes.append(
            f"left out {len(late)} rows whose time does not rise, the first in line "
            f"{late[0]}"
        )
    top = max(time.parts()[3] for time in times)
    nominal = -(-times[0].rate_num // times[0].rate_den)
    if elapsed[-1] - elapsed[0] > 1_500_000_000 and top < nominal // 2:
        notes.append(
            f"frames never count past {top}: if the file counts at {top + 1} and not "
            f"at {nominal}, name that rate"
        )
    return tuple(notes)


def _values(row: list[str], columns: Columns, line: int) -> list[float] | None:
    """Return a row's 61 values, or None where no face was seen."""
    count = field(row, columns.count, line).strip()
    try:
        if not float(count) > 0:
            return None
        texts = ["0" if at is None else row[at].strip() for at in columns.curves]
        if not all(texts):
            return None
        numbers = [float(text) for text in texts]
    except IndexError:
        raise DecodeError(
            f"csv: line {line}: {len(row)} fields, fewer than the header"
        ) from None
    except ValueError as error:
        raise DecodeError(f"csv: line {line}: {error}") from None
    for curve, number in zip(CURVES, numbers, strict=True):
        if abs(number) > MOST:
            raise DecodeError(
                f"csv: line {line}: {curve} is {number}, expected weights 0 to 1 and "
                "angles in radians"
            )
    return numbers


def _clock(time: Timecode) -> str:
    """Return HH:MM:SS:FF.fff at 60 frames a second, wrapped at midnight."""
    per_frame = Fraction(60_000 * time.rate_den, time.rate_num)
    steps = round((time.frame + time.subframe) * float(per_frame))
    seconds, steps = divmod(steps % (86_400 * 60_000), 60_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    frame, part = divmod(steps, 1000)
    return f"{hours:02}:{minutes:02}:{seconds:02}:{frame:02}.{part:03}"
