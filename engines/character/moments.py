"""Chooses the frames of a performance that a sheet of pictures shows."""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.motion.style import SIZED
from protocols.arrays import Floats, Ints
from protocols.channels import INDEX, WEIGHTS_SLICE

_BLINKS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
EVEN: Final = 0.5
"""Share of the pictures that go by time; the others go by how much changes."""
OPEN: Final = 4.0
"""A frame in a blink counts so much less as the strongest one."""


def moments(vectors: Floats, count: int) -> Ints:
    """Return the numbers of frames, first and last included, more where more changes.

    Args:
        vectors: (F, 85) in `CHANNELS` order.
        count: how many, at least 2.
    """
    weights = vectors[:, WEIGHTS_SLICE][:, SIZED]
    changes = np.abs(np.diff(weights, axis=0)).sum(axis=1)
    frames = len(vectors)
    even = np.arange(frames) / max(frames - 1, 1)
    along = np.concatenate([[0.0], np.cumsum(changes)])
    if along[-1] > 0.0:
        even = EVEN * even + (1.0 - EVEN) * along / along[-1]
    wanted = np.linspace(0.0, 1.0, count)
    at: Ints = np.minimum(np.searchsorted(even, wanted - 1e-9), frames - 1)
    return at


def strongest(vectors: Floats) -> int:
    """Return the number of the frame that shows most, not in the middle of a blink.

    Args:
        vectors: (F, 85) in `CHANNELS` order.
    """
    weights = vectors[:, WEIGHTS_SLICE]
    shown = weights[:, SIZED].sum(axis=1)
    lids = weights[:, _BLINKS]
    usual = np.median(lids, axis=0)
    return int(np.argmax(shown - OPEN * np.abs(lids - usual).sum(axis=1)))
