"""The doubt of a face's curves while the face is not seen.

Motion keeps the doubt of the last seen frame: smoothing and prediction do not lower it.
Without a face it rises to `UNKNOWN`, the doubt of a face of which nothing is known.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from engines.face.doubt import UNKNOWN
from protocols.channels import Vector

RISE_S: Final = 0.5
"""Time constant of the rise. On seven recorded takes, a weight is after half a second
62 % as far from its value (root mean square) as after five seconds; the rise reaches
63 %."""


def unseen(doubt: Vector, since_s: float) -> Vector:
    """Return the (52,) doubt of a face that is not seen; it never falls.

    Args:
        doubt: (52,) of the last frame with the face.
        since_s: seconds since that frame.
    """
    if since_s <= 0.0:
        return doubt
    part = np.float32(-math.expm1(-since_s / RISE_S))
    risen: Vector = doubt + part * np.maximum(UNKNOWN - doubt, 0.0)
    return risen
