"""Nodes and skins of a glTF scene: where things stand, and which bones carry what."""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.errors import DecodeError
from protocols.rotation import to_matrix

from .accessors import Accessors
from .checks import (
    FARTHEST,
    GltfError,
    Table,
    as_index,
    as_list,
    as_numbers,
    as_text,
    tables,
)
from .scene import Node, Skin
from .transform import taken_apart

NODES: Final = 1 << 16
"""Nodes of a file; an avatar has some hundreds."""
SKINS: Final = 4096
JOINTS: Final = 1 << 18
"""Joints and matrices of all skins together."""


def read_nodes(document: Table) -> tuple[Node, ...]:
    """Return the nodes of a file, those outside its scene among them.

    Raises:
        GltfError: one is damaged, has two parents, or is its own ancestor.
    """
    items = tables(document, "nodes", NODES)
    above = _parents(items)
    counts = (len(tables(document, "meshes")), len(tables(document, "skins")))
    return tuple(_node(item, above[i], counts, i) for i, item in enumerate(items))


def world_matrices(document: Table, nodes: tuple[Node, ...]) -> Numbers:
    """Return (N, 4, 4): each node's own frame in the scene's.

    A node may have a matrix that shears, which `Node` cannot hold; it counts here.

    Raises:
        GltfError: a node is placed too far away.
    """
    items = tables(document, "nodes")
    locals_ = [_local(item, f"nodes[{i}]") for i, item in enumerate(items)]
    world: list[Numbers | None] = [None] * len(nodes)
    for start in range(len(nodes)):
        path = [start]
        while nodes[path[-1]].parent >= 0 and world[nodes[path[-1]].parent] is None:
            path.append(nodes[path[-1]].parent)
        for i in reversed(path):
            if world[i] is None:
                above = world[nodes[i].parent] if nodes[i].parent >= 0 else None
                found = locals_[i] if above is None else above @ locals_[i]
                if np.abs(found).max() > FARTHEST:
                    raise GltfError(f"nodes[{i}] is placed beyond {FARTHEST:.0f}")
                world[i] = found
    return np.array(world, dtype=np.float64).reshape(-1, 4, 4)


def read_skins(document: Table, accessors: Accessors) -> tuple[Skin, ...]:
    """Return the skins of a file.

    Raises:
        GltfError: one is damaged or names a node that is not there.
    """
    count, room = len(tables(document, "nodes")), JOINTS
    found = []
    for i, item in enumerate(tables(document, "skins", SKINS)):
        what = f"skins[{i}]"
        listed = as_list(item.get("joints"), f"{what}, joints", room)
        room -= len(listed)
        if not listed:
            raise GltfError(f"{what} has no joints")
        joints = tuple(as_index(at, count, f"a joint of {what}") for at in listed)
        back = np.tile(np.eye(4), (len(joints), 1, 1))
        if "inverseBindMatrices" in item:
            told, at = f"the matrices of {what}", item["inverseBindMatrices"]
            room -= accessors.count(at, told)
            if room < 0:
                raise GltfError(f"its skins have over {JOINTS} joints and matrices")
            rows = accessors.numbers(at, 16, told)
            if len(rows) < len(joints):
                raise GltfError(
                    f"{what} has {len(joints)} joints, {len(rows)} matrices"
                )
            # glTF writes matrices column by column.
            back = rows[: len(joints)].reshape(-1, 4, 4).transpose(0, 2, 1).copy()
        found.append(Skin(joints, back))
    return tuple(found)


def _parents(items: list[Table]) -> list[int]:
    above = [-1] * len(items)
    for i, item in enumerate(items):
        for child in as_list(item.get("children"), f"nodes[{i}], children"):
            at = as_index(child, len(items), f"a child of nodes[{i}]")
            if above[at] >= 0:
                raise GltfError(f"nodes[{at}] has two parents")
            above[at] = i
    # With one parent each, a node that no root leads to hangs under itself.
    reached = [at for at, parent in enumerate(above) if parent < 0]
    for at in reached:
        reached += as_list(items[at].get("children"), f"nodes[{at}], children")
    if len(reached) < len(items):
        lost = min(set(range(len(items))) - set(reached))
        raise GltfError(f"nodes[{lost}] is among its own children")
    return above


def _node(item: Table, parent: int, counts: tuple[int, int], i: int) -> Node:
    what = f"nodes[{i}]"
    if "matrix" in item:
        try:
            move, turn, scale = taken_apart(_local(item, what))
        except DecodeError:
            raise GltfError(f"{what}, matrix: it is flat, expected a scale") from None
    else:
        move, turn, scale = _moves(item, what)
    return Node(
        name=as_text(item.get("name")),
        parent=parent,
        translation=move,
        rotation=turn,
        scale=scale,
        mesh=_optional(item, "mesh", counts[0], what),
        skin=_optional(item, "skin", counts[1], what),
    )


def _optional(item: Table, key: str, count: int, what: str) -> int:
    # Unity's exporters have written -1 for none.
    if item.get(key, -1) in (None, -1):
        return -1
    return as_index(item[key], count, f"the {key} of {what}")


def _moves(item: Table, what: str) -> tuple[Numbers, Numbers, Numbers]:
    move = as_numbers(item.get("translation", [0, 0, 0]), 3, f"{what}, translation")
    turn = as_numbers(item.get("rotation", [0, 0, 0, 1]), 4, f"{what}, rotation")
    scale = as_numbers(item.get("scale", [1, 1, 1]), 3, f"{what}, scale")
    length = float(np.linalg.norm(turn))
    if length < 1e-6:
        raise GltfError(f"{what}, rotation: expected a quaternion, found zeros")
    return move, turn / length, scale


def _local(item: Table, what: str) -> Numbers:
    if "matrix" in item:
        return as_numbers(item["matrix"], 16, f"{what}, matrix").reshape(4, 4).T
    move, turn, scale = _moves(item, what)
    out = np.eye(4)
    out[:3, :3] = to_matrix(turn) * scale
    out[:3, 3] = move
    return out
