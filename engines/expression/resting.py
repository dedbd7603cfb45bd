"""A person's own face at rest, as the expression network reads it.

Some resting faces read as sad or angry. What the network says of the face at rest is
subtracted from what it says now, in logarithms of probabilities (a prior shift, as in
Saerens et al. 2002, for one person). Only what stands above `MARGIN` at rest is taken
away, and at most `MOST`: a resting face that reads as neutral changes nothing, and a
true expression still shows.

The face at rest is known from a calibration, or estimated from frames in which the
curves say that the face rests.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT, Vector

MARGIN: Final = 0.7
"""Natural logarithm of how much likelier neutral must be at rest than any other
expression. This difference has a standard deviation of 0.6 over a face at rest, so that
an expression then seldom reaches a probability of 0.6."""
MOST: Final = 2.0
"""Most that is subtracted of a logarithm; 2 is a seventh of the odds."""
HALF_S: Final = 0.5
"""Seconds at rest after which an estimate counts half."""
MEMORY_S: Final = 30.0
"""Seconds at rest that an estimate remembers."""
CALM: Final = 0.05
"""A face rests if its curves, without lids and gaze, are below this (root mean
square)."""
SHUT: Final = 0.4
"""Eyes that blink more are shut."""
LONGEST_S: Final = 0.2
"""A longer time between two frames counts as this long."""
FEWEST: Final = 5
"""Frames of a calibration without which it says nothing."""
SMALLEST: Final = 1e-5
"""Smaller probabilities count as this."""

_LEFT_OUT: Final = ("eyeBlink", "eyeLook")
_CURVES: Final = np.array(
    [at for at, name in enumerate(ARKIT) if not name.startswith(_LEFT_OUT)]
)
_BLINKS: Final = [ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]


def at_rest(weights: Vector) -> bool:
    """Return True if (52,) weights are those of a face at rest with open eyes."""
    moved = weights[_CURVES]
    calm = float(moved @ moved) < CALM * CALM * len(_CURVES)
    return calm and float(weights[_BLINKS].max()) < SHUT


def middle(expressions: list[Vector]) -> Vector | None:
    """Return the (8,) probabilities in the middle of many; None of too few."""
    if len(expressions) < FEWEST:
        return None
    likely = np.exp(np.median([_logs(row) for row in expressions], axis=0))
    out: Vector = (likely / likely.sum()).astype(np.float32)
    return out


def without_rest(expression: Vector, rest: Vector, trust: float = 1.0) -> Vector:
    """Return (8,) probabilities of an expression, with the face at rest as neutral.

    Args:
        expression: (8,) probabilities now, above 0 in sum.
        rest: (8,) probabilities at rest.
        trust: 0 to 1, how well these are known.
    """
    excess = _excess(_logs(rest), trust)
    if not excess.any():
        return expression
    scaled = expression * np.exp(-excess)
    out: Vector = (scaled / scaled.sum()).astype(np.float32)
    return out


class RestingExpression:
    """Learns one person's face at rest. Time comes with the frames; not thread-safe."""

    def __init__(self) -> None:
        """Start without knowledge: nothing is subtracted."""
        self.known: Vector | None = None
        """(8,) probabilities at rest from a calibration or a profile."""
        self.learns = True
        """False keeps the estimate as it is; may be set at any time."""
        self.reset()

    def reset(self) -> None:
        """Forget the person."""
        self.known = None
        self._mean: Floats | None = None
        self._rested_s = 0.0
        self._before_s = -math.inf
        self._gathered: list[Vector] = []

    def know(self, rest: Vector | None) -> None:
        """Take (8,) probabilities at rest as known; None forgets what was learned."""
        self.reset()
        self.known = rest

    def __call__(
        self, expression: Vector, at_s: float, *, calm: bool, gathering: bool = False
    ) -> Vector:
        """Return (8,) probabilities of one frame, with the face at rest as neutral.

        Args:
            expression: (8,) probabilities; all zero, of no expression, stay so.
            at_s: time of the frame, seconds.
            calm: the face is at rest.
            gathering: a calibration runs. When it is over, its frames are the face at
                rest.
        """
        if not expression.any():
            return expression
        if gathering:
            self._gathered.append(expression)
        elif self._gathered:
            self.know(middle(self._gathered))
        if calm and self.learns and not gathering and self.known is None:
            self._learn(expression, at_s)
        self._before_s = at_s
        if self.known is not None:
            return without_rest(expression, self.known)
        if self._mean is None:
            return expression
        trust = self._rested_s / (self._rested_s + HALF_S)
        return without_rest(expression, np.exp(self._mean), trust)

    def _learn(self, expression: Vector, at_s: float) -> None:
        step_s = min(max(at_s - self._before_s, 0.0), LONGEST_S)
        self._rested_s = min(self._rested_s + step_s, MEMORY_S)
        logs = _logs(expression)
        if self._mean is None or self._rested_s <= step_s:
            self._mean = logs
        else:
            part = np.float32(step_s / self._rested_s)
            self._mean = self._mean + part * (logs - self._mean)


def _logs(expression: Vector) -> Floats:
    out: Floats = np.log(np.maximum(expression, np.float32(SMALLEST)))
    return out


def _excess(logs: Floats, trust: float) -> Floats:
    """Return (8,) what is subtracted of each logarithm, given those at rest."""
    out: Floats = np.clip(logs - logs[0] + np.float32(MARGIN), 0.0, MOST)
    out[0] = 0.0
    return out * np.float32(trust)
