"""What counts in the anchor beside landmarks: some measures, and eyes that agree."""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import ARKIT, INDEX

from .anchor_strengths import MEASURED_NAMES, SIDES
from .features import AT, SPREAD

GAZE: Final = {
    **{"eyeLookOut": 0.70, "eyeLookIn": -0.45},
    **{"eyeLookDown": 0.61, "eyeLookUp": -0.45},
}
"""Radians that an eye turns by at 1, outward and down, fitted on real ARKit takes."""

NAMES: Final = MEASURED_NAMES
ROWS: Final = np.array([AT[name] for name in NAMES])
"""(M,) where they are among all measures."""
IS_IRIS: Final = np.array([name.startswith("iris") for name in NAMES])
ON_SIDE: Final = np.array([int(not name.endswith("Left")) for name in NAMES])
"""(M,) 0 on the left."""
ROW_REGION: Final = np.array(
    [0 if n.startswith("brow") else 1 if n.startswith("iris") else 2 for n in NAMES]
)
"""(M,) index of each in `expected_error.REGIONS`."""
ROW_SPREAD: Final = SPREAD[ROWS].astype(np.float64)
"""(M,) centimetres: how much neutral faces differ."""
LOOKS: Final = np.array([[INDEX[name + side] for name in GAZE] for side in SIDES])
"""(2, 4) curves of gaze, left and right."""


def agreeing(together: float) -> Numbers:
    """Return (52, 52): what both eyes' gaze being one adds to the gram matrix.

    Args:
        together: `Strengths.together`.
    """
    rows = np.zeros((2, len(ARKIT)))
    for name, radians in GAZE.items():
        axis = int(name in ("eyeLookDown", "eyeLookUp"))
        for side, sign in zip(SIDES, (1.0, -1.0), strict=True):
            # Outward is to the left on the left, and to the right on the right.
            rows[axis, INDEX[name + side]] += radians * (sign if axis else 1.0)
    return rows.T @ rows / together**2
