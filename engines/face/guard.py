"""Keeps a network that has gone astray off the wires.

Geometry knows less than the network and is never wild: where the two tell of another
face for long, on curves that both know well, geometry takes over until they agree.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import INDEX

Weights = npt.NDArray[np.float32]
"""(52,) float32 in `ARKIT` order."""

WATCHED: Final = (
    *("jawOpen", "eyeBlinkLeft", "eyeBlinkRight"),
    *("mouthSmileLeft", "mouthSmileRight"),
)
"""Curves that geometry is sure of."""

APART: Final = 0.6
"""A difference beyond it is none of taste."""
AGREE: Final = 0.3
"""Below it on every curve, the two tell of the same face."""
PATIENCE_S: Final = 0.5
"""How long either must last before anything is done: a blink is over sooner."""
BLEND_S: Final = 0.2
"""From the one's curves to the other's."""
GAP_S: Final = 1.0
"""Frames farther apart than this say nothing about the time between them."""

_WATCHED: Final = [INDEX[name] for name in WATCHED]


class Guard:
    """Watches one actor's network. Time comes with the frames."""

    def __init__(self) -> None:
        self.count = 0
        """Incidents so far."""
        self.reset()

    def reset(self) -> None:
        """Forget what was seen, not how often it was."""
        self.active = False
        """True while geometry has the word."""
        self._share = 0.0
        self._lasted_s = 0.0
        self._wished = False
        self._before_s: float | None = None

    def __call__(
        self, learned: Weights | None, geometric: Weights, at_s: float
    ) -> Weights:
        """Return (52,) weights, 0 to 1: the network's, geometry's or between.

        An array that needs no change is returned itself, not a copy.

        Args:
            learned: the network's; None where it gave none. What is not finite counts
                as none.
            geometric: the geometric solver's of the same frame.
            at_s: when, seconds.
        """
        since_s = 0.0 if self._before_s is None else at_s - self._before_s
        step_s = since_s if 0.0 < since_s <= GAP_S else 0.0
        self._before_s = at_s
        # Lists: of so few numbers they are looked through in a fifth of the time.
        plain = geometric.tolist()
        if not _in_range(plain):
            geometric = _brought_in(geometric)
            plain = geometric.tolist()
        told = None if learned is None else learned.tolist()
        if learned is None or told is None or not math.isfinite(sum(told)):
            self._consider(math.inf, step_s)
            # At once; it blends back when the network is back.
            self._share = 1.0
            return geometric
        self._consider(max(abs(told[i] - plain[i]) for i in _WATCHED), step_s)
        step = step_s / BLEND_S
        self._share += max(-step, min(step, float(self.active) - self._share))
        if not _in_range(told):
            learned = _brought_in(learned)
        if self._share == 0.0:
            return learned
        if self._share == 1.0:
            return geometric
        # Rounding may pass the end by the last bit.
        blended = learned + np.float32(self._share) * (geometric - learned)
        return np.minimum(np.maximum(blended, 0.0), 1.0)

    def _consider(self, apart: float, step_s: float) -> None:
        """Change sides once there was reason to for long enough."""
        wish = apart < AGREE if self.active else apart > APART
        self._lasted_s = self._lasted_s + step_s if wish and self._wished else 0.0
        self._wished = wish
        if self._lasted_s > PATIENCE_S:
            self.active = not self.active
            self.count += self.active
            self._lasted_s, self._wished = 0.0, False


def _in_range(weights: list[float]) -> bool:
    # What is no number makes the sum none; comparisons pass it by.
    return min(weights) >= 0.0 and max(weights) <= 1.0 and sum(weights) <= 52.0


def _brought_in(weights: Weights) -> Weights:
    numbers = np.nan_to_num(weights, nan=0.0, posinf=1.0, neginf=0.0)
    return np.minimum(np.maximum(numbers, 0.0), 1.0)
