"""The 58 signals that describe a face's motion, from the frame's 85 channels.

    0..51   the weights, 0 to 1
    52..54  the head's whole rotation, the neck's part included: rotation vector,
    radians
    55..57  the head's position, metres

All other bones are derived from these: eyes and jaw from weights, the body from the
head.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import (
    ARKIT,
    POSITION,
    POSITION_SLICE,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
)

Signals = npt.NDArray[np.float32]
"""(58,) float32 in `SIGNALS` order."""

SIGNALS: Final = (*ARKIT, *(f"turn.{axis}" for axis in "xyz"), *POSITION)
COUNT: Final = len(SIGNALS)
WEIGHTS: Final = slice(0, len(ARKIT))
TURN: Final = slice(len(ARKIT), len(ARKIT) + 3)
PLACE: Final = slice(len(ARKIT) + 3, COUNT)

SCALE: Final[Signals] = np.concatenate(
    [np.ones(len(ARKIT)), np.full(3, 1 / 0.7), np.full(3, 10.0)]
).astype(np.float32)
"""(58,) `signals * SCALE` gives the network's units: about 1 for a large movement."""

_HEAD: Final = bone_slice("head")
_NECK: Final = bone_slice("neck")


def signals_of(vector: Vector) -> Signals:
    """Return (58,) signals of a frame's (85,) vector.

    Head and neck share one rotation about one axis, as `bridge.solve.actor` splits it.
    """
    out = np.empty(COUNT, dtype=np.float32)
    out[WEIGHTS] = vector[WEIGHTS_SLICE]
    out[TURN] = vector[_HEAD] + vector[_NECK]
    out[PLACE] = vector[POSITION_SLICE]
    return out
