"""Smooths each weight by the error that the network expects of it.

A change that is large compared with that error is a movement and is followed at once.
A smaller change is most likely the error itself and is followed slowly. So gaze under
narrowed lids, which show little of it, keeps still, while open eyes still move fast.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from engines.one_euro import MAX_GAP_S
from protocols.arrays import Floats
from protocols.channels import ARKIT

LEAST: Final = 0.3
"""Part of any change that is followed in 1/30 s, however small the change is."""
EXPECTED: Final = 0.6
"""A change of this many expected deviations is followed by 0.65 in 1/30 s."""
RATE: Final = 30.0

# A blink is too short to be followed slowly.
_DOUBT: Final = np.array(
    [0.0 if name.startswith("eyeBlink") else EXPECTED for name in ARKIT], np.float32
)
_KEPT: Final = np.where(_DOUBT == 0.0, 0.0, 1.0 - LEAST).astype(np.float32)
_NONE: Final = np.float32(1e-9)


class Settle:
    """Smooths one face's weights. Not thread-safe."""

    def __init__(self) -> None:
        self._value: Floats | None = None
        self._at_s = 0.0

    def reset(self) -> None:
        """Forget the face."""
        self._value = None

    def __call__(self, weights: Floats, sigma: Floats, at_s: float) -> Floats:
        """Return (52,) smoothed weights; unsmoothed after a gap or a step back in time.

        Args:
            weights: (52,) solved.
            sigma: (52,) standard deviation of the expected error, above 0.
            at_s: when the picture was taken.
        """
        before, step_s = self._value, at_s - self._at_s
        if before is None or not 0.0 < step_s <= MAX_GAP_S:
            value = weights.copy()
        else:
            change = weights - before
            power, doubt = change * change, _DOUBT * sigma
            share = power / (power + doubt * doubt + _NONE)
            kept = _KEPT * (1.0 - share)
            value = weights - np.power(kept, np.float32(step_s * RATE)) * change
        self._value, self._at_s = value, at_s
        return value.copy()
