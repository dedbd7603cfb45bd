"""Replaces the solver's network by geometry while the network is clearly wrong.

Geometry knows fewer curves than the network, but its errors are small. If the two
disagree for long about curves that both know well, geometry's weights are used until
they agree again. If the network gives no usable numbers, geometry's are used at once.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.disagreement import Disagreement
from protocols.channels import INDEX

Weights = npt.NDArray[np.float32]
"""(52,) float32 in `ARKIT` order."""

WATCHED: Final = (
    *("jawOpen", "eyeBlinkLeft", "eyeBlinkRight"),
    *("mouthSmileLeft", "mouthSmileRight"),
)
"""The curves that are compared: geometry reads them well."""

APART: Final = 0.6
"""A difference above it is a contradiction."""
AGREE: Final = 0.3
"""The two agree if every watched curve differs by less."""
PATIENCE_S: Final = 0.5
"""How long either must last before sides are changed. A blink is shorter."""
BLEND_S: Final = 0.2
"""Length of the blend from one to the other."""
GAP_S: Final = 1.0
"""Time between two frames counts only if it is at most this long."""

_WATCHED: Final = [INDEX[name] for name in WATCHED]


class Guard:
    """Watches one actor's network. Time comes with the frames."""

    def __init__(self) -> None:
        self._disagreement = Disagreement(
            apart=APART, agree=AGREE, patience_s=PATIENCE_S
        )
        self.reset()

    def reset(self) -> None:
        """Trust the network again. The count stays."""
        self._disagreement.reset()
        self._share = 0.0
        self._before_s: float | None = None

    @property
    def count(self) -> int:
        """How often geometry took over so far."""
        return self._disagreement.count

    @property
    def share(self) -> float:
        """Geometry's part of what was returned last, 0 to 1."""
        return self._share

    @property
    def active(self) -> bool:
        """True while geometry is used."""
        return self._disagreement.active

    def __call__(
        self, learned: Weights | None, geometric: Weights, at_s: float
    ) -> Weights:
        """Return (52,) weights, 0 to 1: the network's, geometry's or between.

        An array that needs no change is returned itself, not a copy.

        Args:
            learned: (52,) of the network; None if it gave none. Numbers that are not
                finite count as none.
            geometric: (52,) of the geometric solver, for the same frame.
            at_s: of the frame, seconds.
        """
        since_s = 0.0 if self._before_s is None else at_s - self._before_s
        step_s = since_s if 0.0 < since_s <= GAP_S else 0.0
        self._before_s = at_s
        # For so few numbers, lists take a fifth of the time that arrays take.
        plain = geometric.tolist()
        if not _in_range(plain):
            geometric = _clamped(geometric)
            plain = geometric.tolist()
        numbers = None if learned is None else learned.tolist()
        if learned is None or numbers is None or not math.isfinite(sum(numbers)):
            self._disagreement.consider(math.inf, step_s)
            # Without a blend; the way back to the network is blended.
            self._share = 1.0
            return geometric
        apart = max(abs(numbers[i] - plain[i]) for i in _WATCHED)
        self._disagreement.consider(apart, step_s)
        step = step_s / BLEND_S
        self._share += max(-step, min(step, float(self.active) - self._share))
        if not _in_range(numbers):
            learned = _clamped(learned)
        if self._share == 0.0:
            return learned
        if self._share == 1.0:
            return geometric
        # Rounding may leave the range by the last bit.
        blended = learned + np.float32(self._share) * (geometric - learned)
        return np.minimum(np.maximum(blended, 0.0), 1.0)


def _in_range(weights: list[float]) -> bool:
    # NaN fails no comparison of `min` and `max`, but it makes the sum NaN.
    return min(weights) >= 0.0 and max(weights) <= 1.0 and sum(weights) <= 52.0


def _clamped(weights: Weights) -> Weights:
    finite = np.nan_to_num(weights, nan=0.0, posinf=1.0, neginf=0.0)
    return np.minimum(np.maximum(finite, 0.0), 1.0)
