"""Where the eyes look: from the eight curves of the looks to angles of the eyeballs."""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT

# Radians per unit of each curve: a fit of eye angles on curves in 8.5 minutes of real
# ARKit takes. Up and down fit well; in and out differ widely from take to take (out
# 0.64 to 0.96), so that theirs are a compromise.
GAZE_OUT: Final = 0.70
GAZE_IN: Final = 0.45
GAZE_UP: Final = 0.45
GAZE_DOWN: Final = 0.61


def gaze(weights: Floats) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return (yaw, pitch) of the left and the right eye in radians, head-local."""
    w = dict(zip(ARKIT, weights.tolist(), strict=True))
    angles = []
    for side, outward in (("Left", 1.0), ("Right", -1.0)):
        out = GAZE_OUT * w[f"eyeLookOut{side}"] - GAZE_IN * w[f"eyeLookIn{side}"]
        down = GAZE_DOWN * w[f"eyeLookDown{side}"] - GAZE_UP * w[f"eyeLookUp{side}"]
        angles.append((outward * out, down))
    return angles[0], angles[1]


def gaze_rotation(yaw: float, pitch: float) -> Floats:
    """Return (3, 3), Ry(yaw) Rx(pitch)."""
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    return np.array(
        [[cy, sy * sp, sy * cp], [0, cp, -sp], [-sy, cy * sp, cy * cp]],
        dtype=np.float32,
    )
