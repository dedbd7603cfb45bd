from __future__ import annotations

import numpy as np
import pytest

from protocols.gltf.checks import GltfError
from protocols.gltf.standing import PRIMITIVES, SLOTS
from tests.characters import plate, scene, tiny
from tests.glb_writer import GlbWriter


def test_a_mesh_may_stand_at_many_nodes() -> None:
    nodes = [{"mesh": 0} for _ in range(SLOTS // 16)]
    names = [str(k) for k in range(16)]
    assert len(scene(tiny(names, nodes=nodes)).nodes) == len(nodes)
    with pytest.raises(GltfError, match=f"show {SLOTS + 16} morph targets"):
        scene(tiny(names, nodes=[*nodes, {"mesh": 0}]))


def test_so_many_primitives_get_a_sentence() -> None:
    nodes = [{"mesh": 0} for _ in range(PRIMITIVES + 1)]
    with pytest.raises(GltfError, match="primitives together"):
        scene(tiny([], nodes=nodes))


def test_a_large_mesh_at_many_nodes_gets_a_sentence() -> None:
    out = GlbWriter()
    vertices, triangles = plate()
    places = out.floats(np.resize(vertices, (20_000, 3)))
    last = np.arange(20_000 - 20_000 % 3)
    corners = np.concatenate([triangles.reshape(-1), last])
    primitive = {
        "attributes": {"POSITION": places},
        "indices": out.accessor(corners, "<u4", 5125),
    }
    out.document["meshes"] = [{"primitives": [primitive]}]
    out.document["nodes"] = [{"mesh": 0} for _ in range(1_000)]
    with pytest.raises(GltfError, match="numbers of vertices and morph targets"):
        scene(out.content())


def test_many_targets_beside_a_large_mesh_get_a_sentence() -> None:
    meshes = {"Face": ["jawOpen"]}
    meshes |= {f"m{k}": [f"{k} {i}" for i in range(400)] for k in range(40)}
    nodes = [{"mesh": 0} for _ in range(300)] + [{"mesh": k} for k in range(1, 41)]
    with pytest.raises(GltfError, match="vertices times morph targets"):
        scene(tiny(meshes=meshes, nodes=nodes, sparse=True))
