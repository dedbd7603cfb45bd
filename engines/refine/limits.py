"""Limits on how far a channel may differ from the recording, frame by frame."""

from __future__ import annotations

import numpy as np

from engines.motion.signals import SCALE, WEIGHTS
from protocols.arrays import Floats

from .defects import TIGHT


def tight_limit(fade: Floats, channel: int) -> Floats:
    """Return (n,) the tight limit in real units, which applies where there is no
    defect.

    Args:
        fade: (n,) the share of a change that a frame may take, 0 to 1.
        channel: 0 to 57.
    """
    return np.asarray(fade * (TIGHT[channel] / SCALE[channel]), np.float32)


def clipped(values: Floats, before: Floats, limit: Floats, channel: int) -> Floats:
    """Return (n,) values clipped to `limit` around `before`.

    A weight also stays within 0 to 1, or at its recorded value outside that range.
    """
    low, high = before - limit, before + limit
    if channel < WEIGHTS.stop:
        low = np.maximum(low, np.minimum(before, 0.0))
        high = np.minimum(high, np.maximum(before, 1.0))
    return np.asarray(np.clip(values, low, high), np.float32)
