"""A character: the scene of a file, and the places where weights and turns go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protocols.arrays import Floats
from protocols.gltf.scene import Scene
from protocols.gltf.vrm import Clip

from .mapping import CLIP


@dataclass(frozen=True, slots=True)
class Slot:
    """One morph target of one node: the place of one weight."""

    node: int
    target: int
    """Index among the targets of the node's mesh."""
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Character:
    """What can be posed, drawn and animated."""

    name: str
    """Of its file, without the suffix."""
    scene: Scene
    slots: tuple[Slot, ...]
    """Node by node, target by target."""


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """One moment of a character."""

    weights: Floats
    """(S,) one for each slot."""
    turns: dict[int, Floats]
    """Local rotation (4,) x y z w of each node that is not at rest."""
    places: dict[int, Floats]
    """Local translation (3,) of each node that is not at rest, file units."""


def character(name: str, scene: Scene) -> Character:
    """Return a scene with its slots."""
    slots = [
        Slot(at, target, text)
        for at, node in enumerate(scene.nodes)
        if node.mesh >= 0
        for target, text in enumerate(scene.meshes[node.mesh].targets)
    ]
    return Character(name, scene, tuple(slots))


def rest(character: Character) -> Posture:
    """Return the posture of the file."""
    return Posture(np.zeros(len(character.slots), dtype=np.float32), {}, {})


def downward(scene: Scene) -> list[int]:
    """Return the nodes of a scene: those above before those below."""
    below: list[list[int]] = [[] for _ in scene.nodes]
    found = []
    for at, node in enumerate(scene.nodes):
        if node.parent >= 0:
            below[node.parent].append(at)
        else:
            found.append(at)
    # It grows while it is read.
    for at in found:
        found.extend(below[at])
    return found


def clips_of(character: Character) -> dict[str, Clip]:
    """Return the expressions of a VRM by the targets that drives name them by."""
    vrm = character.scene.vrm
    return {CLIP + clip.name: clip for clip in vrm.clips} if vrm is not None else {}
