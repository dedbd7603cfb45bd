"""Unified Expressions as sums: of ARKit's curves, and of each other.

    BASE      88 base shapes from ARKit's curves; an empty sum is always 0, because
              ARKit has no source for it, as for CheekSuckLeft or TongueLeft
    OPEN      what is taken from 1: the eyes
    GREATER   the greater of two shapes
    SIMPLE, COMBINED   what avatars with few parameters use

The formulas are VRCFaceTracking's: an open eye without widening is an EyeLid of 0.75;
BrowExpression is the brow's rise, inner and outer alike, less BrowDown.

Source: VRCFaceTracking/docs (parameters) and benaclejames/VRCFaceTracking (formulas).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SIDES: Final = ("Right", "Left")

Mix = Mapping[str, Mapping[str, float]]
"""For each name, the factors of other names; names may be used once they are made."""


def _base() -> dict[str, dict[str, float]]:
    """Return the base shapes in terms of ARKit's curves."""
    mix: dict[str, dict[str, float]] = {}
    for side in SIDES:
        same = {
            **{
                f"EyeSquint{side}": f"eyeSquint{side}",
                f"EyeWide{side}": f"eyeWide{side}",
            },
            **{f"BrowPinch{side}": f"browDown{side}"},
            **{f"BrowLowerer{side}": f"browDown{side}"},
            **{f"BrowInnerUp{side}": "browInnerUp"},
            **{f"BrowOuterUp{side}": f"browOuterUp{side}"},
            **{f"NasalDilation{side}": "", f"NasalConstrict{side}": ""},
            **{f"CheekSquint{side}": f"cheekSquint{side}"},
            **{f"CheekPuff{side}": "cheekPuff", f"CheekSuck{side}": ""},
            **{f"LipSuckUpper{side}": "mouthRollUpper"},
            **{f"LipSuckLower{side}": "mouthRollLower", f"LipSuckCorner{side}": ""},
            **{f"LipFunnelUpper{side}": "mouthFunnel"},
            **{f"LipFunnelLower{side}": "mouthFunnel"},
            **{f"LipPuckerUpper{side}": "mouthPucker"},
            **{f"LipPuckerLower{side}": "mouthPucker"},
            **{f"MouthUpperUp{side}": f"mouthUpperUp{side}"},
            **{f"MouthUpperDeepen{side}": f"mouthUpperUp{side}"},
            **{f"NoseSneer{side}": f"noseSneer{side}"},
            **{f"MouthLowerDown{side}": f"mouthLowerDown{side}"},
            **{
                f"MouthUpper{side}": f"mouth{side}",
                f"MouthLower{side}": f"mouth{side}",
            },
            **{f"MouthCornerPull{side}": f"mouthSmile{side}"},
            **{f"MouthCornerSlant{side}": f"mouthSmile{side}"},
            **{f"MouthFrown{side}": f"mouthFrown{side}"},
            **{f"MouthStretch{side}": f"mouthStretch{side}"},
            **{f"MouthDimple{side}": f"mouthDimple{side}"},
            **{f"MouthPress{side}": f"mouthPress{side}", f"MouthTightener{side}": ""},
            **{f"Tongue{side}": "", f"TongueTwist{side}": "", f"NeckFlex{side}": ""},
            f"Jaw{side}": f"jaw{side}",
        }
        mix |= {name: {source: 1.0} if source else {} for name, source in same.items()}
    mix |= {
        **{"JawOpen": {"jawOpen": 1.0}, "JawForward": {"jawForward": 1.0}},
        **{"JawBackward": {}, "JawClench": {}, "JawMandibleRaise": {}},
        "MouthClosed": {"mouthClose": 1.0},
        "MouthRaiserUpper": {"mouthShrugUpper": 1.0},
        "MouthRaiserLower": {"mouthShrugLower": 1.0},
        "TongueOut": {"tongueOut": 1.0},
        **{"TongueUp": {}, "TongueDown": {}, "TongueRoll": {}, "TongueBendDown": {}},
        **{"TongueCurlUp": {}, "TongueSquish": {}, "TongueFlat": {}},
        **{"SoftPalateClose": {}, "ThroatSwallow": {}},
    }
    return mix


BASE: Final[Mix] = _base()
"""The 88 base shapes from ARKit's curves. An empty mix is always 0."""

OPEN: Final[Mix] = {f"EyeOpen{side}": {f"eyeBlink{side}": -1.0} for side in SIDES}
"""Added to 1."""

GREATER: Final[Mapping[str, tuple[str, str]]] = {
    "EyeSquint": ("EyeSquintLeft", "EyeSquintRight"),
    "EyesSquint": ("EyeSquintLeft", "EyeSquintRight"),
    "EyeWide": ("EyeWideLeft", "EyeWideRight"),
    "MouthSadRight": ("MouthFrownRight", "MouthStretchRight"),
    "MouthSadLeft": ("MouthFrownLeft", "MouthStretchLeft"),
}
"""The greater one of two."""


def _mean(name: str, *kinds: str, sign: float = 1.0) -> dict[str, float]:
    """Return the mean over both sides, and over `kinds`, each put in for {}."""
    share = sign / (2 * max(len(kinds), 1))
    return {
        name.format(kind) + side: share for kind in kinds or ("",) for side in SIDES
    }


def _simple() -> dict[str, dict[str, float]]:
    mix: dict[str, dict[str, float]] = {}
    for side in SIDES:
        mix |= {
            f"BrowUp{side}": {f"BrowOuterUp{side}": 0.6, f"BrowInnerUp{side}": 0.4},
            f"BrowDown{side}": {f"BrowLowerer{side}": 0.75, f"BrowPinch{side}": 0.25},
            f"MouthSmile{side}": {
                f"MouthCornerPull{side}": 0.8,
                f"MouthCornerSlant{side}": 0.2,
            },
        }
    return mix


SIMPLE: Final[Mix] = _simple()
"""Simplified shapes; with MouthSad they are VRCFaceTracking's eight."""


def _combined() -> dict[str, dict[str, float]]:
    mix: dict[str, dict[str, float]] = {
        **{f"EyeClosed{side}": {"one": 1.0, f"EyeOpen{side}": -1.0} for side in SIDES},
        "EyeOpen": _mean("EyeOpen"),
        "EyeClosed": {"one": 1.0} | _mean("EyeOpen", sign=-1.0),
        **{
            f"EyeLid{side}": {f"EyeOpen{side}": 0.75, f"EyeWide{side}": 0.25}
            for side in SIDES
        },
        "EyeLid": {
            **{f"EyeOpen{side}": 0.375 for side in SIDES},
            **{f"EyeWide{side}": 0.125 for side in SIDES},
        },
        **{
            f"Eye{axis}": {f"EyeLeft{axis}": 0.5, f"EyeRight{axis}": 0.5}
            for axis in "XY"
        },
        **{"BrowUp": _mean("BrowUp"), "BrowDown": _mean("BrowDown")},
        **{"BrowInnerUp": _mean("BrowInnerUp"), "BrowOuterUp": _mean("BrowOuterUp")},
        **{
            f"BrowExpression{side}": {
                **{f"BrowInnerUp{side}": 0.5, f"BrowOuterUp{side}": 0.5},
                f"BrowDown{side}": -1.0,
            }
            for side in SIDES
        },
        "BrowExpression": _mean("Brow{}Up", "Inner", "Outer")
        | _mean("BrowDown", sign=-1.0),
        "JawX": {"JawRight": 1.0, "JawLeft": -1.0},
        "JawZ": {"JawForward": 1.0, "JawBackward": -1.0},
        **{"CheekSquint": _mean("CheekSquint"), "CheekSuck": _mean("CheekSuck")},
        "CheekPuffSuck": _mean("CheekPuff") | _mean("CheekSuck", sign=-1.0),
        "MouthUpperX": {"MouthUpperRight": 1.0, "MouthUpperLeft": -1.0},
        "MouthLowerX": {"MouthLowerRight": 1.0, "MouthLowerLeft": -1.0},
        "MouthX": {
            **{"MouthUpperRight": 0.5, "MouthLowerRight": 0.5},
            **{"MouthUpperLeft": -0.5, "MouthLowerLeft": -0.5},
        },
        **{
            name: _mean(name)
            for name in (
                *("MouthUpperUp", "MouthLowerDown", "MouthStretch", "MouthTightener"),
                *("MouthPress", "MouthDimple", "NoseSneer"),
            )
        },
        "MouthOpen": {
            **{f"MouthUpperUp{side}": 0.25 for side in SIDES},
            **{f"MouthLowerDown{side}": 0.25 for side in SIDES},
        },
        "MouthTightenerStretch": _mean("MouthTightener")
        | _mean("MouthStretch", sign=-1.0),
        "MouthCornerY": _mean("MouthCornerSlant") | _mean("MouthFrown", sign=-1.0),
        "SmileFrown": _mean("MouthSmile") | _mean("MouthFrown", sign=-1.0),
        "SmileSad": _mean("MouthSmile") | _mean("MouthSad", sign=-1.0),
        **{"TongueX": {}, "TongueY": {}, "TongueArchY": {}, "TongueShape": {}},
    }
    for kind in ("Suck", "Funnel", "Pucker"):
        mix[f"Lip{kind}"] = _mean(f"Lip{kind}{{}}", "Upper", "Lower")
        for part in ("Upper", "Lower"):
            mix[f"Lip{kind}{part}"] = _mean(f"Lip{kind}{part}")
    for part in ("Upper", "Lower"):
        suck, funnel = f"LipSuck{part}", f"LipFunnel{part}"
        mix[f"LipSuckFunnel{part}"] = _mean(suck) | _mean(funnel, sign=-1.0)
    for side in SIDES:
        mix[f"LipPucker{side}"] = {
            f"LipPuckerUpper{side}": 0.5,
            f"LipPuckerLower{side}": 0.5,
        }
        for first, second in (
            *(("CheekPuff", "CheekSuck"), ("MouthTightener", "MouthStretch")),
            *(("LipSuckLower", "LipFunnelLower"), ("LipSuckUpper", "LipFunnelUpper")),
            *(("MouthCornerSlant", "MouthFrown"), ("MouthSmile", "MouthFrown")),
            ("MouthSmile", "MouthSad"),
        ):
            mix[_DIFFERENCE[first, second] + side] = {
                first + side: 1.0,
                second + side: -1.0,
            }
    return mix


_DIFFERENCE: Final = {
    ("CheekPuff", "CheekSuck"): "CheekPuffSuck",
    ("MouthTightener", "MouthStretch"): "MouthTightenerStretch",
    ("LipSuckLower", "LipFunnelLower"): "LipSuckFunnelLower",
    ("LipSuckUpper", "LipFunnelUpper"): "LipSuckFunnelUpper",
    ("MouthCornerSlant", "MouthFrown"): "MouthCornerY",
    ("MouthSmile", "MouthFrown"): "SmileFrown",
    ("MouthSmile", "MouthSad"): "SmileSad",
}
"""How the difference of two shapes of one side is named."""

COMBINED: Final[Mix] = _combined()
