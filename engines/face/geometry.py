"""Computes curves from measures, with a table (`geometry_rows.py`) and no network.

    evidence = sum of coefficient x (measure - this actor's neutral)
    curve    = piecewise linear in the evidence, 0 to 1

It is the fallback if the learned solver is missing, and the baseline for it.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX
from protocols.rotation import Triple

from .features import AT, NAMES, measure
from .geometry_rows import ROWS
from .head_turn import bend


def _compile() -> tuple[tuple[str, ...], Floats, Floats, Floats, Floats, Floats]:
    """Return the claimed curves, the matrix, `faked` by curve, and the knots."""
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
"""The curves that this solver moves. The others stay 0."""

_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_BLINK = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_OPEN_EYED = np.array(
    [
        [INDEX[f"eye{what}{side}"] for what in ("LookUp", "Wide")]
        for side in ("Left", "Right")
    ]
)
"""Curves that are faded to 0 as the lids close."""
CLOSE_SLACK: Final = 0.05
"""mouthClose is at most jawOpen plus this, because it closes the open jaw's lips."""
HIDDEN: Final = 0.8
"""Part of mouthClose that is added to jawOpen: the jaw opens behind closed lips."""

HALF: Final = 0.5
"""Radians of turn for which `Row.faked` holds; it grows with the square."""


def evidence(deltas: Floats) -> Floats:
    """Return the sum of each row, (52,), before its knots are applied."""
    total: Floats = _MATRIX @ deltas
    return total


def weights_of(deltas: Floats, turn: float = 0.0) -> Floats:
    """Return (52,) float32 weights, 0 to 1.

    Args:
        deltas: (F,) measures less neutral; the lids' are divided by their neutral.
        turn: of the head away from the camera, radians. More evidence is needed of a
            turned face.
    """
    sure = evidence(deltas) - _FAKED * (turn / HALF) ** 2
    parts = (sure - _START) * _STEEP
    parts = np.minimum(np.maximum(parts, 0.0), 1.0) * _RISE
    weights: Floats = np.add.reduce(parts, axis=0)
    weights[_JAW] += HIDDEN * weights[_CLOSE]
    weights[_CLOSE] = min(weights[_CLOSE], weights[_JAW] + CLOSE_SLACK)
    blinks = weights[_BLINK]
    if blinks.any():
        weights[_OPEN_EYED] *= 1.0 - blinks[:, None]
    clamped: Floats = np.minimum(np.maximum(weights, 0.0), 1.0)
    return clamped


_LIDS: Final = [AT["lidsLeft"], AT["lidsRight"]]


def read(points: Floats, turn: Triple) -> Floats:
    """Return (F,) measures, corrected to a face that looks straight ahead.

    Args:
        points: (478, 3) canonical centimetres.
        turn: rotation vector of the face as it is seen, radians.
    """
    measures: Floats = measure(points) - bend(turn[0], turn[1])
    return measures


def solve(measures: Floats, rest: Floats, turn: Triple) -> Floats:
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
