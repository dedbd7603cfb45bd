"""The bones of a character, and the turns that each of them makes.

A character may lack some of the ten bones. The turn of a missing bone goes to the next
one of the chain toward the head, or else to the next one toward the hips, so that the
head turns as far as the actor's on every rig:

    spine -> chest -> upperChest -> neck -> head

A missing shoulder, eye or jaw does not turn.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from protocols.bones import HEAD_CHAIN, REST_POSITIONS
from protocols.channels import Vector, bone_slice
from protocols.gltf.scene import Scene
from protocols.rotation import Triple, multiply, quaternion, rotation_vector

EYES: Final = 0.063
"""Metres between the eyes of an adult."""

_NUMBER: Final = re.compile(r"#(\d{1,9})")


def node_of(scene: Scene, text: str) -> int:
    """Return the node that a mapping names: its name, or `#12`; -1 without one."""
    for index, node in enumerate(scene.nodes):
        if node.name == text:
            return index
    number = _NUMBER.fullmatch(text)
    index = int(number[1]) if number else -1
    return index if index < len(scene.nodes) else -1


def skeleton(scene: Scene, bones: Mapping[str, str]) -> dict[str, int]:
    """Return the node of each bone that the character has.

    A bone of the chain that does not carry the bones above it is left out: its turn
    would not move the head.
    """
    found = {bone: node_of(scene, text) for bone, text in bones.items()}
    found = {bone: node for bone, node in found.items() if node >= 0}
    above = -1
    for bone in reversed(HEAD_CHAIN):
        if bone not in found:
            continue
        if above >= 0 and found[bone] not in _ancestors(scene, above):
            del found[bone]
        else:
            above = found[bone]
    return found


def _ancestors(scene: Scene, node: int) -> set[int]:
    met: set[int] = set()
    while (node := scene.nodes[node].parent) >= 0 and node not in met:
        met.add(node)
    return met


def owners(bones: Collection[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return each bone of the chain that turns, with the bones whose turns it makes.

    Without any bone of the chain, the head makes them all.
    """
    has = [bone for bone in HEAD_CHAIN if bone in bones] or ["head"]
    rank = {bone: place for place, bone in enumerate(HEAD_CHAIN)}
    made: dict[str, list[str]] = {bone: [] for bone in has}
    for bone in HEAD_CHAIN:
        later = [one for one in has if rank[one] >= rank[bone]]
        made[later[0] if later else has[-1]].append(bone)
    return [(bone, tuple(parts)) for bone, parts in made.items()]


class Chain:
    """Moves the turns of missing bones to others. Has no state."""

    def __init__(self, bones: Collection[str]) -> None:
        """Use these bones, of `protocols.channels.BONES`."""
        gone = [bone for bone in REST_POSITIONS if bone not in bones]
        shared = [(bone, parts) for bone, parts in owners(bones) if len(parts) > 1]
        self._moved = [
            (bone_slice(bone), [bone_slice(part) for part in parts])
            for bone, parts in shared
        ]
        turning = {bone for bone, _ in owners(bones)}
        self._still = np.concatenate(
            [np.r_[bone_slice(bone)] for bone in gone if bone not in turning]
            or [np.zeros(0, dtype=np.intp)]
        )

    def __call__(self, vector: Vector) -> None:
        """Change the turns of a (85,) vector, in place."""
        for owner, parts in self._moved:
            turn = None
            for part in parts:
                x, y, z = vector[part].tolist()
                if x or y or z:
                    one = quaternion(x, y, z)
                    turn = one if turn is None else multiply(turn, one)
            if turn is not None:
                vector[owner] = rotation_vector(turn)
        vector[self._still] = 0.0


def eye_distance(scene: Scene, bones: Mapping[str, int]) -> float:
    """Return the distance of the eyes at rest, file units; 0 if it is unknown."""
    if "leftEye" not in bones or "rightEye" not in bones:
        return 0.0
    ends = [scene.world[bones[eye], :3, 3] for eye in ("leftEye", "rightEye")]
    return float(np.linalg.norm(ends[0] - ends[1]))


def metres(scene: Scene, bones: Mapping[str, int]) -> float:
    """Return how many metres one unit of the file is.

    A glTF file is in metres, but some are written in centimetres or in other units: the
    power of ten is chosen that brings the eyes nearest to an adult's distance.
    """
    gap = eye_distance(scene, bones)
    if scene.vrm is not None or gap <= 0.0:
        return 1.0
    return float(10.0 ** np.round(np.log10(EYES / gap)))


def rest_positions(
    scene: Scene, bones: Mapping[str, int], facing: int
) -> dict[str, Triple]:
    """Return where each bone is at rest, from the one above it, in metres.

    The frame is ours: +X the character's left, +Y up, +Z out of its face. "Above" is
    the node's parent; for VRM 1 it is the next humanoid bone, because receivers pose a
    skeleton of humanoid bones alone there.
    """
    size = metres(scene, bones)
    vrm = scene.vrm
    humanoid = set(vrm.bones.values()) if vrm is not None and vrm.version == 1 else None
    found: dict[str, Triple] = {}
    for bone, node in bones.items():
        parent = scene.nodes[node].parent
        while humanoid is not None and parent >= 0 and parent not in humanoid:
            parent = scene.nodes[parent].parent
        under = scene.world[parent, :3, 3] if parent >= 0 else np.zeros(3)
        x, y, z = ((scene.world[node, :3, 3] - under) * size).tolist()
        found[bone] = (facing * x, y, facing * z)
    return found
