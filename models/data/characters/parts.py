"""The primitives of a glTF scene, each at rest in the scene's frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from engines.character.names import curve
from protocols.arrays import Floats, Ints, Numbers

from .accessors import read_rows
from .glb import CharacterError, Glb, Table, as_index, as_list, as_table, tables
from .materials import PLAIN, Material, read_materials
from .nodes import skin_matrices, world_matrices

TRIANGLES: Final = 4
"""glTF's mode of a list of triangles, and what a primitive without a mode is."""


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


def read_parts(glb: Glb, world: Numbers | None = None) -> list[Part]:
    """Return every list of triangles in the file; points and lines are left out.

    Raises:
        CharacterError: a mesh or what it refers to is damaged.
    """
    world = world_matrices(glb) if world is None else world
    meshes, materials = tables(glb.document, "meshes"), read_materials(glb)
    found = []
    for i, node in enumerate(tables(glb.document, "nodes")):
        if "mesh" not in node:
            continue
        at = as_index(node["mesh"], len(meshes), f"the mesh of nodes[{i}]")
        mesh = meshes[at]
        for k, primitive in enumerate(_primitives(mesh, f"meshes[{at}]")):
            what = f"meshes[{at}], primitive {k}"
            if primitive.get("mode", TRIANGLES) == TRIANGLES:
                bind = _Bind(glb, world, i, node.get("skin"))
                found.append(_part(glb, mesh, primitive, materials, bind, what))
    return found


def _primitives(mesh: Table, what: str) -> Iterator[Table]:
    for item in as_list(mesh.get("primitives"), f"{what}, primitives"):
        yield as_table(item, f"a primitive of {what}")


@dataclass(frozen=True, slots=True, eq=False)
class _Bind:
    """What places a mesh in the scene."""

    glb: Glb
    world: Numbers
    node: int
    skin: Any

    def matrices(self, attributes: Table, count: int, what: str) -> Numbers:
        """Return (V, 4, 4)."""
        if self.skin is None:
            return np.broadcast_to(self.world[self.node], (count, 4, 4))
        _, moves = skin_matrices(self.glb, self.skin, self.world)
        joints, weights = self._joints(attributes, count, len(moves), what)
        out = np.zeros((count, 4, 4))
        for k in range(4):
            out += weights[:, k, None, None] * moves[joints[:, k]]
        return out

    def owners(self, attributes: Table, count: int, what: str) -> Ints:
        """Return (V,) nodes."""
        if self.skin is None:
            return np.full(count, self.node, dtype=np.int64)
        nodes, _ = skin_matrices(self.glb, self.skin, self.world)
        joints, weights = self._joints(attributes, count, len(nodes), what)
        most = joints[np.arange(count), weights.argmax(axis=1)]
        found: Ints = np.asarray(nodes, dtype=np.int64)[most]
        return found

    def _joints(
        self, attributes: Table, count: int, most: int, what: str
    ) -> tuple[Ints, Numbers]:
        joints = _rows(self.glb, attributes, "JOINTS_0", 4, count, what).astype(
            np.int64
        )
        weights = _rows(self.glb, attributes, "WEIGHTS_0", 4, count, what)
        if count and not 0 <= joints.min() <= joints.max() < most:
            raise CharacterError(
                f"{what} names joint {joints.max()}, its skin has {most}"
            )
        total = weights.sum(axis=1, keepdims=True)
        return joints, np.where(total > 1e-9, weights / np.maximum(total, 1e-9), 0.25)


def _rows(
    glb: Glb, attributes: Table, name: str, width: int, count: int, what: str
) -> Numbers:
    rows = read_rows(glb, attributes.get(name), width, f"{name} of {what}")
    if len(rows) != count:
        raise CharacterError(f"{name} of {what} has {len(rows)} rows, expected {count}")
    return rows


def _part(
    glb: Glb,
    mesh: Table,
    primitive: Table,
    materials: list[Material],
    bind: _Bind,
    what: str,
) -> Part:
    attributes = as_table(primitive.get("attributes"), f"the attributes of {what}")
    local = read_rows(glb, attributes.get("POSITION"), 3, f"POSITION of {what}")
    count = len(local)
    triangles = _triangles(glb, primitive, count, what)
    material = PLAIN
    if "material" in primitive:
        at = as_index(primitive["material"], len(materials), f"the material of {what}")
        material = materials[at]
    matrices = bind.matrices(attributes, count, what)
    turn = matrices[:, :3, :3]
    shapes: dict[int, Numbers] = {}
    for name, target in _targets(glb, mesh, primitive, what):
        place = curve(name)
        if place is not None and "POSITION" in target:
            moved = _rows(glb, target, "POSITION", 3, count, f"{name} of {what}")
            moved = np.einsum("vij,vj->vi", turn, moved)
            shapes[place] = shapes[place] + moved if place in shapes else moved
    return Part(
        vertices=np.einsum("vij,vj->vi", turn, local) + matrices[:, :3, 3],
        triangles=triangles,
        colours=_colours(glb, attributes, material, count, what),
        texture=material.texture,
        uv=_coordinates(glb, attributes, material, count, what),
        double=material.double,
        owners=bind.owners(attributes, count, what),
        shapes=shapes,
    )


def _triangles(glb: Glb, primitive: Table, count: int, what: str) -> Ints:
    if "indices" not in primitive:
        return np.arange(count - count % 3, dtype=np.int64).reshape(-1, 3)
    at = read_rows(glb, primitive["indices"], 1, f"the indices of {what}")[:, 0]
    flat = at[: len(at) - len(at) % 3].astype(np.int64)
    if len(flat) and not 0 <= flat.min() <= flat.max() < count:
        raise CharacterError(f"{what} names vertex {flat.max()} of {count}")
    return flat.reshape(-1, 3)


def _targets(
    glb: Glb, mesh: Table, primitive: Table, what: str
) -> Iterator[tuple[str, Table]]:
    """Yield morph targets with their names, which stand in one of three places."""
    targets = as_list(primitive.get("targets"), f"the targets of {what}")
    names: list[Any] = []
    for holder in (mesh, primitive):
        extras = holder.get("extras")
        if isinstance(extras, dict) and not names:
            names = as_list(extras.get("targetNames"), f"the target names of {what}")
    accessors = tables(glb.document, "accessors")
    for i, item in enumerate(targets):
        target = as_table(item, f"target {i} of {what}")
        name = names[i] if i < len(names) else None
        if name is None and "POSITION" in target:
            # FBX2glTF names the accessor alone.
            at = as_index(target["POSITION"], len(accessors), f"target {i} of {what}")
            name = accessors[at].get("name")
        if isinstance(name, str):
            yield name, target


def _colours(
    glb: Glb, attributes: Table, material: Material, count: int, what: str
) -> Floats:
    colours = np.tile(material.colour, (count, 1))
    at = attributes.get("COLOR_0")
    accessors = tables(glb.document, "accessors")
    if isinstance(at, int) and 0 <= at < len(accessors):
        width = 4 if accessors[at].get("type") == "VEC4" else 3
        own = _rows(glb, attributes, "COLOR_0", width, count, what)[:, :3]
        colours *= np.clip(own, 0.0, 1.0).astype(np.float32)
    return colours


def _coordinates(
    glb: Glb, attributes: Table, material: Material, count: int, what: str
) -> Floats:
    name = f"TEXCOORD_{material.coordinates}"
    if material.texture < 0 or name not in attributes:
        return np.zeros((count, 2), dtype=np.float32)
    return _rows(glb, attributes, name, 2, count, what).astype(np.float32)
