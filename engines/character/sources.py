"""The mouth shapes of vowels, and one blink for both eyes, made of the 52 curves.

For characters that have no curves but these. The rules are ours, after the reducers of
google/xrblocks and the preset mixes of saturday06's VRM add-on. All inputs are weights,
0 to 1, and so are all outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from protocols.channels import INDEX

DEAD: Final = 0.05
"""A vowel below this is 0: a face at rest never solves to exact zeros."""

AJAR: Final = 0.15
PARTED: Final = 0.3
WIDE: Final = 0.5
"""Openings of the jaw: ih falls from ajar to parted, where ee rises; ee falls to 0 at
wide."""

_JAW: Final = INDEX["jawOpen"]
_PUCKER, _FUNNEL = INDEX["mouthPucker"], INDEX["mouthFunnel"]
_STRETCH: Final = (INDEX["mouthStretchLeft"], INDEX["mouthStretchRight"])
_SMILE: Final = (INDEX["mouthSmileLeft"], INDEX["mouthSmileRight"])
_BLINK: Final = (INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"])


def blink(weights: Sequence[float]) -> float:
    """Return the blink of both eyes: the larger one.

    The mean would half close both eyes during a wink.
    """
    return max(weights[_BLINK[0]], weights[_BLINK[1]])


def vowels(weights: Sequence[float]) -> tuple[float, float, float, float, float]:
    """Return aa, ih, ou, ee, oh; their sum is at most 1."""
    jaw = weights[_JAW]
    rounded = max(weights[_PUCKER], weights[_FUNNEL])
    broad = 0.5 * (weights[_STRETCH[0]] + weights[_STRETCH[1]]) + 0.15 * (
        weights[_SMILE[0]] + weights[_SMILE[1]]
    )
    aa = jaw * 1.6 - 0.8 * (weights[_PUCKER] + weights[_FUNNEL])
    oh = min(jaw * rounded * 1.6, 1.0)
    ou = rounded - oh
    # The steps of the rules are ramps here, so that no vowel jumps.
    ih = broad * _within((PARTED - jaw) / (PARTED - AJAR))
    ee = broad * _within(
        min((jaw - AJAR) / (PARTED - AJAR), (WIDE - jaw) / (WIDE - PARTED))
    )
    heard = [_live(value) for value in (aa, ih, ou, ee, oh)]
    scale = 1.0 / max(1.0, sum(heard))
    a, i, u, e, o = (value * scale for value in heard)
    return a, i, u, e, o


def _live(value: float) -> float:
    return max(0.0, (min(value, 1.0) - DEAD) / (1.0 - DEAD))


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)
