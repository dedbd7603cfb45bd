"""The ten bones as quaternions, their hierarchy, and their rest positions.

    spine -> chest -> upperChest -> neck -> head -> leftEye, rightEye, jaw
                          |
                          +-> leftShoulder, rightShoulder

A bone's quaternion is parent-local, so the head's rotation in the world is the product
along the chain, from the spine outward.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

from .channels import BONES, ROTATION_SLICE, Vector
from .rotation import IDENTITY, Quaternion, Triple, multiply, quaternion

HEAD_CHAIN: Final = ("spine", "chest", "upperChest", "neck", "head")
_CHAIN: Final = tuple(BONES.index(bone) for bone in HEAD_CHAIN)

REST_POSITIONS: Final[dict[str, Triple]] = {
    "spine": (0.0, 0.060, 0.0),
    "chest": (0.0, 0.120, 0.0),
    "upperChest": (0.0, 0.110, 0.0),
    "neck": (0.0, 0.130, 0.0),
    "head": (0.0, 0.085, 0.010),
    "leftShoulder": (0.025, 0.090, 0.0),
    "rightShoulder": (-0.025, 0.090, 0.0),
    "leftEye": (0.017, 0.060, 0.025),
    "rightEye": (-0.017, 0.060, 0.025),
    "jaw": (0.0, 0.010, 0.020),
}
"""Metres from the parent (the spine from the hips), internal frame: +X actor's left.

These are the proportions of a typical VRM adult of 1.6 m. For a character of other
proportions, use rotations alone.
"""


def bone_quaternions(vector: Vector) -> list[Quaternion]:
    """Return one parent-local unit quaternion per bone, in `BONES` order.

    Args:
        vector: (85,), all finite.
    """
    angles = iter(vector[ROTATION_SLICE].tolist())
    # Most bones are at rest most of the time.
    return [
        quaternion(x, y, z) if x or y or z else IDENTITY
        for x, y, z in zip(angles, angles, angles, strict=True)
    ]


def head_turn(bones: Sequence[Quaternion]) -> Quaternion:
    """Return the head's rotation in the world: the product along the chain."""
    turned = [bones[i] for i in _CHAIN if bones[i] is not IDENTITY]
    return reduce(multiply, turned) if turned else IDENTITY
