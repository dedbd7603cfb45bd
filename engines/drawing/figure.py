"""A character laid out for drawing: everything that no posture changes.

The primitives of all meshes become one list of vertices and one of triangles. A vertex
is carried by up to four carriers: bones, or the node of its mesh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.character.character import Character
from protocols.arrays import Floats, Indices, Ints, Numbers
from protocols.gltf.scene import Material, Primitive, Scene

from .sums import Sums, merged, sums

PLAIN: Final = Material(np.full(3, 0.8, dtype=np.float32), -1, False, 0.0)
"""What a primitive without a material looks like."""


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """What one slot adds to vertices at weight 1."""

    vertices: Ints
    """(M,) those that it moves."""
    offsets: Floats
    """(M, 3) in the frame of the vertices."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """What `pose` and `draw` need."""

    character: Character
    vertices: Floats
    """(V, 3) in the frame of the mesh's node, or of the skin."""
    triangles: Indices
    """(T, 3) anticlockwise from outside."""
    material: Indices
    """(T,) index into the scene's materials, -1 for the plain one."""
    colours: Floats
    """(V, 3) linear light: of the vertex times that of its material."""
    uv: Floats
    """(V, 2) v down."""
    moves: tuple[Move, ...]
    """One for each slot of the character."""
    carriers: Indices
    """(C,) nodes."""
    back: Numbers
    """(C, 4, 4) from the vertices' frame into the node's."""
    shares: Sums
    """Over the carriers of each vertex, by how much of it each carries."""
    main: Indices
    """(V,) the node that carries each vertex most."""
    placed: Floats
    """(V, 3, 4) what the carriers do to each vertex at rest."""


def figure(character: Character) -> Figure:
    """Return a character laid out."""
    scene = character.scene
    blocks = [
        (at, primitive)
        for at, node in enumerate(scene.nodes)
        if node.mesh >= 0
        for primitive in scene.meshes[node.mesh].primitives
    ]
    sizes = [len(primitive.vertices) for _, primitive in blocks]
    starts = np.cumsum([0, *sizes])
    nodes, back, shares, most = _carriers(scene, blocks, starts)
    carried = shares.of(_rows(scene.world[nodes] @ back))
    main = nodes[most] if len(nodes) else np.zeros(0, dtype=np.int32)
    return Figure(
        character=character,
        vertices=_join([p.vertices for _, p in blocks], (3,)),
        triangles=_numbers(
            [
                primitive.triangles + start
                for (_, primitive), start in zip(blocks, starts, strict=False)
            ],
            (3,),
        ),
        material=_numbers(
            [np.full(len(p.triangles), p.material) for _, p in blocks], ()
        ),
        colours=_join(
            [p.colours * surface(scene, p.material).colour for _, p in blocks], (3,)
        ),
        uv=_join([p.uv for _, p in blocks], (2,)),
        moves=_moves(character, blocks, starts),
        carriers=nodes,
        back=back,
        shares=shares,
        main=main,
        placed=carried.reshape(-1, 3, 4),
    )


def surface(scene: Scene, material: int) -> Material:
    """Return the material of an index, the plain one for -1."""
    return scene.materials[material] if material >= 0 else PLAIN


def _rows(matrices: Numbers) -> Floats:
    """Return (C, 12): the upper three rows of each matrix."""
    return np.ascontiguousarray(matrices[:, :3].reshape(-1, 12), dtype=np.float32)


def carry(made: Figure, world: Numbers) -> Floats:
    """Return (V, 3, 4): what the carriers do to each vertex.

    Args:
        made: the character.
        world: (N, 4, 4) of its nodes.
    """
    moved = made.shares.of(_rows(world[made.carriers] @ made.back))
    return moved.reshape(-1, 3, 4)


def _join(arrays: list[Floats], rest: tuple[int, ...]) -> Floats:
    return np.concatenate([np.zeros((0, *rest)), *arrays]).astype(np.float32)


def _numbers(arrays: list[Ints], rest: tuple[int, ...]) -> Indices:
    none = np.zeros((0, *rest), dtype=np.int64)
    found: Indices = np.concatenate([none, *arrays]).astype(np.int32)
    return found


def _moves(
    character: Character, blocks: list[tuple[int, Primitive]], starts: Ints
) -> tuple[Move, ...]:
    found = []
    parts: dict[int, list[tuple[Primitive, int]]] = {}
    for (node, primitive), start in zip(blocks, starts.tolist(), strict=False):
        parts.setdefault(node, []).append((primitive, start))
    for slot in character.slots:
        vertices, offsets = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 3))]
        for primitive, start in parts.get(slot.node, ()):
            if slot.target < len(primitive.moves):
                move = primitive.moves[slot.target]
                some = np.flatnonzero(move.any(axis=1))
                vertices.append(some + start)
                offsets.append(move[some])
        found.append(
            Move(np.concatenate(vertices), np.concatenate(offsets).astype(np.float32))
        )
    return tuple(found)


def _carriers(
    scene: Scene, blocks: list[tuple[int, Primitive]], starts: Ints
) -> tuple[Indices, Numbers, Sums, Ints]:
    """Return the nodes, what they carry with, their shares of each vertex, and which
    of them carries it most."""
    nodes: list[int] = []
    back: list[Numbers] = []
    first: dict[int, int] = {}
    vertices: list[Ints] = []
    columns: list[Ints] = []
    weights: list[Floats] = []
    for (at, primitive), start in zip(blocks, starts, strict=False):
        count = len(primitive.vertices)
        rows = np.arange(start, start + count)
        skin = scene.nodes[at].skin
        if skin >= 0 and primitive.joints is not None and primitive.weights is not None:
            if skin not in first:
                first[skin] = len(nodes)
                nodes.extend(scene.skins[skin].joints)
                back.extend(scene.skins[skin].back)
            vertices.append(np.repeat(rows, primitive.joints.shape[1]))
            columns.append(primitive.joints.reshape(-1) + first[skin])
            weights.append(primitive.weights.reshape(-1))
        else:
            vertices.append(rows)
            columns.append(np.full(count, len(nodes)))
            weights.append(np.ones(count, dtype=np.float32))
            nodes.append(at)
            back.append(np.eye(4))
    # A vertex may name a joint twice, and joints that carry nothing.
    which, carrier, share = merged(
        _numbers(vertices, ()), _numbers(columns, ()), _join(weights, ())
    )
    some = share != 0.0
    terms = (which[some], carrier[some], share[some])
    count = int(starts[-1])
    matrices = np.array(back, dtype=np.float64).reshape(-1, 4, 4)
    found = np.array(nodes, dtype=np.int32)
    return found, matrices, sums(*terms, count), _most(*terms, count)


def _most(which: Ints, carrier: Ints, share: Floats, count: int) -> Ints:
    """Return (V,) the carrier with the largest share of each vertex, the first of equal
    ones; 0 where nothing carries it."""
    order = np.lexsort((carrier, -share, which))
    vertices, first = np.unique(which[order], return_index=True)
    found = np.zeros(count, dtype=np.int64)
    found[vertices] = carrier[order][first]
    return found
