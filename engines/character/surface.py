"""A character's skin at rest and how its morph targets move it, in one frame.

The frame is the scene's, turned so that the character faces +Z: +X its left, +Y up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats, Ints, Numbers
from protocols.gltf.scene import Primitive, Scene

from .character import Character

STILL: Final = 1e-7
"""A target that moves no vertex farther than this does nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Every primitive that a morph target moves."""

    points: Numbers
    """(V, 3)"""
    triangles: Ints
    """(T, 3)"""
    names: tuple[str, ...]
    """The K morph targets; targets of one name are one."""
    moves: Floats
    """(K, V, 3) at weight 1."""

    def at(self, name: str) -> Floats:
        """Return (V, 3), what a target adds; zeros for a name that moves nothing."""
        if name in self.names:
            found: Floats = self.moves[self.names.index(name)]
            return found
        return np.zeros(self.points.shape, dtype=np.float32)


def surface(character: Character, facing: int) -> Surface:
    """Return the surface of a character.

    Args:
        character: its primitives without morph targets (eyeballs, clothes) are left
            out: they hide the rims of lids and lips.
        facing: 1 or -1, as in `Mapping`.
    """
    scene = character.scene
    turn = np.array([facing, 1.0, facing])
    names = dict.fromkeys(slot.name for slot in character.slots)
    number = {name: at for at, name in enumerate(names)}
    points, triangles, parts = [], [], []
    count = 0
    for at, node in enumerate(scene.nodes):
        mesh = scene.meshes[node.mesh] if node.mesh >= 0 else None
        for primitive in mesh.primitives if mesh is not None else ():
            if not len(primitive.moves) or np.abs(primitive.moves).max() <= STILL:
                continue
            assert mesh is not None
            matrices = placed(scene, at, primitive)
            turned = matrices[..., :3, :3]
            rest = _turned(turned, primitive.vertices) + matrices[..., :3, 3]
            points.append(rest * turn)
            triangles.append(primitive.triangles + count)
            moves = _turned(turned, primitive.moves) * turn
            rows = [number[name] for name in mesh.targets]
            parts.append((count, rows, moves))
            count += len(rest)
    moved = np.zeros((len(number), count, 3), dtype=np.float32)
    for start, rows, moves in parts:
        for row, move in zip(rows, moves, strict=False):
            moved[row, start : start + len(move)] += move
    if not points:
        nothing = np.zeros((0, 3))
        return Surface(nothing, nothing.astype(np.int64), tuple(names), moved)
    return Surface(
        np.concatenate(points),
        np.concatenate(triangles).astype(np.int64),
        tuple(names),
        moved,
    )


def placed(scene: Scene, node: int, primitive: Primitive) -> Numbers:
    """Return (V, 4, 4), or (4, 4) for all: what places vertices in the scene at rest.

    Args:
        scene: the file's.
        node: the one that has the mesh.
        primitive: of that mesh.
    """
    skin = scene.nodes[node].skin
    if skin < 0 or primitive.joints is None or primitive.weights is None:
        whole: Numbers = scene.world[node]
        return whole
    joints = scene.skins[skin]
    bones = scene.world[list(joints.joints)] @ joints.back
    out: Numbers = np.einsum("vk,vkij->vij", primitive.weights, bones[primitive.joints])
    return out


def _turned(turn: Numbers, offsets: Floats) -> Numbers:
    """Return (..., V, 3) offsets in the scene's frame."""
    if turn.ndim == 2:
        out: Numbers = offsets @ turn.T
        return out
    return np.asarray(np.einsum("vij,...vj->...vi", turn, offsets))
