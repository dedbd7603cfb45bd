"""How much a face moves, which decides how closely it is followed.

Noise trembles about a pose, back and forth. A moving face leaves its pose, with many
curves at once, and goes on. A face at rest is smoothed more than its steadiness says,
and a moving one less: a character must not tremble at rest, nor be late in speech.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from .bank import Bank
from .signals import WEIGHTS, Signals

REST: Final = 0.008
MOVING: Final = 0.016
"""Root mean square of the weights' difference between the means of `_QUICK` and `_SLOW`
below which a face is at rest, and above which it moves. A still picture, shaken by up
to a pixel, has 0.004 (95 %: 0.009); people who talk have 0.02 to 0.04."""
BACK: Final = -0.25
ON: Final = -0.05
"""Correlation of a step of all weights with the step before, below which a face only
trembles, and above which it moves. Noise that is new in each frame has -0.5, that of
our solver -0.36, and a movement more than 0. So a noisy camera does not count as one.
"""
STEPS_S: Final = 0.2
"""Time constant of that correlation."""
AT_REST: Final = 0.2
IN_MOTION: Final = 10.0
"""Powers of the steadiness that is set, for a face at rest and for one that moves. So
0.75 becomes 0.94 and 0.06, and 0 and 1 stay what they are."""
BELIEF: Final = 0.75
"""How far the newest weights of a face that moves are believed beyond the network: in
clips, noise from frame to frame is less than half of that of shaken stills, which the
network has learned."""
_QUICK: Final = 1
_SLOW: Final = 3
"""Rows of the bank: 0.036 s, because a single frame may be wrong, and 0.168 s."""
_NONE: Final = 1e-9


class Movement:
    """Follows how much one face moves. Not thread-safe."""

    def __init__(self) -> None:
        """Start with a face at rest."""
        self.reset()

    def reset(self) -> None:
        """Forget the face."""
        self._last: Signals | None = None
        self._step: Signals | None = None
        self._alike = self._size = 0.0

    def __call__(self, bank: Bank, step_s: float) -> float:
        """Return 0 for a face at rest to 1 for one that moves. Call it once a frame.

        Args:
            bank: (MEANS, 58) after the frame.
            step_s: since the frame before, above 0.
        """
        apart = bank[_QUICK, WEIGHTS] - bank[_SLOW, WEIGHTS]
        size = math.sqrt(float(np.vdot(apart, apart)) / len(apart))
        return _way(size, REST, MOVING) * _way(self._goes_on(bank, step_s), BACK, ON)

    def _goes_on(self, bank: Bank, step_s: float) -> float:
        """Return -1 to 1: how far steps go where the steps before them went."""
        now = bank[0, WEIGHTS].copy()
        if self._last is not None:
            before, step = self._step, now - self._last
            if before is not None:
                part = 1.0 - math.exp(-step_s / STEPS_S)
                both = float(np.vdot(step, step)) + float(np.vdot(before, before))
                self._alike += part * (float(np.vdot(step, before)) - self._alike)
                self._size += part * (0.5 * both - self._size)
            self._step = step
        self._last = now
        return self._alike / max(self._size, _NONE)


def following(steadiness: float, moves: float) -> tuple[float, float]:
    """Return how a face is followed now.

    First the steadiness for the network, 0 to 1. Then how far the newest weights are
    believed beyond the network, 0 to 1; whoever sets 1 wants none of the noise.

    Args:
        steadiness: as set, 0 to 1.
        moves: 0 to 1, from `Movement`.
    """
    steady = steadiness ** (AT_REST * (IN_MOTION / AT_REST) ** moves)
    return steady, BELIEF * moves * (1.0 - steady)


def _way(value: float, low: float, high: float) -> float:
    """Return 0 at and below `low` to 1 at and above `high`."""
    return min(max((value - low) / (high - low), 0.0), 1.0)
