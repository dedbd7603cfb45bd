"""Characters for tests, made in code: a face plate with named morphs, bones, a VRM.

    tiny(["jawOpen"])                       one mesh, one morph
    tiny(names, vrm0={...}, nodes=[...])    what the arguments say
    vrm0(), vrm1()                          extensions with a bone, presets and gaze

`tests.glb_writer.head` is a ball with 52 shapes and two eyes that looks like a head.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from protocols.gltf.glb import parse
from protocols.gltf.read import read_scene
from protocols.gltf.scene import Scene
from tests.glb_writer import GlbWriter, Table

SIZE = 5
"""Vertices along each side of the plate."""


def tiny(
    morphs: list[str] | tuple[str, ...] = ("jawOpen",),
    *,
    meshes: dict[str, list[str]] | None = None,
    nodes: list[Table] | None = None,
    skinned: bool = False,
    names_on: str = "mesh",
    sparse: bool = False,
    vrm0: Table | None = None,
    vrm1: Table | None = None,
    **document: Any,
) -> bytes:
    """Return a GLB file.

    Every mesh is a plate of 0.2 m that faces +Z, 25 vertices. Morph k of K moves its
    row of vertices, k * 25 // K, by 0.01 m up.

    Args:
        morphs: names of the morphs of the one mesh.
        meshes: name of each mesh, its morphs; instead of `morphs`.
        nodes: of the file; without them one for each mesh, by its name, and a bone
            `Head` after them at (0, 1.5, 0) if skinned.
        skinned: every vertex hangs on the bone `Head`.
        names_on: `mesh`, `primitive` or `accessor`: where the names stand.
        sparse: morphs are sparse accessors.
        vrm0: the extension `VRM`.
        vrm1: the extension `VRMC_vrm`.
        document: more of the JSON.
    """
    out = GlbWriter()
    listed = {"Face": list(morphs)} if meshes is None else meshes
    shared = {"names_on": names_on, "sparse": sparse, "skinned": skinned}
    out.document["meshes"] = [
        _mesh(out, name, names, **shared)  # type: ignore[arg-type]
        for name, names in listed.items()
    ]
    if nodes is None:
        skin = {"skin": 0} if skinned else {}
        nodes = [{"name": name, "mesh": i, **skin} for i, name in enumerate(listed)]
        if skinned:
            nodes.append({"name": "Head", "translation": [0, 1.5, 0]})
    out.document["nodes"] = nodes
    if skinned:
        joint = next(i for i, node in enumerate(nodes) if node.get("name") == "Head")
        out.document["skins"] = [{"joints": [joint]}]
    extensions = {"VRM": vrm0, "VRMC_vrm": vrm1}
    used = {name: table for name, table in extensions.items() if table is not None}
    if used:
        out.document |= {"extensions": used, "extensionsUsed": list(used)}
    out.document |= document
    return out.content()


def scene(data: bytes) -> Scene:
    """Return what a file holds."""
    return read_scene(parse(data))


def plate() -> tuple[Any, Any]:
    """Return vertices (25, 3) and triangles (32, 3)."""
    side = np.linspace(-0.1, 0.1, SIZE)
    y, x = np.meshgrid(side, side, indexing="ij")
    vertices = np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3)
    triangles = []
    for i in range(SIZE - 1):
        for j in range(SIZE - 1):
            a = i * SIZE + j
            triangles += [(a, a + 1, a + SIZE), (a + 1, a + SIZE + 1, a + SIZE)]
    return vertices, np.array(triangles)


def _mesh(
    out: GlbWriter,
    name: str,
    morphs: list[str],
    names_on: str,
    sparse: bool,
    skinned: bool,
) -> Table:
    vertices, triangles = plate()
    attributes = {"POSITION": out.floats(vertices)}
    if skinned:
        joints = np.zeros((len(vertices), 4))
        attributes["JOINTS_0"] = out.accessor(joints, "u1", 5121)
        attributes["WEIGHTS_0"] = out.floats(np.eye(4)[joints[:, 0].astype(int)])
    targets = []
    for k, text in enumerate(morphs):
        more = {"name": text} if names_on == "accessor" else {}
        at = np.array([k * len(vertices) // len(morphs)])
        rows = np.array([[0.0, 0.01, 0.0]])
        if sparse:
            targets.append({"POSITION": out.sparse(len(vertices), at, rows, **more)})
        else:
            moved = np.zeros_like(vertices)
            moved[at] = rows
            targets.append({"POSITION": out.floats(moved, **more)})
    primitive: Table = {
        "attributes": attributes,
        "indices": out.accessor(triangles.reshape(-1), "<u2", 5123),
    }
    if targets:
        primitive["targets"] = targets
    mesh: Table = {"name": name, "primitives": [primitive]}
    if targets and names_on in ("mesh", "primitive"):
        holder = mesh if names_on == "mesh" else primitive
        holder["extras"] = {"targetNames": list(morphs)}
    return mesh


def vrm0(
    clips: list[Table] | None = None,
    bones: dict[str, int] | None = None,
    **more: Any,
) -> Table:
    """Return an extension `VRM`.

    Args:
        clips: `blendShapeGroups`.
        bones: node of each bone.
        more: `meta`, `firstPerson`, `materialProperties`.
    """
    return {
        "specVersion": "0.0",
        "meta": {"title": "Tiny", "author": "me", "licenseName": "CC0"},
        "humanoid": {
            "humanBones": [
                {"bone": bone, "node": node} for bone, node in (bones or {}).items()
            ]
        },
        "blendShapeMaster": {"blendShapeGroups": clips or []},
        **more,
    }


def vrm1(
    preset: Table | None = None,
    custom: Table | None = None,
    bones: dict[str, int] | None = None,
    **more: Any,
) -> Table:
    """Return an extension `VRMC_vrm`.

    Args:
        preset: expressions by the name of their preset.
        custom: expressions by their own name.
        bones: node of each bone.
        more: `meta`, `lookAt`.
    """
    return {
        "specVersion": "1.0",
        "meta": {"name": "Tiny", "authors": ["me"], "licenseUrl": "https://vrm.dev"},
        "humanoid": {
            "humanBones": {bone: {"node": node} for bone, node in (bones or {}).items()}
        },
        "expressions": {"preset": preset or {}, "custom": custom or {}},
        **more,
    }
