"""The primitives of a glTF scene, each at rest in the scene's frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engines.character.names import curve
from protocols.arrays import Floats, Ints, Numbers
from protocols.gltf.scene import Material, Node, Primitive, Scene

PLAIN: Final = Material(np.full(3, 0.8, dtype=np.float32), -1, False, 0.0)
"""What a primitive without a material looks like."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One primitive."""

    vertices: Numbers
    """(V, 3) in the scene's frame, skinned."""
    triangles: Ints
    """(T, 3)"""
    colours: Floats
    """(V, 3) linear light."""
    texture: int
    """Index of an image, -1 without one."""
    uv: Floats
    """(V, 2) v down; zeros without a texture."""
    double: bool
    owners: Ints
    """(V,) the node that carries each vertex most."""
    shapes: dict[int, Numbers] = field(default_factory=dict)
    """By place in `ARKIT`, (V, 3) in the scene's frame at weight 1."""


def read_parts(scene: Scene) -> list[Part]:
    """Return every list of triangles that a node of the scene has."""
    return [
        _part(scene, i, node, primitive, scene.meshes[node.mesh].targets)
        for i, node in enumerate(scene.nodes)
        if node.mesh >= 0
        for primitive in scene.meshes[node.mesh].primitives
    ]


def _part(
    scene: Scene, at: int, node: Node, primitive: Primitive, names: tuple[str, ...]
) -> Part:
    matrices, owners = _bind(scene, at, node, primitive)
    turn = matrices[:, :3, :3]
    local = primitive.vertices.astype(np.float64)
    shapes: dict[int, Numbers] = {}
    for name, target in zip(names, primitive.moves, strict=True):
        place = curve(name)
        if place is not None:
            moved = np.einsum("vij,vj->vi", turn, target.astype(np.float64))
            shapes[place] = shapes[place] + moved if place in shapes else moved
    plain = primitive.material < 0
    material = PLAIN if plain else scene.materials[primitive.material]
    return Part(
        vertices=np.einsum("vij,vj->vi", turn, local) + matrices[:, :3, 3],
        triangles=primitive.triangles,
        colours=material.colour * primitive.colours,
        texture=material.image,
        uv=primitive.uv,
        double=material.double,
        owners=owners,
        shapes=shapes,
    )


def _bind(
    scene: Scene, at: int, node: Node, primitive: Primitive
) -> tuple[Numbers, Ints]:
    """Return (V, 4, 4): what places each vertex, and (V,): the node that does most."""
    count = len(primitive.vertices)
    joints, weights = primitive.joints, primitive.weights
    if node.skin < 0 or joints is None or weights is None:
        # The mesh's own node places it.
        matrices = np.broadcast_to(scene.world[at], (count, 4, 4))
        return matrices, np.full(count, at, dtype=np.int64)
    skin = scene.skins[node.skin]
    nodes = np.asarray(skin.joints, dtype=np.int64)
    moves = scene.world[nodes] @ skin.back
    out = np.zeros((count, 4, 4))
    for k in range(4):
        out += weights[:, k, None, None] * moves[joints[:, k]]
    most = joints[np.arange(count), weights.argmax(axis=1)]
    return out, nodes[most]
