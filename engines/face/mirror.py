"""A face in a mirror: its landmarks, its turn, its curves."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import ARKIT, MIRROR

from .canonical_face import CANONICAL

CURVES: Final[npt.NDArray[np.int64]] = MIRROR[: len(ARKIT)]
"""(52,) `weights[CURVES]` are those of the same face in a mirror."""


def _partners() -> npt.NDArray[np.int64]:
    """Return (478,): the canonical face is symmetric, so the nearest one is it."""
    away = CANONICAL[:, None] - CANONICAL[None] * (-1.0, 1.0, 1.0)
    found: npt.NDArray[np.int64] = (away**2).sum(axis=2).argmin(axis=1)
    return found


POINTS: Final = _partners()
"""(478,) each point's partner; a point on the middle line is its own."""
SIGN: Final[npt.NDArray[np.float32]] = np.array([-1.0, 1.0, 1.0], dtype=np.float32)
"""(3,) `points[POINTS] * SIGN` are those of the face in a mirror."""
TURN: Final[npt.NDArray[np.float32]] = np.array([1.0, -1.0, -1.0], dtype=np.float32)
"""(3,) of a rotation vector."""
