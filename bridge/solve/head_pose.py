"""The head's position and rotation in the camera's frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.preprocess import CENTRE, Alignment
from protocols.rotation import Triple, matrix_to_vector

FIELD_OF_VIEW: Final = math.radians(63.0)
"""A common webcam's, across the width of the picture."""


@dataclass(frozen=True, slots=True)
class HeadPose:
    """A head in front of a camera. +X image right, +Y up, +Z toward the camera."""

    rotation: Triple
    """Rotation vector, radians; zero looks straight along the camera's axis."""

    position: Triple
    """Metres, of the point between the eyes. A face 60 cm away is at z = -0.6."""


def head_pose(
    alignment: Alignment,
    width: int,
    height: int,
    field_of_view: float = FIELD_OF_VIEW,
) -> HeadPose:
    """Return the pose of an aligned face under a pinhole camera.

    The alignment sees the face as if from straight ahead. A face beside the axis that
    looks frontal is turned toward the camera, so the ray to it is added to the turn.
    """
    focal = 0.5 * width / math.tan(0.5 * field_of_view)
    rotation, scale = alignment.rotation, alignment.scale
    x = (alignment.origin[0] - 0.5 * width) / scale
    y = (0.5 * height - alignment.origin[1]) / scale
    # The scale of the whole face is measured at the middle of the stable points.
    z = -focal / scale - float(rotation[2] @ CENTRE)
    turn = _toward_camera(x, y, z) @ rotation
    return HeadPose(
        rotation=matrix_to_vector(turn),
        position=(0.01 * x, 0.01 * y, 0.01 * z),
    )


def _toward_camera(x: float, y: float, z: float) -> npt.NDArray[np.float64]:
    """Return the shortest turn that takes +Z to the direction of -(x, y, z)."""
    length = math.sqrt(x * x + y * y + z * z)
    a, b, c = -x / length, -y / length, -z / length
    k = 1.0 / (1.0 + c)
    return np.array(
        [
            [1.0 - a * a * k, -a * b * k, a],
            [-a * b * k, 1.0 - b * b * k, b],
            [-a, -b, c],
        ]
    )
