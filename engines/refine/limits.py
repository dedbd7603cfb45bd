"""How far a channel may be from what was recorded, frame by frame."""

from __future__ import annotations

import numpy as np

from engines.motion.signals import SCALE, WEIGHTS

from .defects import TIGHT
from .grid import Floats


def tight(fade: Floats, channel: int) -> Floats:
    """Return (n,) real units: how far where nothing is wrong.

    Args:
        fade: (n,) how much of a change a frame may have, 0 to 1.
        channel: 0 to 57.
    """
    return np.asarray(fade * (TIGHT[channel] / SCALE[channel]), np.float32)


def within(values: Floats, before: Floats, limit: Floats, channel: int) -> Floats:
    """Return (n,) values no further from `before` than `limit`; a weight stays within 0
    to 1, or where it was."""
    low, high = before - limit, before + limit
    if channel < WEIGHTS.stop:
        low = np.maximum(low, np.minimum(before, 0.0))
        high = np.minimum(high, np.maximum(before, 1.0))
    return np.asarray(np.clip(values, low, high), np.float32)
