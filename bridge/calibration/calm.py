"""Finds the pictures of a recording that show the face at rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.curve_solver import FRONTAL
from engines.face.features import SPREAD, TYPICAL
from engines.face.geometry import read
from engines.face.neutral import Neutral
from engines.face.preprocess import Alignment
from protocols.arrays import Mask
from protocols.rotation import matrix_to_vector

Points = npt.NDArray[np.float32]

NEAR: Final = 0.6
"""Largest distance of a calm face from the estimated neutral one. The unit is standard
deviations between people, as a fourth-power mean over the measures. Tracker noise alone
gives 0.15 to 0.3, and the start of a smile gives 1."""

CALMEST_S: Final = 1.0
WIDER: Final = 1.5
"""A calm face is also at most this many times as far as the calmest `CALMEST_S`. With a
person who holds still, this excludes the start of a move."""


def ahead(alignment: Alignment) -> bool:
    """Return whether a face looks at the camera, by the limit of the live estimate."""
    pitch, yaw, _ = matrix_to_vector(alignment.rotation)
    return math.hypot(pitch, yaw) < FRONTAL


def find_calm(faces: Sequence[Alignment], times_s: Sequence[float]) -> Mask:
    """Return (N,) True where the face is at rest, relative to the live estimate.

    Args:
        faces: one for each picture, in order.
        times_s: rising times of the pictures in seconds.
    """
    neutral = Neutral(TYPICAL, SPREAD)
    measures = np.zeros((len(faces), len(TYPICAL)), dtype=np.float32)
    frontal = np.zeros(len(faces), dtype=np.bool_)
    for i, (face, at_s) in enumerate(zip(faces, times_s, strict=True)):
        measures[i] = read(face.points, matrix_to_vector(face.rotation))
        frontal[i] = ahead(face)
        neutral.update(measures[i], at_s, bool(frontal[i]))
    away = (measures - neutral.value) / SPREAD
    far = np.mean(away**4, axis=1) ** 0.25
    near = np.sort(far[frontal])
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else CALMEST_S
    calmest = near[: max(round(CALMEST_S / max(step_s, 1e-3)), 1)]
    limit = min(NEAR, WIDER * float(calmest[-1])) if len(calmest) else NEAR
    calm: Mask = frontal & (far < limit)
    return calm


def middle(faces: Sequence[Alignment]) -> Points:
    """Return (478, 3) in canonical centimetres: the median of one or more faces."""
    points: Points = np.median([face.points for face in faces], axis=0)
    return points.astype(np.float32)
