"""The ten bones as a tree with a moving root, as animation programs expect them.

    spine -> chest -> upperChest -> neck -> head -> leftEye, rightEye, jaw
                          |
                          +-> leftShoulder, rightShoulder

The rest pose is that of `protocols.bones`, except that the eyes are as far apart as
those of the exported face. The head's position is the position of the middle between
the eyes, so the spine moves to put the eyes there. In a take without positions, all
zero, the spine stays still, with the eyes of the rest pose at the origin.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Numbers
from protocols.bones import HEAD_CHAIN, REST_POSITIONS
from protocols.channels import BONES, POSITION_SLICE, ROTATION_SLICE
from protocols.rotation import Triple

from .turns import multiply, quaternions, turned

PARENTS: Final[dict[str, str | None]] = {
    "spine": None,
    "chest": "spine",
    "upperChest": "chest",
    "neck": "upperChest",
    "head": "neck",
    "leftEye": "head",
    "rightEye": "head",
    "jaw": "head",
    "leftShoulder": "upperChest",
    "rightShoulder": "upperChest",
}
"""Parents come before children, and each branch is contiguous."""

JOINTS: Final = tuple(PARENTS)
"""The order of joints in files."""
FROM_BONES: Final = np.array([BONES.index(joint) for joint in JOINTS])
"""`rows[:, FROM_BONES]` reorders rows from `BONES` order to `JOINTS` order."""

_, _HEIGHT, _DEPTH = REST_POSITIONS["leftEye"]
EYES: Final[Triple] = (0.0, _HEIGHT, _DEPTH)
"""Metres from the head to the middle between the eyes."""
APART: Final = 0.03116
"""Metres from that middle to an eye."""

REST: Final[dict[str, Triple]] = {
    **{joint: REST_POSITIONS[joint] for joint in JOINTS},
    "leftEye": (APART, _HEIGHT, _DEPTH),
    "rightEye": (-APART, _HEIGHT, _DEPTH),
}
"""Metres from the parent; `root_positions` replaces the spine's."""


def children(joint: str) -> list[str]:
    """Return the children of a joint, in order."""
    return [name for name, parent in PARENTS.items() if parent == joint]


def joint_turns(vectors: npt.NDArray[np.float32]) -> Numbers:
    """Return (n, 10, 4) parent-local quaternions in `JOINTS` order.

    Args:
        vectors: (n, 85), all finite.
    """
    rotation = vectors[:, ROTATION_SLICE].reshape(len(vectors), len(BONES), 3)
    return quaternions(rotation[:, FROM_BONES])


def rest_places() -> dict[str, Triple]:
    """Return the rest positions of the joints: metres, with the middle of the eyes at
    0."""
    places = {"spine": _rest_root()}
    for joint, parent in PARENTS.items():
        if parent is not None:
            x, y, z = (a + b for a, b in zip(places[parent], REST[joint], strict=True))
            places[joint] = (x, y, z)
    return places


def root_positions(vectors: npt.NDArray[np.float32]) -> Numbers:
    """Return (n, 3) metres, the spine's position in every frame."""
    places = vectors[:, POSITION_SLICE].astype(np.float64)
    if not places.any():
        return np.tile(np.array(_rest_root()), (len(vectors), 1))
    turns = dict(zip(JOINTS, np.moveaxis(joint_turns(vectors), 1, 0), strict=True))
    reach = np.zeros_like(places)
    turn = turns["spine"]
    for joint in HEAD_CHAIN[1:]:
        reach += turned(turn, REST[joint])
        turn = multiply(turn, turns[joint])
    return places - reach - turned(turn, EYES)


def _rest_root() -> Triple:
    steps = np.array([EYES, *(REST[joint] for joint in HEAD_CHAIN[1:])])
    x, y, z = (-steps.sum(axis=0)).tolist()
    return (x, y, z)
