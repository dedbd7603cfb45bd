"""Curves from measures: one row a curve, no weights file.

    evidence = sum of coefficient x (measure - this actor's neutral)
    curve    = piecewise linear in the evidence, 0 to 1

The fallback where no learned solver is there, and the baseline it must beat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, INDEX
from protocols.rotation import Triple

from .features import AT, NAMES, measure
from .head_turn import bend

Array = npt.NDArray[np.float32]

Knots = tuple[tuple[float, float], ...]
"""(evidence, curve) points, both rising; flat outside."""


def dead(zone: float) -> Knots:
    """Return a straight line to 1 that starts where noise on a still face ends."""
    return ((zone, 0.0), (1.0, 1.0))


@dataclass(frozen=True, slots=True)
class Row:
    """How one curve, or both of a pair, follow from measures."""

    curve: str
    """An ARKit name; for a pair without `Left` and `Right`."""
    terms: dict[str, float]
    """Measure to coefficient. In a pair a measure of a side is that of the curve's own
    side, and `~name` that of the other."""
    knots: Knots
    paired: bool = True
    faked: float | None = None
    """Evidence that a head turned by half a radian may show on a still face; where it
    is not given, 0.7 of the dead zone."""


ROWS: Final = (
    # Eyes. Lids are a share of the actor's own opening: -1 is shut.
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
    # Brows. A lid that falls takes its brow's points along a little.
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
    # A smile lifts wings and upper lip as well: less the lift of the corner.
    Row(
        "noseSneer",
        {
            **{"wingY": 0.8, "upperSide": 0.9, "~upperSide": -0.35},
            **{"browInner": -0.7, "cornerLift": -0.3},
        },
        dead(0.07),
    ),
    # Jaw. The chin is soft and pitches with the head; the lips say more.
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


def _compile() -> tuple[tuple[str, ...], Array, Array, Array, Array, Array]:
    """Return the claimed curves, the matrix, what a turn fakes, and the knots."""
    matrix = np.zeros((len(ARKIT), len(NAMES)), dtype=np.float32)
    segments = max(len(row.knots) for row in ROWS) - 1
    start = np.zeros((segments, len(ARKIT)), dtype=np.float32)
    steep = np.ones((segments, len(ARKIT)), dtype=np.float32)
    rise = np.zeros((segments, len(ARKIT)), dtype=np.float32)
    faked = np.zeros(len(ARKIT), dtype=np.float32)
    claimed = []
    for row in ROWS:
        for side, other in (
            (("Left", "Right"), ("Right", "Left")) if row.paired else (("", ""),)
        ):
            curve = INDEX[row.curve + side]
            claimed.append(row.curve + side)
            faked[curve] = 0.7 * row.knots[0][0] if row.faked is None else row.faked
            for term, coefficient in row.terms.items():
                name = term[1:] + other if term.startswith("~") else term + side
                at = AT[name] if name in AT else AT[term]
                matrix[curve, at] += coefficient
            for k, ((x0, y0), (x1, y1)) in enumerate(
                zip(row.knots, row.knots[1:], strict=False)
            ):
                start[k, curve] = x0
                steep[k, curve] = 1.0 / (x1 - x0)
                rise[k, curve] = y1 - y0
    return tuple(claimed), matrix, faked, start, steep, rise


CLAIMED, _MATRIX, _FAKED, _START, _STEEP, _RISE = _compile()
"""The curves that this solver moves; every other one stays 0."""

_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_OPEN_EYED = np.array(
    [
        [INDEX[f"eye{what}{side}"] for what in ("LookUp", "Wide")]
        for side in ("Left", "Right")
    ]
)
"""What closed lids neither do nor show."""
CLOSE_SLACK: Final = 0.05
"""mouthClose closes the lips that the jaw opened, and is never far above it."""
HIDDEN: Final = 0.8
"""Of mouthClose, what the jaw is open behind closed lips."""

HALF: Final = 0.5
"""Radians of turn that `Row.faked` speaks of; it grows with the square."""


def evidence(deltas: Array) -> Array:
    """Return what every row sums up to, (52,), before its knots."""
    total: Array = _MATRIX @ deltas
    return total


def weights_of(deltas: Array, turn: float = 0.0) -> Array:
    """Return (52,) float32 weights, 0 to 1.

    Args:
        deltas: (F,) measures less neutral, the lids' as a share of their neutral.
        turn: radians that the head is turned away from the camera; the evidence of a
            turned face is less sure.
    """
    sure = evidence(deltas) - _FAKED * (turn / HALF) ** 2
    parts = (sure - _START) * _STEEP
    parts = np.minimum(np.maximum(parts, 0.0), 1.0) * _RISE
    weights: Array = np.add.reduce(parts, axis=0)
    weights[_JAW] += HIDDEN * weights[_CLOSE]
    weights[_CLOSE] = min(weights[_CLOSE], weights[_JAW] + CLOSE_SLACK)
    blinks = weights[_BLINK]
    if blinks.any():
        weights[_OPEN_EYED] *= 1.0 - blinks[:, None]
    clamped: Array = np.minimum(np.maximum(weights, 0.0), 1.0)
    return clamped


_LIDS: Final = [AT["lidsLeft"], AT["lidsRight"]]


def read(points: Array, turn: Triple) -> Array:
    """Return (F,) measures of aligned points as a face looking straight ahead has them.

    Args:
        points: (478, 3) canonical centimetres.
        turn: rotation vector of the face as it is seen, radians.
    """
    measures: Array = measure(points) - bend(turn[0], turn[1])
    return measures


def solve(measures: Array, rest: Array, turn: Triple) -> Array:
    """Return (52,) float32 weights, 0 to 1.

    Args:
        measures: (F,) of the face now, from `read`.
        rest: (F,) of the same face at rest.
        turn: as for `read`.
    """
    deltas = measures - rest
    for at in _LIDS:
        deltas[at] /= max(rest[at], 0.3)
    return weights_of(deltas, math.hypot(turn[0], turn[1]))
