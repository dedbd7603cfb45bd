"""Landmarks, turn and curves of a face seen in a mirror."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, MIRROR

from .canonical_face import CANONICAL

CURVES: Final[npt.NDArray[np.int64]] = MIRROR[: len(ARKIT)]
"""(52,) `weights[CURVES]` are the weights of the same face in a mirror."""


def _partners() -> npt.NDArray[np.int64]:
    """Return (478,): the point nearest to each one's mirror image."""
    away = CANONICAL[:, None] - CANONICAL[None] * (-1.0, 1.0, 1.0)
    found: npt.NDArray[np.int64] = (away**2).sum(axis=2).argmin(axis=1)
    return found


POINTS: Final = _partners()
"""(478,) the partner of each point; a point on the middle line is its own."""
SIGN: Final[npt.NDArray[np.float32]] = np.array([-1.0, 1.0, 1.0], dtype=np.float32)
"""(3,) `points[POINTS] * SIGN` are the points of the face in a mirror."""
TURN: Final[npt.NDArray[np.float32]] = np.array([1.0, -1.0, -1.0], dtype=np.float32)
"""(3,) `turn * TURN` is the rotation vector of the face in a mirror."""
