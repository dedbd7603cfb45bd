"""What hardly moves is brought to rest.

A network that keeps detail leaves a little tremble in a face at rest, where every eye
sees it. How fast a signal goes is judged on a smooth copy; the slower, the more of a
wide mean is taken. Where it moves, nothing is done.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from .grid import RATE, Floats

REST, MOVES = 0.08, 0.2
"""Units a second: what is slower rests, what is faster moves."""
WIDTH: Final = 6.0
"""Deviation of the mean, samples: 0.1 s."""
LOOK: Final = 4.0
"""Deviation of the means by which speed is judged, samples."""
REACH: Final = 64
"""Samples to either side beyond which nothing counts."""


def stilled(values: Floats) -> Floats:
    """Return (t, k) values in the network's units, at rest where they hardly move."""

    def mean(rows: Floats, width: float) -> Floats:
        out: Floats = gaussian_filter1d(rows, width, axis=0, mode="nearest")
        return out

    if len(values) < 2:
        return values
    speed = np.abs(np.gradient(mean(values, LOOK), axis=0)) * RATE
    share = np.clip((MOVES - mean(speed, LOOK)) / (MOVES - REST), 0.0, 1.0)
    share *= share * (3.0 - 2.0 * share)
    return np.asarray(values + share * (mean(values, WIDTH) - values), np.float32)
