"""Meshes of a glTF file: triangles, and all that moves their vertices."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from protocols.arrays import Floats, Ints

from .accessors import Accessors, packed
from .checks import (
    GltfError,
    Table,
    as_index,
    as_list,
    as_table,
    as_text,
    tables,
)
from .materials import Surface
from .scene import Mesh, Node, Primitive, Skin

TRIANGLES: Final = 4
"""glTF's mode of a list of triangles, and what a primitive without a mode is."""

MESHES: Final = 1 << 14
PRIMITIVES: Final = 1 << 14
"""Of all meshes together; an avatar has some tens."""
TARGETS: Final = 4096
"""Morph targets of a mesh; the largest avatars have some hundreds."""
NUMBERS: Final = 1 << 28
"""Numbers of all vertices and morph targets together (1 GiB)."""
PLACED: Final = 20
"""Numbers of a vertex without its morph targets."""
DRACO: Final = "KHR_draco_mesh_compression"


class MeshReader:
    """Reads the meshes of one file, and counts what they take."""

    def __init__(self, accessors: Accessors, surfaces: tuple[Surface, ...]) -> None:
        self._accessors = accessors
        self._surfaces = surfaces
        self._room = NUMBERS
        # Primitives of one mesh often share their vertices and their targets.
        self._moves: dict[tuple[int, ...], Floats] = {}

    def read(
        self, document: Table, nodes: tuple[Node, ...], skins: tuple[Skin, ...]
    ) -> tuple[Mesh, ...]:
        """Return the meshes of a file; their points and lines are left out.

        Raises:
            GltfError: a mesh or what it refers to is damaged, or all are too large.
        """
        items = tables(document, "meshes", MESHES)
        joints = [0] * len(items)
        for node in nodes:
            if node.mesh >= 0 and node.skin >= 0:
                count = len(skins[node.skin].joints)
                before = joints[node.mesh]
                joints[node.mesh] = min(count, before) if before else count
        left, found = PRIMITIVES, []
        for i, item in enumerate(items):
            what = f"meshes[{i}]"
            primitives = [
                as_table(entry, f"a primitive of {what}")
                for entry in as_list(
                    item.get("primitives"), f"{what}, primitives", left
                )
            ]
            left -= len(primitives)
            found.append(self._mesh(item, primitives, joints[i], what))
            self._moves.clear()
        return tuple(found)

    def _mesh(
        self, item: Table, primitives: list[Table], joints: int, what: str
    ) -> Mesh:
        counts = [
            len(as_list(entry.get("targets"), f"the targets of {what}", TARGETS))
            for entry in primitives
        ]
        count = max(counts, default=0)
        return Mesh(
            as_text(item.get("name")),
            self._names(item, primitives, count, what),
            tuple(
                self._primitive(entry, count, joints, f"{what}, primitive {k}")
                for k, entry in enumerate(primitives)
                if entry.get("mode", TRIANGLES) == TRIANGLES
            ),
        )

    def _names(
        self, item: Table, primitives: list[Table], count: int, what: str
    ) -> tuple[str, ...]:
        """Return the names of targets, which stand in one of three places."""
        names: list[Any] = []
        for holder in (item, *primitives):
            extras = holder.get("extras")
            if isinstance(extras, dict) and not names:
                names = as_list(
                    extras.get("targetNames"), f"the target names of {what}"
                )
        found = [as_text(name) for name in names[:count]] + [""] * (count - len(names))
        for entry in primitives:
            for i, target in enumerate(entry.get("targets") or []):
                at = target.get("POSITION") if isinstance(target, dict) else None
                if not found[i] and at is not None:
                    # FBX2glTF names the accessor alone.
                    listed = self._accessors.tables
                    at = as_index(at, len(listed), f"target {i} of {what}")
                    found[i] = as_text(listed[at].get("name"))
        return tuple(name or f"target {i}" for i, name in enumerate(found))

    def _primitive(self, item: Table, count: int, joints: int, what: str) -> Primitive:
        if DRACO in as_table(item.get("extensions", {}), f"the extensions of {what}"):
            raise packed(DRACO)
        attributes = as_table(item.get("attributes"), f"the attributes of {what}")
        place, told = attributes.get("POSITION"), f"POSITION of {what}"
        rows = self._accessors.count(place, told)
        self._take(rows * PLACED)
        vertices = self._accessors.floats(place, 3, told)
        material = -1
        surface = None
        if item.get("material") is not None:
            told = f"the material of {what}"
            material = as_index(item["material"], len(self._surfaces), told)
            surface = self._surfaces[material]
        triangles = self._triangles(item, rows, what)
        bones, weights = self._joints(attributes, rows, joints, what)
        parts = (
            vertices,
            self._read_moves(item, count, rows, what),
            bones,
            weights,
            self._colours(attributes, rows, what),
            self._coordinates(attributes, surface, rows, what),
        )
        return self._used(parts, triangles, material)

    def _used(
        self, parts: tuple[Any, ...], triangles: Ints, material: int
    ) -> Primitive:
        """Return a primitive of the vertices that its triangles have.

        Unity's exporters give each primitive the vertices of the whole mesh.
        """
        vertices, moves, joints, weights, colours, uv = parts
        used = np.zeros(len(vertices), dtype=np.bool_)
        used[triangles] = True
        if not used.all():
            number = np.cumsum(used) - 1
            triangles = number[triangles]
            self._take(int(used.sum()) * 3 * len(moves))
            moves = np.ascontiguousarray(moves[:, used])
            vertices, colours, uv = vertices[used], colours[used], uv[used]
            joints = None if joints is None else joints[used]
            weights = None if weights is None else weights[used]
        return Primitive(
            vertices, triangles, moves, joints, weights, colours, uv, material
        )

    def _triangles(self, item: Table, count: int, what: str) -> Ints:
        if item.get("indices") is None:
            return np.arange(count - count % 3, dtype=np.int64).reshape(-1, 3)
        told = f"the indices of {what}"
        self._take(2 * self._accessors.count(item["indices"], told))
        flat = self._accessors.integers(item["indices"], 1, told)[:, 0]
        flat = flat[: len(flat) - len(flat) % 3]
        if len(flat) and int(flat.max()) >= count:
            raise GltfError(f"{what} names vertex {flat.max()} of {count}")
        return flat.reshape(-1, 3)

    def _read_moves(self, item: Table, count: int, rows: int, what: str) -> Floats:
        """Return (K, V, 3)."""
        places = []
        for i, entry in enumerate(item.get("targets") or []):
            target = as_table(entry, f"target {i} of {what}")
            at = target.get("POSITION")
            total = len(self._accessors.tables)
            places.append(
                -1 if at is None else as_index(at, total, f"target {i} of {what}")
            )
        key = (rows, count, *places)
        if key not in self._moves:
            self._take(count * rows * 3)
            moves = np.zeros((count, rows, 3), dtype=np.float32)
            for i, at in enumerate(places):
                if at >= 0:
                    self._accessors.add_to(moves[i], at, f"target {i} of {what}")
            self._moves[key] = moves
        return self._moves[key]

    def _joints(
        self, attributes: Table, count: int, most: int, what: str
    ) -> tuple[Ints | None, Floats | None]:
        if not most:
            return None, None
        told = f"JOINTS_0 of {what}"
        joints = self._accessors.integers(attributes.get("JOINTS_0"), 4, told)
        weights = self._rows(attributes, "WEIGHTS_0", 4, count, what)
        _same(len(joints), count, told)
        if count and int(joints.max()) >= most:
            raise GltfError(f"{what} names joint {joints.max()}, its skin has {most}")
        weights = np.maximum(weights, 0.0)
        total = weights.sum(axis=1, keepdims=True)
        shares = np.where(total > 1e-9, weights / np.maximum(total, 1e-9), 0.25)
        return joints, shares.astype(np.float32)

    def _colours(self, attributes: Table, count: int, what: str) -> Floats:
        at, listed = attributes.get("COLOR_0"), self._accessors.tables
        if at is None:
            return np.ones((count, 3), dtype=np.float32)
        accessor = listed[as_index(at, len(listed), f"COLOR_0 of {what}")]
        width = 4 if accessor.get("type") == "VEC4" else 3
        rows = self._rows(attributes, "COLOR_0", width, count, what)[:, :3]
        return np.ascontiguousarray(np.clip(rows, 0.0, 1.0))

    def _coordinates(
        self, attributes: Table, surface: Surface | None, count: int, what: str
    ) -> Floats:
        name = f"TEXCOORD_{surface.coordinates if surface else 0}"
        if surface is None or surface.material.image < 0 or name not in attributes:
            return np.zeros((count, 2), dtype=np.float32)
        return self._rows(attributes, name, 2, count, what)

    def _rows(
        self, attributes: Table, name: str, width: int, count: int, what: str
    ) -> Floats:
        told = f"{name} of {what}"
        rows = self._accessors.floats(attributes.get(name), width, told)
        _same(len(rows), count, told)
        return rows

    def _take(self, count: int) -> None:
        self._room -= count
        if self._room < 0:
            raise GltfError(
                f"its meshes and morph targets have over {NUMBERS} numbers; "
                "export fewer vertices or fewer targets"
            )


def _same(count: int, expected: int, what: str) -> None:
    if count != expected:
        raise GltfError(f"{what} has {count} rows, expected {expected}")
