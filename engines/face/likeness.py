"""Whose face it is, in sixteen numbers that poses and expressions change little.

`likeness.npy` beside this file is ours: the linear discriminant directions of aligned
points, by which 1,920 rendered people (ICT-FaceKit, MIT, see NOTICE) differ most from
each other and least from themselves, as our tracker sees them under other expressions,
turns and lights. `facewire-models export likeness` writes it.

It tells who of a few people sits before one camera. It is no proof of who somebody is.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from .canonical_face import COUNT

Likeness = npt.NDArray[np.float32]
"""(SIZE,) float32. Single pictures of one person have a standard deviation of 1 in
every number."""

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
    """Return by how much two likenesses differ: their root mean square difference.

    Means over a second of looking ahead differ by about 0.5 for one person, seldom by
    more than 1.2, and by 2 to 2.5 for two people, seldom by less than 1.3.
    """
    difference = one - other
    return math.sqrt(float(difference @ difference) / SIZE)
