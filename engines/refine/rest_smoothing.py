"""Smooth a face at rest.

A network that keeps detail leaves a small jitter in a face at rest, where viewers
notice it. Where a wide mean of a signal hardly differs from the signal, the mean
replaces it: first a wide mean, then a wider one. Where the signal moves, the two differ
and it stays. After Lepski, "On a problem of adaptive estimation in Gaussian white
noise", 1990.

Then slow signals are smoothed further, also where they jitter more. Their speed is
measured on a smoothed copy.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from protocols.arrays import Floats
from protocols.easing import smoothstep

from .grid import RATE

FULL_BELOW, NONE_ABOVE = 0.0015, 0.005
"""In the network's units: a mean that differs by less than the first is used in full,
one that differs by more than the second is not used."""
WIDTHS: Final = (3.0, 6.0)
"""Standard deviations of the means in samples: 0.05 s and 0.1 s."""
REST_SPEED, MOVING_SPEED = 0.02, 0.08
"""Units per second: a signal below the first is at rest, one above the second moves."""
JUDGE_WIDTH: Final = 4.0
"""Standard deviation, in samples, of the means that measure difference and speed."""
REACH: Final = 64
"""Samples to either side beyond which nothing affects the result."""


def smoothed_at_rest(values: Floats) -> Floats:
    """Return (t, k) values in the network's units, smoothed where they are nearly
    smooth."""

    def mean(rows: Floats, width: float) -> Floats:
        out: Floats = gaussian_filter1d(rows, width, axis=0, mode="nearest")
        return out

    if len(values) < 2:
        return values
    out = values
    for width in WIDTHS:
        smooth = mean(values, width)
        off = np.sqrt(mean((smooth - values) ** 2, JUDGE_WIDTH))
        out = out + smoothstep((NONE_ABOVE - off) / (NONE_ABOVE - FULL_BELOW)) * (
            smooth - out
        )
    speed = np.abs(np.gradient(mean(out, JUDGE_WIDTH), axis=0)) * RATE
    share = smoothstep(
        (MOVING_SPEED - mean(speed, JUDGE_WIDTH)) / (MOVING_SPEED - REST_SPEED)
    )
    return np.asarray(out + share * (mean(out, WIDTHS[-1]) - out), np.float32)
