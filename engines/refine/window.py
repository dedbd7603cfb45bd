"""What the refiner's network is told of a stretch of motion.

58   signals in the network's units, gaps filled, the place less its mean
58   their steps from sample to sample, times 4
58   how far they may be changed, of the farthest that any sample may
 6   a face was there, the sample is new, how far the nearest known sample is,
     on which side of a gap this is, it is locked, how many signals popped
"""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.motion.signals import COUNT, PLACE, SCALE

from .defects import BRIDGED_S, WIDE, Defects, filled
from .grid import RATE, Floats, Grid, distance, runs
from .layout import TOLD

STEPS: Final = 4.0
"""Factor of the steps."""


def told(values: Floats, grid: Grid, defects: Defects, reach: Floats) -> Floats:
    """Return (TOLD, t) of motion on the grid; any part of it is a window.

    The place, rows `PLACE`, is as in `values`: take its mean off each window
    (`centred`).

    Args:
        values: (t, 58) in the network's units, filled (`ready`).
        grid: where they come from.
        defects: of the grid.
        reach: (t, 58) by how much a sample may be changed (`bounds`).
    """
    t = len(values)
    out = np.empty((TOLD, t), dtype=np.float32)
    out[:COUNT] = values.T
    out[COUNT : 2 * COUNT] = STEPS * np.diff(values, axis=0, prepend=values[:1]).T
    out[2 * COUNT : 3 * COUNT] = (reach / WIDE).T
    unknown = ~grid.seen | defects.repeat
    away = distance(~unknown) / (BRIDGED_S * RATE)
    phase = np.zeros(t, dtype=np.float32)
    for first, last in runs(unknown):
        phase[first:last] = np.linspace(-1.0, 1.0, last - first + 2)[1:-1]
    out[3 * COUNT :] = (
        grid.seen,
        grid.fresh,
        np.minimum(away, 1.0),
        phase,
        grid.locked,
        defects.pop.mean(axis=1),
    )
    return out


def ready(grid: Grid, defects: Defects) -> Floats:
    """Return (t, 58) in the network's units, short gaps and repetitions filled."""
    return filled(grid.signals * SCALE, defects.missing)


def centred(window: Floats) -> Floats:
    """Return (..., TOLD, t) windows whose places are counted from their means."""
    out = window.copy()
    place = out[..., PLACE, :]
    place -= place.mean(axis=-1, keepdims=True)
    return out
