"""The presets of VRM models, as VMC and other formats name them, and the 52 curves that
show the same.

For senders that have no curves: programs that move a VRM by vowels, blinks and moods.
Names of VRM 0.x and VRM 1.0 are known in any case: Joy/happy, Angry/angry, Sorrow/sad,
Fun/relaxed, Surprised/surprised, A/aa, I/ih, U/ou, E/ee, O/oh, Blink/blink,
Blink_L/blinkLeft, Blink_R/blinkRight, LookUp/lookUp and so on.

The mouth of a vowel is the one that `engines.character.sources` recognises as that
vowel again. The weights are ours; no standard names any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from .channels import ARKIT, EXPRESSIONS, Vector, unit

_SIDES: Final = ("Left", "Right")


def _both(**weights: float) -> dict[str, float]:
    return {f"{name}{side}": w for name, w in weights.items() for side in _SIDES}


MOUTHS: Final[Mapping[str, Mapping[str, float]]] = {
    "aa": {"jawOpen": 0.48, **_both(mouthLowerDown=0.15)},
    "ih": {"jawOpen": 0.12, **_both(mouthStretch=0.9, mouthSmile=0.2)},
    "ou": {"jawOpen": 0.04, "mouthPucker": 0.7, "mouthFunnel": 0.2},
    "ee": {"jawOpen": 0.29, **_both(mouthStretch=0.9, mouthSmile=0.2)},
    "oh": {"jawOpen": 0.5, "mouthFunnel": 1.0, "mouthPucker": 0.3},
}
"""Curves of each vowel at 1."""

EYES: Final[Mapping[str, Mapping[str, float]]] = {
    "blink": _both(eyeBlink=1.0),
    "blinkLeft": {"eyeBlinkLeft": 1.0},
    "blinkRight": {"eyeBlinkRight": 1.0},
}

LOOKS: Final[Mapping[str, Mapping[str, float]]] = {
    "lookUp": _both(eyeLookUp=1.0),
    "lookDown": _both(eyeLookDown=1.0),
    "lookLeft": {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0},
    "lookRight": {"eyeLookOutRight": 1.0, "eyeLookInLeft": 1.0},
}

MOODS: Final[Mapping[str, Mapping[str, float]]] = {
    "happy": _both(mouthSmile=0.8, cheekSquint=0.5, eyeSquint=0.2),
    "angry": _both(browDown=0.8, noseSneer=0.3, mouthPress=0.3, mouthFrown=0.2),
    "sad": {"browInnerUp": 0.7, **_both(mouthFrown=0.6)},
    "relaxed": _both(mouthSmile=0.4, cheekSquint=0.2),
    "surprised": {
        **{"browInnerUp": 0.6, "jawOpen": 0.2},
        **_both(browOuterUp=0.6, eyeWide=0.7),
    },
}

PRESETS: Final = (*MOUTHS, *EYES, *LOOKS, *MOODS)
"""The presets that are read, by their names in VRM 1.0."""

_OLD: Final = {
    **{"a": "aa", "i": "ih", "u": "ou", "e": "ee", "o": "oh"},
    **{"blink_l": "blinkLeft", "blink_r": "blinkRight"},
    **{"joy": "happy", "sorrow": "sad", "fun": "relaxed"},
}

NAMES: Final[Mapping[str, str]] = {name.lower(): name for name in PRESETS} | _OLD
"""Every preset's name in small letters, of both versions of VRM, to that of 1.0."""

_GROUPS: Final = (
    (MOUTHS, ("jawOpen", "mouth")),
    (EYES, ("eyeBlink",)),
    (LOOKS, ("eyeLook",)),
    (MOODS, ("mouth", "brow")),
)
"""Presets, and the beginnings of those curves in whose place they are used."""

RELAXED: Final = 0.5
"""How much happiness a relaxed face is: the eight expressions have none for it."""


def curves_of(presets: Mapping[str, float], known: frozenset[str]) -> dict[str, float]:
    """Return the curves that show presets, by ARKit's names, 0 to 1.

    Args:
        presets: values by the names of VRM 1.0.
        known: curves that the sender sends itself. It gets none of a group of presets
            whose work its own curves do, such as vowels beside jawOpen.
    """
    sums: dict[str, float] = {}
    for group, prefixes in _GROUPS:
        if any(name.startswith(prefixes) for name in known):
            continue
        for preset in group.keys() & presets.keys():
            value = min(max(presets[preset], 0.0), 1.0)
            for curve, weight in group[preset].items():
                sums[curve] = sums.get(curve, 0.0) + weight * value
    return {name: min(value, 1.0) for name, value in sums.items() if name not in known}


def expression_of(presets: Mapping[str, float]) -> Vector | None:
    """Return (8,) probabilities for the moods among presets; None without any mood."""
    if not presets.keys() & MOODS.keys():
        return None
    happy = max(presets.get("happy", 0.0), RELAXED * presets.get("relaxed", 0.0))
    out = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    for name, value in (
        ("happiness", happy),
        ("anger", presets.get("angry", 0.0)),
        ("sadness", presets.get("sad", 0.0)),
        ("surprise", presets.get("surprised", 0.0)),
    ):
        out[EXPRESSIONS.index(name)] = value
    out = unit(out)
    total = float(out.sum())
    if total > 1.0:
        out /= np.float32(total)
    out[EXPRESSIONS.index("neutral")] = max(0.0, 1.0 - total)
    return out


CURVES: Final[Mapping[str, str]] = {
    spelt.lower(): name
    for name in ARKIT
    for spelt in (name, name.replace("Left", "_L").replace("Right", "_R"))
}
"""The 52 curves in small letters, also with _l and _r, to ARKit's names."""
