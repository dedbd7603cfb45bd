"""How the geometric solver computes each curve: one row for each curve or pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Knots = tuple[tuple[float, float], ...]
"""(evidence, curve) points, both rising; constant outside."""


def dead(zone: float) -> Knots:
    """Return a straight line to 1. It starts at `zone`, the noise of a still face."""
    return ((zone, 0.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class Row:
    """How one curve, or both curves of a pair, are computed from measures."""

    curve: str
    """An ARKit name; for a pair without `Left` and `Right`."""
    terms: dict[str, float]
    """Coefficient of each measure. In a pair, a measure of a side is taken on the
    curve's own side, and `~name` on the other side."""
    knots: Knots
    paired: bool = True
    faked: float | None = None
    """Evidence that a still face shows when the head turns by half a radian. If it is
    None, it is 0.7 of the dead zone."""


ROWS: Final = (
    # Eyes. Lids are relative to the actor's own opening: -1 is shut.
    Row(
        "eyeBlink",
        {"lids": -1.0},
        ((0.22, 0.0), (0.35, 0.1), (0.5, 0.4), (0.7, 0.9), (0.8, 1.0)),
    ),
    Row("eyeWide", {"lids": 2.2, "upperLid": 2.6}, dead(0.2), faked=0.3),
    Row(
        "eyeSquint",
        {"lowerLid": 6.0, "browMiddle": -0.9, "lids": 0.6, "irisY": -1.5},
        dead(0.25),
        faked=0.6,
    ),
    Row("eyeLookUp", {"irisY": 3.4, "~irisY": 1.2}, dead(0.16), faked=0.25),
    Row(
        "eyeLookDown",
        {"irisY": -1.7, "~irisY": -0.9, "upperLid": -0.35, "~upperLid": -0.15},
        dead(0.05),
    ),
    Row("eyeLookOut", {"irisX": 1.25, "~irisX": -0.75}, dead(0.07)),
    Row("eyeLookIn", {"irisX": -1.55, "~irisX": 0.9}, dead(0.08)),
    # Brows. The points of a brow move a little when its lid falls.
    Row(
        "browDown",
        {"browMiddle": -1.7, "browInner": -0.6, "browOuter": -1.0, "upperLid": -0.8},
        dead(0.22),
    ),
    Row(
        "browInnerUp",
        {
            **{"browInnerLeft": 1.25, "browInnerRight": 1.25},
            **{"browOuterLeft": -0.35, "browOuterRight": -0.35},
            **{"upperLidLeft": 0.1, "upperLidRight": 0.1},
        },
        dead(0.13),
        paired=False,
    ),
    Row(
        "browOuterUp",
        {"browOuter": 1.9, "browMiddle": 0.75, "browInner": -1.0, "upperLid": 0.55},
        dead(0.13),
    ),
    # A smile lifts wings and upper lip too, so the lift of the corner is subtracted.
    Row(
        "noseSneer",
        {
            **{"wingY": 0.8, "upperSide": 0.9, "~upperSide": -0.35},
            **{"browInner": -0.7, "cornerLift": -0.3},
        },
        dead(0.07),
    ),
    # Jaw. The chin is soft and moves with the head's pitch; lips are more reliable.
    Row(
        "jawOpen",
        {
            **{"gap": 0.13, "lowerLip": -0.11, "chinY": -0.1},
            **{"cornerLiftLeft": -0.05, "cornerLiftRight": -0.05},
        },
        dead(0.04),
        paired=False,
    ),
    Row("jawLeft", {"chinX": 5.0}, dead(0.4), paired=False, faked=0.7),
    Row("jawRight", {"chinX": -5.0}, dead(0.4), paired=False, faked=0.7),
    # The chin has dropped farther than the lips have parted.
    Row(
        "mouthClose",
        {"chinY": -0.5, "jawSideLeft": -0.3, "jawSideRight": -0.3, "gap": -0.45},
        ((0.25, 0.0), (0.85, 1.0)),
        paired=False,
    ),
    # Mouth.
    Row(
        "mouthFunnel",
        {
            **{"upperLip": 0.46, "lowerLip": -0.1, "dent": -0.09},
            **{"cornerXLeft": -0.18, "cornerXRight": -0.18},
        },
        dead(0.04),
        paired=False,
    ),
    Row(
        "mouthPucker",
        {
            **{"cornerXLeft": -0.24, "cornerXRight": -0.24},
            **{"upperHeight": 1.25, "lowerHeight": 0.2, "gap": -0.1},
        },
        dead(0.1),
        paired=False,
    ),
    Row(
        "mouthLeft",
        {"lipsX": 0.9, "cornerXLeft": 0.1, "cornerXRight": -0.1},
        dead(0.08),
        paired=False,
    ),
    Row(
        "mouthRight",
        {"lipsX": -0.9, "cornerXLeft": -0.1, "cornerXRight": 0.1},
        dead(0.08),
        paired=False,
    ),
    Row(
        "mouthSmile",
        {"cornerLift": 0.36, "cornerY": 0.28, "cornerX": 0.22, "cornerZ": -0.22},
        dead(0.06),
    ),
    Row(
        "mouthFrown",
        {
            **{"cornerLift": -1.8, "cornerY": -2.2, "cornerZ": 0.6},
            **{"upperSide": 1.3, "gap": -0.35},
        },
        dead(0.25),
        faked=0.4,
    ),
    Row(
        "mouthDimple",
        {
            **{"cornerLift": 0.1, "cornerY": 0.28, "cornerX": 0.14},
            **{"cornerZ": -0.45, "lowerHeight": -0.55},
        },
        dead(0.08),
    ),
    Row(
        "mouthStretch",
        {"cornerX": 0.95, "cornerLift": -0.5, "gapSide": 0.35},
        dead(0.1),
    ),
    Row(
        "mouthRollLower",
        {"lowerHeight": -2.2, "cornerXLeft": -0.3, "cornerXRight": -0.3, "gap": -0.25},
        dead(0.15),
        paired=False,
    ),
    Row(
        "mouthRollUpper",
        {"upperHeight": -2.6, "upperLip": -0.6, "gap": -0.3},
        dead(0.22),
        paired=False,
    ),
    Row(
        "mouthShrugUpper",
        {"upperLip": 0.95, "gap": 0.08, "upperHeight": -0.45},
        dead(0.1),
        paired=False,
    ),
    Row(
        "mouthLowerDown",
        {"gapSide": 0.48, "lowerHeight": 0.6, "chinY": 0.1},
        dead(0.05),
    ),
    Row(
        "mouthUpperUp",
        {"upperSide": 0.65, "gapSide": 0.08, "upperHeight": -0.12},
        dead(0.07),
    ),
)
