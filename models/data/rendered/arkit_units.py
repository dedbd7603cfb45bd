"""How large ICT-FaceKit's shapes are beside ARKit's, and what makes them as large.

Both have the same curves, but ICT-FaceKit's browDown at 1 moves the brow about half as
far as Apple's reference face does. Characters are sculpted to ARKit's amounts.
"""

from __future__ import annotations

from typing import Final

_SIZE: Final = {
    **{"browDown": 0.56, "browInnerUp": 0.52, "browOuterUp": 0.70},
    **{"cheekPuff": 1.43, "noseSneer": 1.54, "eyeBlink": 0.84, "eyeSquint": 0.39},
    **{"eyeLookDown": 1.40, "eyeLookIn": 0.69, "eyeLookOut": 0.76},
    **{"jawForward": 1.18, "jawOpen": 0.95, "mouthClose": 1.15},
    **{"mouthDimple": 0.59, "mouthFrown": 0.67, "mouthFunnel": 0.79},
    **{"mouthLeft": 1.29, "mouthRight": 1.29, "mouthLowerDown": 0.67},
    **{"mouthPress": 0.24, "mouthPucker": 0.94, "mouthRollLower": 1.06},
    **{"mouthRollUpper": 0.76, "mouthShrugLower": 1.14, "mouthShrugUpper": 1.10},
    **{"mouthSmile": 0.91, "mouthStretch": 0.59, "mouthUpperUp": 0.86},
}
"""How far a shape of ICT-FaceKit moves 68 landmarks, over how far Apple's published
reference shape moves them. Both sides of a pair have one number; what is not listed is
taken as it is."""
MOST_SCALED: Final = 2.5
"""Largest factor that brings a shape to ARKit's size: beyond it the lips of mouthPress
(4.2) and the lids of eyeSquint (2.6) would run through each other."""


def arkit_scale(curve: str) -> float:
    """Return the factor from ICT-FaceKit's shape of a curve to ARKit's size.

    Args:
        curve: a name of `ARKIT`.

    Returns:
        1 / `_SIZE`, at most `MOST_SCALED`; 1 for a curve that was not measured.
    """
    side_less = curve.removesuffix("Left").removesuffix("Right")
    size = _SIZE.get(curve, _SIZE.get(side_less, 1.0))
    return min(1.0 / size, MOST_SCALED)
