"""The input window of the refiner's network.

58   signals in the network's units, gaps filled, the position less its mean
58   their differences from sample to sample, times 4
58   the bound on the change of each sample, divided by the widest bound
 6   a face was found; the sample is new; distance to the nearest known sample;
     position within a gap, -1 to 1; it is locked; share of signals that popped
"""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.motion.signals import COUNT, PLACE, SCALE
from protocols.arrays import Floats

from .defects import BRIDGED_S, WIDE, Defects, filled
from .grid import RATE, Grid, distance, runs
from .layout import INPUT_ROWS

STEPS: Final = 4.0
"""Factor of the differences from sample to sample."""


def input_rows(values: Floats, grid: Grid, defects: Defects, reach: Floats) -> Floats:
    """Return (INPUT_ROWS, t) of motion on the grid; any part of it is a window.

    The position, rows `PLACE`, is as in `values`; `centred` subtracts its mean for each
    window.

    Args:
        values: (t, 58) in the network's units, filled (`filled_signals`).
        grid: where they come from.
        defects: of the grid.
        reach: (t, 58) by how much a sample may be changed (`bounds`).
    """
    t = len(values)
    out = np.empty((INPUT_ROWS, t), dtype=np.float32)
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


def filled_signals(grid: Grid, defects: Defects) -> Floats:
    """Return (t, 58) in the network's units, short gaps and repetitions filled."""
    return filled(grid.signals * SCALE, defects.missing)


def centred(window: Floats) -> Floats:
    """Return (..., INPUT_ROWS, t) windows with the mean of each position subtracted."""
    out = window.copy()
    place = out[..., PLACE, :]
    place -= place.mean(axis=-1, keepdims=True)
    return out
