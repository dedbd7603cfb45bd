"""Aligns tracked points to the canonical face, for training and the daemon alike.

    pixels, x right, y down, z smaller toward the camera
        -- similarity that fits the stable points to the canonical face -->
    centimetres of a canonical face, +X the actor's left, +Y up, +Z out of the face

`Alignment` holds the movement of the skull: place, turn, distance. The shape and the
expression of the face remain in its points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Numbers

from .canonical_face import CANONICAL, COUNT
from .similarity import best_rotation

Points = npt.NDArray[np.float32]
"""(478, 3) float32."""


STABLE: Final = np.array(
    [
        # Forehead, bridge and foot of the nose.
        *(10, 151, 8, 168, 6, 197, 195, 5, 4, 98, 327, 2),
        # Hairline, temples, sides, cheekbones.
        *(109, 338, 67, 297, 103, 332, 54, 284, 21, 251, 162, 389),
        *(127, 356, 234, 454, 116, 345),
        # Corners of the eyes.
        *(33, 263, 133, 362),
    ]
)
"""Points that move with the skull and hardly with expressions."""

_FLIP: Final = np.array([1.0, -1.0, -1.0])
"""From picture axes to ours: half a turn about x, which keeps the handedness."""

CENTRE: Final = CANONICAL[STABLE].mean(axis=0)
"""Mean of the stable points, canonical centimetres."""

_TARGET: Final = CANONICAL[STABLE] - CENTRE
_TARGET_SQUARE: Final = float((_TARGET**2).sum())
_WEIGHTS: Final = np.vstack([_TARGET.T, np.full(len(STABLE), 1.0 / len(STABLE))])
"""(4, N): times the stable points, three rows give their products with the target, and
the fourth their mean."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """A face aligned to the canonical one."""

    points: Points
    """(478, 3) float32, canonical centimetres."""

    rotation: Numbers
    """(3, 3), face frame to the camera's axes (x right, y up, z toward us)."""

    scale: float
    """Pixels in the picture for one centimetre of the face; above 0."""

    origin: tuple[float, float]
    """Where the canonical origin is in the picture, pixels, y down."""

    residual: float
    """Root mean square misfit of the stable points, centimetres."""


def align(points: Points) -> Alignment | None:
    """Fit a tracked face to the canonical one by its stable points.

    This is the least squares similarity of Umeyama (IEEE PAMI 13(4), 1991). Returns
    None if the points are not finite or all in one place.
    """
    if points.shape != (COUNT, 3):
        raise ValueError(f"align: got {points.shape}, expected ({COUNT}, 3)")
    # If one number is not finite, neither is the sum of squares.
    if not math.isfinite(float(np.vdot(points, points))):
        return None
    stable = points[STABLE].astype(np.float64)
    sums: Numbers = (_WEIGHTS @ stable) * _FLIP
    middle = sums[3]
    # Relative to the mean. The products need no such step: the target is centred.
    square = float(np.vdot(stable, stable) - len(STABLE) * np.vdot(middle, middle))
    if not 1e-6 < square < 1e12:
        return None
    bound = math.sqrt(square * _TARGET_SQUARE)
    found = best_rotation(sums[:3].T, bound)
    if found is None:
        return None
    rotation, fit = found
    scale = fit / _TARGET_SQUARE
    if not scale > 1e-6:
        return None
    misfit = max(0.0, square - fit * scale)
    # The flip, the turn and the scale as one matrix.
    lay = _FLIP[:, None] * (rotation / scale)
    offset = CENTRE - (middle * _FLIP) @ lay
    aligned = points @ lay.astype(np.float32) + offset.astype(np.float32)
    x, y, _ = (middle - scale * (rotation @ CENTRE)).tolist()
    return Alignment(
        points=aligned,
        rotation=rotation,
        scale=scale,
        origin=(x, -y),
        residual=math.sqrt(misfit / len(STABLE)) / scale,
    )
