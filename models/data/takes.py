"""Recorded takes: Live Link Face's CSV, as the phone writes it.

    Timecode,BlendshapeCount,EyeBlinkLeft,...,TongueOut,HeadYaw,...,RightEyeRoll

Columns are found by name: the app has spelt the second one BlendShapeCount too, and
has moved columns between versions (JawRight before JawLeft). A row whose count is 0
is a frame without a face; the app leaves its values empty or stale.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, pascal

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

COUNT: Final = "blendshapecount"


class TakeError(ValueError):
    """A file that is not a Live Link Face take."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A performance, one row a frame."""

    name: str
    timecodes: tuple[str, ...]
    """`hours:minutes:seconds:frames.subframes`, as written."""

    weights: Floats
    """(N, 52) in `ARKIT` order; NaN where no face was seen."""

    valid: Mask
    """(N,) True where a face was seen."""


def read_take(path: Path) -> Take:
    """Read one CSV.

    Raises:
        OSError: it cannot be read.
        TakeError: a column is missing or a number is none; names the line.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    if not rows:
        raise TakeError(f"{path}: empty, expected a Live Link Face header")
    header = [name.strip().lower() for name in rows[0]]
    wanted = ["timecode", COUNT, *(pascal(name).lower() for name in ARKIT)]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise TakeError(f"{path}: no column {', '.join(missing)}")
    time_at, count_at, *curves_at = (header.index(name) for name in wanted)

    weights = np.full((len(rows) - 1, len(ARKIT)), np.nan, dtype=np.float32)
    timecodes = []
    for i, row in enumerate(rows[1:]):
        line = f"{path}: line {i + 2}"
        if len(row) <= max(time_at, count_at):
            raise TakeError(f"{line}: {len(row)} fields, expected {len(header)}")
        timecodes.append(row[time_at])
        try:
            if float(row[count_at]) > 0:
                weights[i] = [float(row[at]) for at in curves_at]
        except (ValueError, IndexError) as error:
            raise TakeError(f"{line}: {error}") from error
    valid = np.isfinite(weights).all(axis=1)
    weights[~valid] = np.nan
    return Take(path.stem, tuple(timecodes), weights, valid)
