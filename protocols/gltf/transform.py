"""Takes a node's matrix apart into translation, rotation and scale."""

from __future__ import annotations

import numpy as np

from protocols.arrays import Numbers
from protocols.errors import DecodeError
from protocols.export.turns import quaternions
from protocols.rotation import matrix_to_vector

FLAT = 1e-9
"""A column of a matrix that is shorter has no direction."""


def taken_apart(matrix: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return translation (3,), unit quaternion (4,) x y z w, and scale (3,).

    A mirrored matrix gets a negative scale along x. Shear, which glTF does not allow,
    is lost.

    Args:
        matrix: (4, 4) of column vectors.

    Raises:
        DecodeError: it is not finite, or flat.
    """
    columns = matrix[:3, :3]
    scale = np.linalg.norm(columns, axis=0)
    if not np.isfinite(matrix).all() or scale.min() < FLAT:
        raise DecodeError("gltf: a node's matrix is flat or not finite")
    if np.linalg.det(columns) < 0.0:
        scale[0] = -scale[0]
    turn = quaternions(matrix_to_vector(columns / scale))
    return matrix[:3, 3].copy(), turn, scale
