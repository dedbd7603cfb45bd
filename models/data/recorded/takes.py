"""Recorded takes for training: the weights of Live Link Face's CSV.

`protocols.export.livelink_csv` reads the format; how anybody's take is imported.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engines.motion.signals import WEIGHTS
from protocols.arrays import Floats, Mask
from protocols.errors import DecodeError
from protocols.export.livelink_csv import decode

logger = logging.getLogger(__name__)


class TakeError(ValueError):
    """A file that is not a Live Link Face take."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A performance, one row a frame."""

    name: str
    seconds: npt.NDArray[np.float64]
    """(N,) from 0, rising."""

    weights: Floats
    """(N, 52) in `ARKIT` order; NaN where no face was seen."""

    valid: Mask
    """(N,) True where a face was seen."""


def read_take(path: Path) -> Take:
    """Read one CSV. What is left out of it or was read otherwise is logged.

    Raises:
        OSError: it cannot be read.
        TakeError: it is none; names what is wrong and where.
    """
    try:
        sheet = decode(path.read_bytes())
    except DecodeError as error:
        raise TakeError(f"{path}: {error}") from error
    for note in sheet.notes:
        logger.warning("x %s: %s", path.name, note)
    weights = sheet.values[:, WEIGHTS]
    valid = ~np.isnan(weights[:, 0])
    return Take(path.stem, sheet.elapsed_ns / 1e9, weights, valid)
