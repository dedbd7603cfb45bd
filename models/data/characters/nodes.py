"""Where the nodes of a glTF scene stand, and what a skin does to vertices at rest."""

from __future__ import annotations

import numpy as np

from protocols.arrays import Numbers

from .accessors import read_rows
from .glb import (
    FARTHEST,
    CharacterError,
    Glb,
    Table,
    as_index,
    as_list,
    as_numbers,
    tables,
)


def world_matrices(glb: Glb) -> Numbers:
    """Return (N, 4, 4): each node's own frame in the scene's.

    Raises:
        CharacterError: a node is damaged, has two parents, or is its own ancestor.
    """
    nodes = tables(glb.document, "nodes")
    above = parents(nodes)
    world: dict[int, Numbers] = {}
    for start in range(len(nodes)):
        path = [start]
        while path[-1] not in world and above[path[-1]] >= 0:
            path.append(above[path[-1]])
            if len(path) > len(nodes):
                raise CharacterError(f"nodes[{start}] is among its own children")
        for i in reversed(path):
            if i not in world:
                local = _local(nodes[i], f"nodes[{i}]")
                world[i] = world[above[i]] @ local if above[i] >= 0 else local
                if np.abs(world[i]).max() > FARTHEST:
                    raise CharacterError(f"nodes[{i}] is placed beyond {FARTHEST:.0f}")
    return np.array([world[i] for i in range(len(nodes))]).reshape(-1, 4, 4)


def parents(nodes: list[Table]) -> list[int]:
    """Return each node's parent, -1 for a root."""
    above = [-1] * len(nodes)
    for i, node in enumerate(nodes):
        for child in as_list(node.get("children"), f"nodes[{i}], children"):
            at = as_index(child, len(nodes), f"a child of nodes[{i}]")
            if above[at] >= 0:
                raise CharacterError(f"nodes[{at}] has two parents")
            above[at] = i
    return above


def skin_matrices(glb: Glb, index: object, world: Numbers) -> tuple[list[int], Numbers]:
    """Return a skin's joints, as nodes, and (J, 4, 4): what each does to a vertex.

    Args:
        glb: the file.
        index: the skin's, not yet checked.
        world: from `world_matrices`.
    """
    skins = tables(glb.document, "skins")
    number = as_index(index, len(skins), "a skin")
    skin, what = skins[number], f"skins[{number}]"
    joints = [
        as_index(joint, len(world), f"a joint of {what}")
        for joint in as_list(skin.get("joints"), f"{what}, joints")
    ]
    back = np.tile(np.eye(4), (len(joints), 1, 1))
    if "inverseBindMatrices" in skin:
        rows = read_rows(
            glb, skin["inverseBindMatrices"], 16, f"the matrices of {what}"
        )
        if len(rows) < len(joints):
            raise CharacterError(
                f"{what} has {len(joints)} joints, {len(rows)} matrices"
            )
        # glTF writes matrices column by column.
        back = rows[: len(joints)].reshape(-1, 4, 4).transpose(0, 2, 1)
    return joints, world[joints] @ back


def _local(node: Table, what: str) -> Numbers:
    if "matrix" in node:
        return as_numbers(node["matrix"], 16, f"{what}, matrix").reshape(4, 4).T
    move = as_numbers(node.get("translation", [0, 0, 0]), 3, f"{what}, translation")
    turn = as_numbers(node.get("rotation", [0, 0, 0, 1]), 4, f"{what}, rotation")
    scale = as_numbers(node.get("scale", [1, 1, 1]), 3, f"{what}, scale")
    length = float(np.linalg.norm(turn))
    if length < 1e-6:
        raise CharacterError(f"{what}, rotation: expected a quaternion, found zeros")
    x, y, z, w = turn / length
    out = np.eye(4)
    out[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    out[:3, :3] *= scale
    out[:3, 3] = move
    return out
