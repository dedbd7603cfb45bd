"""What does the work of a curve that a character lacks.

    lacks                 does it
    eyeSquint             eyeBlink, a third of it
    mouthClose            jawOpen opens less
    mouthFunnel           mouthPucker, less than half of it
    mouthPress, Roll      mouthClose, a part of it

A curve whose work another one does becomes 0, so that a receiver with shapes of its own
does not show it twice. The parts are ours, chosen by the gaps of lids and lips.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from protocols.channels import INDEX

from .conflicts import Weights
from .mapping import OPENS

SQUINT: Final = 0.35
"""Of eyeSquint, into eyeBlink."""
SQUINTED: Final = 0.6
"""A squint closes a lid no further than this."""
FUNNEL: Final = 0.4
"""Of mouthFunnel, into mouthPucker."""
PRESS: Final = 0.5
ROLL: Final = 0.3
"""Of the mean of two, into mouthClose."""

_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_FUNNEL, _PUCKER = INDEX["mouthFunnel"], INDEX["mouthPucker"]
_TOGETHER: Final = (
    ("mouthPressLeft", "mouthPressRight", PRESS),
    ("mouthRollLower", "mouthRollUpper", ROLL),
)


class Folding:
    """The foldings that one character needs. Has no state."""

    def __init__(self, driven: Set[str]) -> None:
        """Choose them.

        Args:
            driven: the sources of the character's drives.
        """
        self._lids = [
            (INDEX[f"eyeSquint{side}"], INDEX[f"eyeBlink{side}"])
            for side in ("Left", "Right")
            if f"eyeSquint{side}" not in driven
            and driven & {"blink", f"eyeBlink{side}"}
        ]
        closes = "mouthClose" in driven
        self._together = [
            (INDEX[one], INDEX[other], 0.5 * part)
            for one, other, part in _TOGETHER
            if closes and not driven & {one, other}
        ]
        self._jaw = not closes and bool(driven & OPENS)
        self._pucker = "mouthFunnel" not in driven and "mouthPucker" in driven

    def __call__(self, weights: Weights) -> None:
        """Fold the 52 weights, in place."""
        for squint, blink in self._lids:
            lid = weights[blink] + SQUINT * weights[squint]
            weights[blink] = max(weights[blink], min(lid, SQUINTED))
            weights[squint] = 0.0
        for one, other, part in self._together:
            weights[_CLOSE] += part * (weights[one] + weights[other])
            weights[one] = weights[other] = 0.0
        if self._jaw:
            # Wholly: lips that meet must meet on every character.
            less = weights[_JAW] - weights[_CLOSE]
            weights[_JAW], weights[_CLOSE] = max(0.0, less), 0.0
        if self._pucker:
            more = weights[_PUCKER] + FUNNEL * weights[_FUNNEL]
            weights[_PUCKER], weights[_FUNNEL] = min(more, 1.0), 0.0
