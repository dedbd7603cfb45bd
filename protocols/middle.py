"""Where the actor usually sits: the middle of the head's position."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from .arrays import Numbers
from .channels import POSITION_SLICE
from .frame import FaceFrame
from .outgoing import outgoing
from .rotation import Triple

SETTLING_S: Final = 30.0
"""Time constant of the mean. Somebody who leans for seconds moves it little; somebody
who moves the chair is in the middle again after a minute."""
LONGEST_S: Final = 1.0
"""A longer gap between frames counts as this."""


class Middle:
    """Keeps a running mean; the frames' own time counts. Not thread-safe."""

    def __init__(self) -> None:
        self._mean: Numbers | None = None
        self._at_ns = 0

    def offset(self, frame: FaceFrame) -> Triple:
        """Return the head's position relative to its mean, metres, our axes.

        An untracked frame does not move the mean. The first frame is the middle.
        """
        place = outgoing(frame).vector[POSITION_SLICE].astype(np.float64)
        if self._mean is None:
            self._mean = place
        elif frame.tracked:
            past_s = (frame.captured_ns - self._at_ns) / 1e9
            past_s = max(0.0, min(past_s, LONGEST_S))
            share = 1.0 - math.exp(-past_s / SETTLING_S)
            self._mean = self._mean + share * (place - self._mean)
        self._at_ns = frame.captured_ns
        x, y, z = (place - self._mean).tolist()
        return (x, y, z)
