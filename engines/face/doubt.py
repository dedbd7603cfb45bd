"""The doubt of solvers that do not estimate it themselves: a table of measured errors.

A doubt is the root mean square error to expect of a weight, in units of the weight. The
tables are errors on rendered faces of people who were never learned from: 3,611 faces
of 192 people for geometry, which knew their neutral faces, and 748 faces of 40 people
for MediaPipe's task. `tests/engines/face/derive_doubt.py` measures such tables. The two
sides of a curve share one number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT, opposite

UNKNOWN: Final = 0.5
"""The doubt of a face of which nothing is known. No number between 0 and 1 can have a
larger standard deviation."""

WIDEST: Final = 0.75
"""Radians. Few of the measured faces were turned farther away from the camera."""
AWAY: Final = 1.2
"""Radians. From this turn on, nothing is known; `confidence` is 0 there as well."""


@dataclass(frozen=True, slots=True, eq=False)
class ErrorTable:
    """The expected errors of one solver."""

    errors: Floats
    """(52,) float32 in `ARKIT` order, of a head that looks at the camera."""
    per_radian: float
    """The errors grow by this share for each radian of turn."""
    stranger: float = 0.0
    """They grow by this share if the person's neutral face is not known."""

    def __call__(self, turn: float, known: float = 1.0) -> Floats:
        """Return the (52,) doubt of a face, 0 to 1.

        Args:
            turn: radians that the head is turned away from the camera, 0 or more.
            known: 0 to 1, how well the neutral face is known.
        """
        grown = (1.0 + self.per_radian * turn) * (1.0 + self.stranger * (1.0 - known))
        doubt: Floats = self.errors * np.float32(grown)
        if turn > WIDEST:
            part = min((turn - WIDEST) / (AWAY - WIDEST), 1.0)
            doubt += np.float32(part) * np.maximum(UNKNOWN - doubt, 0.0)
        return doubt


def table(errors: Mapping[str, float]) -> Floats:
    """Return (52,) errors from those of the middle and left curves.

    Raises:
        ValueError: a curve is missing.
    """
    missing = [n for n in ARKIT if n not in errors and opposite(n) not in errors]
    if missing:
        raise ValueError(f"doubt: no error for {', '.join(missing)}")
    return np.array(
        [errors[name if name in errors else opposite(name)] for name in ARKIT],
        dtype=np.float32,
    )


GEOMETRIC: Final = ErrorTable(
    table(
        {
            "eyeBlinkLeft": 0.16,
            "eyeLookDownLeft": 0.19,
            "eyeLookInLeft": 0.16,
            "eyeLookOutLeft": 0.13,
            "eyeLookUpLeft": 0.16,
            "eyeSquintLeft": 0.19,
            "eyeWideLeft": 0.20,
            "jawForward": 0.11,
            "jawLeft": 0.17,
            "jawOpen": 0.17,
            "mouthClose": 0.16,
            "mouthFunnel": 0.11,
            "mouthPucker": 0.13,
            "mouthLeft": 0.11,
            "mouthSmileLeft": 0.10,
            "mouthFrownLeft": 0.20,
            "mouthDimpleLeft": 0.15,
            "mouthStretchLeft": 0.20,
            "mouthRollLower": 0.19,
            "mouthRollUpper": 0.18,
            "mouthShrugLower": 0.14,
            "mouthShrugUpper": 0.16,
            "mouthPressLeft": 0.09,
            "mouthLowerDownLeft": 0.17,
            "mouthUpperUpLeft": 0.12,
            "browDownLeft": 0.33,
            "browInnerUp": 0.22,
            "browOuterUpLeft": 0.18,
            "cheekPuff": 0.12,
            "cheekSquintLeft": 0.11,
            "noseSneerLeft": 0.17,
            "tongueOut": 0.10,
        }
    ),
    per_radian=0.25,
    stranger=0.2,
)
"""`GeometricSolver`; the root mean square of all curves is 0.18 with their turns."""

MEDIAPIPE: Final = ErrorTable(
    table(
        {
            "eyeBlinkLeft": 0.15,
            "eyeLookDownLeft": 0.25,
            "eyeLookInLeft": 0.17,
            "eyeLookOutLeft": 0.15,
            "eyeLookUpLeft": 0.17,
            "eyeSquintLeft": 0.27,
            "eyeWideLeft": 0.19,
            "jawForward": 0.10,
            "jawLeft": 0.11,
            "jawOpen": 0.17,
            "mouthClose": 0.12,
            "mouthFunnel": 0.11,
            "mouthPucker": 0.27,
            "mouthLeft": 0.08,
            "mouthSmileLeft": 0.10,
            "mouthFrownLeft": 0.15,
            "mouthDimpleLeft": 0.13,
            "mouthStretchLeft": 0.13,
            "mouthRollLower": 0.20,
            "mouthRollUpper": 0.17,
            "mouthShrugLower": 0.17,
            "mouthShrugUpper": 0.13,
            "mouthPressLeft": 0.14,
            "mouthLowerDownLeft": 0.16,
            "mouthUpperUpLeft": 0.12,
            "browDownLeft": 0.16,
            "browInnerUp": 0.47,
            "browOuterUpLeft": 0.42,
            "cheekPuff": 0.11,
            "cheekSquintLeft": 0.09,
            "noseSneerLeft": 0.13,
            "tongueOut": 0.14,
        }
    ),
    per_radian=0.05,
)
"""`TrackerSolver` with MediaPipe's task; the root mean square of all curves is 0.19."""
