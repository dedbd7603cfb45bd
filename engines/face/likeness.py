"""Sixteen numbers that tell people apart and change little with pose and expression.

`likeness.npy` beside this file is ours. It holds linear discriminant directions of
aligned points: 1,920 rendered people (ICT-FaceKit, MIT, see NOTICE) differ the most
along them, and one person under different expressions, turns and lights the least.
`facewire-models export likeness` writes it.

It tells apart a few people before one camera. It does not identify anybody.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from .canonical_face import COUNT

Likeness = npt.NDArray[np.float32]
"""(SIZE,) float32. Over pictures of one person, each number has a standard deviation
of 1."""

SIZE: Final = 16

_DIRECTIONS: Final[npt.NDArray[np.float32]] = np.load(
    Path(__file__).with_name("likeness.npy")
)
"""(SIZE, COUNT * 3)"""
if _DIRECTIONS.shape != (SIZE, COUNT * 3):
    raise ValueError(f"likeness.npy holds {_DIRECTIONS.shape}")
_DIRECTIONS.setflags(write=False)


def likeness(points: npt.NDArray[np.float32]) -> Likeness:
    """Return the likeness of aligned points, (478, 3) canonical centimetres."""
    found: Likeness = _DIRECTIONS @ points.reshape(-1)
    return found


def apart(one: Likeness, other: Likeness) -> float:
    """Return the root mean square difference of two likenesses.

    Means over a second of looking ahead differ by about 0.5 for one person, seldom by
    more than 1.2, and by 2 to 2.5 for two people, seldom by less than 1.3.
    """
    difference = one - other
    return math.sqrt(float(difference @ difference) / SIZE)
