"""A character in a posture: where its vertices are, and which way they face."""

from __future__ import annotations

import numpy as np

from engines.character.character import Posture, downward
from protocols.arrays import Floats, Numbers
from protocols.gltf.scene import Node, Scene

from .figure import Figure, carry


def pose(made: Figure, posture: Posture) -> Floats:
    """Return (V, 3) vertices in the scene's frame and units.

    Morph targets move vertices first, then bones and nodes do, as glTF says: linear
    blending of up to four joints, and a skinned mesh's own node does nothing.

    Args:
        made: from `figure`.
        posture: of the same character.
    """
    local = made.vertices
    used = np.flatnonzero(posture.weights)
    if len(used):
        local = local.copy()
        for at in used:
            move = made.moves[at]
            # No target moves a vertex twice, so nothing is lost here.
            local[move.vertices] += move.offsets * np.float32(posture.weights[at])
    placed = made.placed
    if posture.turns or posture.places:
        placed = carry(made, world(made.character.scene, posture))
    moved: Floats = np.einsum("vij,vj->vi", placed[:, :, :3], local)
    moved += placed[:, :, 3]
    return moved


def world(scene: Scene, posture: Posture) -> Numbers:
    """Return (N, 4, 4): each node's own frame in the scene's, in a posture.

    Args:
        scene: the character's.
        posture: turns and places are looked at, weights are not.
    """
    found = scene.world.copy()
    changed = posture.turns.keys() | posture.places.keys()
    moved: set[int] = set()
    for at in downward(scene):
        node = scene.nodes[at]
        if at in changed or node.parent in moved:
            moved.add(at)
            own = local(node, posture.turns.get(at), posture.places.get(at))
            found[at] = found[node.parent] @ own if node.parent >= 0 else own
    return found


def local(
    node: Node, turn: Floats | None = None, place: Floats | None = None
) -> Numbers:
    """Return (4, 4): a node's frame in its parent's.

    Args:
        node: gives what is not said here.
        turn: (4,) x y z w in place of its rotation; any length but zero.
        place: (3,) in place of its translation.
    """
    x, y, z, w = np.asarray(node.rotation if turn is None else turn, dtype=np.float64)
    length = x * x + y * y + z * z + w * w
    k = 2.0 / length if length > 0 else 0.0
    found = np.eye(4)
    found[:3, :3] = [
        [1 - k * (y * y + z * z), k * (x * y - w * z), k * (x * z + w * y)],
        [k * (x * y + w * z), 1 - k * (x * x + z * z), k * (y * z - w * x)],
        [k * (x * z - w * y), k * (y * z + w * x), 1 - k * (x * x + y * y)],
    ]
    found[:3, :3] *= node.scale
    found[:3, 3] = node.translation if place is None else place
    return found
