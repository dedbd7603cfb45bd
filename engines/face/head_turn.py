"""How a turn of the head changes the measures of a still face.

The tracker guesses depth, and a turned face is seen in perspective. So heights and
widths change with the turn although the face does not move. The terms are a least
squares fit to rendered still faces of seventeen people who turn up to 32 degrees
sideways and 20 degrees up and down (`tests/bridge/solve/derive.py` makes such a fit).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats

from .features import MEASURES, NAMES

TERMS: Final = {
    # measure: yaw, pitch, yaw^2, pitch^2, yaw x pitch; cm per radian (squared).
    # For a measure of a side, the left one. On the right, the sign of yaw changes.
    "lids": (-0.05, 0.09, 0.01, -0.29, 0.16),
    "upperLid": (-0.10, 0.25, 0.10, -0.22, 0.16),
    "lowerLid": (-0.05, 0.16, 0.10, 0.07, 0.00),
    "eyeWidth": (-0.18, 0.05, -0.42, -0.17, 0.21),
    "irisX": (0.05, -0.08, -0.12, -0.04, -0.06),
    "irisY": (-0.05, 0.14, -0.03, -0.26, 0.17),
    "browInner": (-0.18, 0.75, -0.50, -0.98, 0.28),
    "browMiddle": (-0.28, 0.82, -0.30, -0.41, 0.22),
    "browOuter": (-0.18, 0.57, -0.08, 0.30, 0.00),
    "browIn": (0.28, 0.06, -0.54, 0.27, 0.42),
    "wingY": (0.14, 0.24, 0.71, -0.32, 0.06),
    "cheekY": (0.10, 0.29, 0.57, 0.12, -0.20),
    "cheekOut": (-0.12, -0.74, -0.53, -0.73, 0.86),
    "cornerX": (-0.22, -0.47, -0.12, -0.20, -0.51),
    "cornerY": (0.21, 0.58, 0.78, -0.18, -0.26),
    "cornerLift": (0.21, 0.03, -0.05, 0.06, -0.26),
    "cornerZ": (-0.15, -0.72, 0.38, -0.80, -0.25),
    "upperSide": (0.14, 0.36, 0.67, -0.14, -0.01),
    "lowerSide": (0.14, 0.90, 0.78, -0.12, 0.03),
    "gapSide": (-0.01, -0.14, -0.02, 0.00, -0.01),
    "jawSide": (0.41, 2.67, 1.35, -0.04, -0.30),
    "gap": (0.00, -0.20, -0.02, 0.04, 0.00),
    "upperLip": (0.00, 0.33, 0.45, -0.38, 0.00),
    "lowerLip": (0.00, 0.90, 0.83, -0.11, 0.00),
    "upperHeight": (0.00, -0.23, -0.12, -0.12, 0.00),
    "lowerHeight": (0.00, -0.14, -0.24, -0.19, 0.00),
    "upperZ": (0.00, -0.18, 0.10, -0.34, 0.00),
    "lowerZ": (0.00, -0.47, -0.14, -1.05, 0.00),
    "lipsX": (0.09, 0.00, 0.00, 0.00, 0.18),
    "chinY": (0.00, 2.64, 1.44, 0.24, 0.00),
    "chinX": (0.14, 0.00, 0.00, 0.00, 0.16),
    "chinZ": (0.00, -1.09, 0.07, -2.23, 0.00),
    "dent": (0.00, -1.32, -0.46, 0.69, 0.00),
}

LIMIT: Final = 0.7
"""Radians. Larger turns count as this much, because the fit has no data on them."""


def _compile() -> Floats:
    rows = []
    for measure in MEASURES:
        yaw, pitch, yaw2, pitch2, both = TERMS[measure.name]
        rows.append((yaw, pitch, yaw2, pitch2, both))
        if measure.sided:
            rows.append((-yaw, pitch, yaw2, pitch2, -both))
    if len(rows) != len(NAMES):
        raise ValueError("head_turn: rows do not match the measures")
    return np.array(rows, dtype=np.float32)


_MATRIX: Final = _compile()


def bend(pitch: float, yaw: float) -> Floats:
    """Return (F,) centimetres that a turn of the head adds to the measures.

    Args:
        pitch: radians about x, down.
        yaw: radians about y, to the actor's left.
    """
    p, y = max(-LIMIT, min(LIMIT, pitch)), max(-LIMIT, min(LIMIT, yaw))
    terms = np.array((y, p, y * y, p * p, y * p), dtype=np.float32)
    bent: Floats = _MATRIX @ terms
    return bent
