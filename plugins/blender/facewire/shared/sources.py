# A copy of engines/character/sources.py, made by plugins/blender/copies.py.
"""The mouth shapes of vowels, and one blink for both eyes, made of the 52 curves.

For characters that have no curves but these. The rules are ours, after the reducers of
google/xrblocks and the preset mixes of saturday06's VRM add-on. All inputs are weights,
0 to 1, and so are all outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .channels import INDEX

DEAD: Final = 0.05
"""Lips that are rounded or broad by less count as at rest, for a face at rest never
solves to exact zeros."""
SHUT: Final = 0.03
"""A jaw that is open by less is shut, likewise."""

OPENS: Final = 2.2
"""Of the jaw, into aa. The lips of an A part half as far as those of an open jaw, but
people talk with the jaw open by a third. With less than this, talking looks faint."""
YIELDS: Final = (0.7, 0.3)
"""How much of aa fully rounded and fully broad lips take away. By their squares, for
most faces at rest are a little rounded and a little broad."""
ROUND: Final = 1.5
"""Of rounded lips, into ou."""
BROAD: Final = 0.8
"""Of broad lips, into ih."""

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
    rounded = _live(max(weights[_PUCKER], weights[_FUNNEL]), DEAD)
    broad = _live(
        0.5 * (weights[_STRETCH[0]] + weights[_STRETCH[1]])
        + 0.15 * (weights[_SMILE[0]] + weights[_SMILE[1]]),
        DEAD,
    )
    opened = _live(jaw, SHUT)
    aa = min(OPENS * opened, 1.0)
    aa *= (1.0 - YIELDS[0] * rounded**2) * (1.0 - YIELDS[1] * broad**2)
    oh = opened * rounded
    ou = min(ROUND * rounded, 1.0) * (1.0 - min(2.0 * opened, 1.0))
    # The steps of the rules are ramps here, so that no vowel jumps.
    ih = BROAD * broad * _within((PARTED - jaw) / (PARTED - AJAR))
    ee = broad * _within(
        min((jaw - AJAR) / (PARTED - AJAR), (WIDE - jaw) / (WIDE - PARTED))
    )
    scale = 1.0 / max(1.0, aa + ih + ou + ee + oh)
    return aa * scale, ih * scale, ou * scale, ee * scale, oh * scale


def _live(value: float, dead: float) -> float:
    """Return 0 up to a dead zone, and the rest stretched to 1."""
    return _within((value - dead) / (1.0 - dead))


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)
