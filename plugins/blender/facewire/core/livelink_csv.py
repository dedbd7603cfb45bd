"""Read Live Link Face's CSV, which the phone and `facewire take export` write.

    Timecode,BlendShapeCount,EyeBlinkLeft,...,TongueOut,HeadYaw,...,RightEyeRoll
    19:16:29:35.273,61,0.0123456789,...

The timecode is HH:MM:SS:FF and a fraction of a frame; FF counts 60 per second. Angles
are radians. A row whose count is 0 has no face: it holds the last one. facewire itself
reads what other programs make of such files (`facewire take import`).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ..shared.channels import ARKIT, CHANNELS, EXPRESSIONS, bone_slice, pascal
from ..shared.rotation import from_livelink, rotation_vector
from .face import NO_MOOD, Timecode
from .mcap import TakeError
from .motion import MOST, Motion

RATE: Final = 60
LARGEST: Final = 1 << 28
"""Bytes of a file: an hour at 60 Hz has about 150 MB."""

_BONES: Final = ("head", "leftEye", "rightEye")
_ANGLES: Final = tuple(
    f"{pascal(bone)}{angle}" for bone in _BONES for angle in ("Yaw", "Pitch", "Roll")
)
_COLUMNS: Final = (*map(pascal, ARKIT), *_ANGLES)
_ORDER: Final = "facewire take import FILE, which reads more kinds of CSV, helps"


def read_csv(path: Path) -> tuple[Motion, int]:
    """Return the motion of a file, and how many of its rows were unusable.

    Raises:
        TakeError: it is no such file, or no row can be used.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise TakeError(f"{path.name}: expected at most {LARGEST >> 20} MB")
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            rows = csv.reader(file)
            places = _places(path.name, next(rows, []))
            return _motion(path, _read(rows, places))
    except csv.Error as error:
        raise TakeError(f"{path.name}: is no CSV ({error}); {_ORDER}") from None
    except OSError as error:
        raise TakeError(f"{path.name}: cannot be read ({error.strerror})") from None


def _places(name: str, header: Sequence[str]) -> list[int]:
    """Return the columns of the timecode, the count and the 61 values."""
    at = {column.strip().lower(): place for place, column in enumerate(header)}
    wanted = ("Timecode", "BlendShapeCount", *_COLUMNS)
    missing = [column for column in wanted if column.lower() not in at]
    if missing:
        raise TakeError(
            f"{name}: has no column {missing[0]}, expected a CSV of Live Link Face; "
            f"{_ORDER}"
        )
    return [at[column.lower()] for column in wanted]


_Row = tuple[float, list[float] | None]
"""Seconds since midnight, and the 61 values; None without a face."""


def _read(rows: Iterator[list[str]], places: list[int]) -> Iterator[_Row | None]:
    """Yield each row; None for one that cannot be used."""
    for row in rows:
        if row:
            yield _row(row, places)


def _row(row: list[str], places: list[int]) -> _Row | None:
    try:
        hours, minutes, seconds, frames = row[places[0]].split(":")
        at_s = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        time_s = at_s + float(frames) / RATE
        if int(float(row[places[1]] or 0)) == 0:
            return (time_s, None) if math.isfinite(time_s) else None
        values = [float(row[place]) for place in places[2:]]
    except (ValueError, IndexError, OverflowError):
        return None
    return (time_s, values) if math.isfinite(sum(values) + time_s) else None


def _motion(path: Path, rows: Iterator[_Row | None]) -> tuple[Motion, int]:
    seconds: list[float] = []
    vectors: list[list[float]] = []
    tracked: list[bool] = []
    last, left_out, first_s = [0.0] * len(CHANNELS), 0, 0.0
    for row in rows:
        if row is None or len(seconds) >= MOST:
            left_out += 1
            continue
        time_s, values = row
        first_s = first_s if seconds else time_s
        since_s = time_s - first_s
        if since_s < -43_200.0:
            since_s += 86_400.0  # Midnight.
        if seconds and since_s <= seconds[-1]:
            left_out += 1
            continue
        if values is not None:
            last = _vector(values)
        seconds.append(since_s)
        vectors.append(last)
        tracked.append(values is not None)
    if not any(tracked):
        raise TakeError(f"{path.name}: has no row with a face; {_ORDER}")
    motion = Motion(
        path.stem,
        _timecode(first_s),
        np.array(seconds, dtype=np.float64),
        np.array(vectors, dtype=np.float32),
        np.zeros((len(seconds), len(EXPRESSIONS)), dtype=np.float32),
        np.array(tracked, dtype=np.bool_),
        np.full(len(seconds), NO_MOOD, dtype=np.int64),
    )
    return motion, left_out


def _timecode(seconds: float) -> Timecode:
    frame, subframe = divmod(seconds % 86_400.0 * RATE, 1.0)
    return Timecode(int(frame), subframe, RATE, 1)


def _vector(values: list[float]) -> list[float]:
    """Return the 85 numbers: weights, and the turns of head and eyes."""
    vector = [0.0] * len(CHANNELS)
    vector[: len(ARKIT)] = values[: len(ARKIT)]
    for at, bone in enumerate(_BONES):
        start = len(ARKIT) + 3 * at
        yaw, pitch, roll = values[start : start + 3]
        vector[bone_slice(bone)] = rotation_vector(from_livelink(yaw, pitch, roll))
    return vector
