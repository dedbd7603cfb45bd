"""Turns the head of a solved face as the picture shows it.

The solver adds the direction from the camera to the face: a face at the side of the
picture that looks frontal is turned to the camera. An animated character stands in the
middle of its own picture, so there that direction is taken out again. Also, an image
may be cut out of a larger one, and then the place of the face says nothing about it.
"""

from __future__ import annotations

import math

from protocols.bones import HEAD_CHAIN, bone_quaternions, head_turn
from protocols.channels import BONES, POSITION_SLICE, Vector, bone_slice
from protocols.rotation import IDENTITY, Quaternion, multiply, rotation_vector

_HEAD = BONES.index("head")


def as_seen(vector: Vector) -> Vector:
    """Return a copy of a solved (85,) vector with the head turned as seen, and the
    position 0."""
    out = vector.copy()
    x, y, z = vector[POSITION_SLICE].tolist()
    away = math.sqrt(x * x + y * y + z * z)
    if away == 0.0:
        return out
    out[POSITION_SLICE] = 0.0
    # Back from the direction to the camera to +Z, the shortest way.
    a, b, c = -x / away, -y / away, -z / away
    half = math.sqrt(max(2.0 + 2.0 * c, 1e-9))
    back = (b / half, -a / half, 0.0, 0.5 * half)
    bones = bone_quaternions(vector)
    whole = head_turn(bones)
    below = head_turn([IDENTITY if at == _HEAD else q for at, q in enumerate(bones)])
    turned = multiply(_inverse(below), multiply(back, whole))
    out[bone_slice(HEAD_CHAIN[-1])] = rotation_vector(turned)
    return out


def _inverse(q: Quaternion) -> Quaternion:
    return (-q[0], -q[1], -q[2], q[3])
