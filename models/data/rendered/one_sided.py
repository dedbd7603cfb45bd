"""More one-sided faces than were rendered: landmarks moved on one side.

`measure_moves` finds how the tracker's points move with each curve. `shift_sides` takes
a part of one side's movement back, or adds one, and changes the weights to match. The
patches stay as they are, so it is done only for curves that landmarks show better than
patches do.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

_SHOWN: Final = (
    *("mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch", "mouthLowerDown"),
    *("mouthUpperUp", "mouthPress", "browDown", "browOuterUp"),
)
SHIFTED: Final = tuple((INDEX[f"{n}Left"], INDEX[f"{n}Right"]) for n in _SHOWN)
"""Left and right index of the pairs that are shifted."""
SHARE: Final = 0.35
"""Of the faces of a batch."""
SPREAD: Final = 0.15
"""Deviation of how far a face moves, over how far the average one does."""


def measure_moves(moved: Floats, turn: Floats, weights: Floats) -> Floats:
    """Return (52, 478, 3) centimetres: the points' movement with each curve at 1.

    Ridge regression of the movement on curves, turn and squared turn, which the
    rotation that aligns a face does not take out completely.

    Args:
        moved: (n, 478, 3) centimetres, points less those at rest.
        turn: (n, 3) radians.
        weights: (n, 52)
    """
    cause = np.c_[weights, turn, turn**2, np.ones(len(turn))].astype(np.float64)
    square = cause.T @ cause + 1e-3 * len(cause) * np.eye(cause.shape[1])
    found = np.linalg.solve(square, cause.T @ moved.reshape(len(moved), -1))
    basis = found[: len(ARKIT)].reshape(len(ARKIT), *moved.shape[1:])
    return np.asarray(basis, dtype=np.float32)


def shift_sides(
    points: Floats, weights: Floats, moves: Floats, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Move some faces' points on one side, in place, and return the weights to match.

    Args:
        points: (n, 478, 3) centimetres.
        weights: (n, 52), left as they are.
        moves: from `measure_moves`.
        rng: where chance comes from.
    """
    out = weights.astype(np.float32, copy=True)
    for i in np.flatnonzero(rng.random(len(out)) < SHARE).tolist():
        for left, right in SHIFTED:
            less = (left, right)[rng.integers(2)]
            if out[i, less] > 0.05 and rng.random() < 0.6:
                out[i, less] *= 0.0 if rng.random() < 0.5 else rng.uniform(0.0, 0.8)
        for pair in rng.choice(len(SHIFTED), rng.integers(0, 3), replace=False):
            at = SHIFTED[pair][rng.integers(2)]
            out[i, at] = max(out[i, at], rng.beta(1.3, 1.2))
    rows = np.flatnonzero((out != weights).any(axis=1))
    spread = 1.0 + SPREAD * rng.standard_normal((len(rows), out.shape[1]))
    change = (out[rows] - weights[rows]) * spread
    flat = change.astype(np.float32) @ moves.reshape(len(moves), -1)
    points[rows] += flat.reshape(len(rows), *points.shape[1:])
    return out
