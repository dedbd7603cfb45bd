"""What is smooth but for a little tremble is made smooth.

A network that keeps detail leaves a little tremble in a face at rest, where every eye
sees it. Where a wide mean of a signal is hardly another signal, that is taken, first a
wide and then a wider one. Where it moves, the two differ and nothing is done. After
Lepski, "On a problem of adaptive estimation in Gaussian white noise", 1990.

Then what hardly moves is brought to rest, also where it trembles more: how fast it goes
is judged on a smooth copy.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from .grid import RATE, Floats

SAME, OTHER = 0.0015, 0.005
"""The network's units: a mean that is off by less is taken whole, one that is off by
more is not taken at all."""
WIDTHS: Final = (3.0, 6.0)
"""Deviations of the means, samples: 0.05 s and 0.1 s."""
REST, MOVES = 0.02, 0.08
"""Units a second: what is slower rests, what is faster moves."""
LOOK: Final = 4.0
"""Deviation of the means by which it is judged, samples."""
REACH: Final = 64
"""Samples to either side beyond which nothing counts."""


def stilled(values: Floats) -> Floats:
    """Return (t, k) values in the network's units, smooth where they nearly are."""

    def mean(rows: Floats, width: float) -> Floats:
        out: Floats = gaussian_filter1d(rows, width, axis=0, mode="nearest")
        return out

    if len(values) < 2:
        return values
    out = values
    for width in WIDTHS:
        smooth = mean(values, width)
        off = np.sqrt(mean((smooth - values) ** 2, LOOK))
        out = out + _ramp((OTHER - off) / (OTHER - SAME)) * (smooth - out)
    speed = np.abs(np.gradient(mean(out, LOOK), axis=0)) * RATE
    share = _ramp((MOVES - mean(speed, LOOK)) / (MOVES - REST))
    return np.asarray(out + share * (mean(out, WIDTHS[-1]) - out), np.float32)


def _ramp(share: Floats) -> Floats:
    """Return 0 to 1, smooth at both ends."""
    part = np.clip(share, 0.0, 1.0)
    out: Floats = part * part * (3.0 - 2.0 * part)
    return out
