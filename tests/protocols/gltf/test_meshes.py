from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from protocols.gltf.accessors import UNBACKED
from protocols.gltf.checks import GltfError
from protocols.gltf.scene import Primitive
from tests.characters import scene
from tests.glb_writer import GlbWriter

CORNERS = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def triangle(out: GlbWriter, **attributes: int) -> dict[str, Any]:
    """Return a primitive of one triangle."""
    return {"attributes": {"POSITION": out.floats(CORNERS), **attributes}}


def test_a_joint_out_of_range_gets_a_sentence() -> None:
    out = GlbWriter()
    joints = out.accessor([[7, 0, 0, 0]] * 3, "u1", 5121)
    primitive = triangle(out, JOINTS_0=joints, WEIGHTS_0=out.floats([[1, 0, 0, 0]] * 3))
    out.document["meshes"] = [{"primitives": [primitive]}]
    out.document["nodes"] = [{"mesh": 0, "skin": 0}]
    out.document["skins"] = [{"joints": [0]}]
    with pytest.raises(GltfError, match="names joint 7, its skin has 1"):
        scene(out.content())


def placed(out: GlbWriter, *primitives: dict[str, Any]) -> tuple[Primitive, ...]:
    """Return the primitives of a file's only mesh, as they are read."""
    out.document["meshes"] = [{"primitives": list(primitives)}]
    return scene(out.content()).meshes[0].primitives


def test_places_may_be_small_integers() -> None:
    out = GlbWriter()
    rows = np.array([[0, 0, 0], [100, 0, 0], [0, 127, -127]])
    plain = out.accessor(rows, "i1", 5120)
    shares = out.accessor(rows, "i1", 5120, normalized=True)
    targets = [{"POSITION": shares}, {"NORMAL": shares}]
    (found,) = placed(out, {"attributes": {"POSITION": plain}, "targets": targets})
    assert found.vertices.tolist() == rows.tolist()
    assert found.moves[0] == pytest.approx(rows / 127)
    assert not found.moves[1].any()


def test_only_vertices_of_triangles_are_kept() -> None:
    out = GlbWriter()
    # Two primitives share the vertices and the morph target of a whole mesh.
    vertices = np.arange(18.0).reshape(6, 3)
    attributes = {"POSITION": out.floats(vertices)}
    shared = {"attributes": attributes, "targets": [{"POSITION": out.floats(vertices)}]}
    first = {**shared, "indices": out.accessor([0, 2, 4], "<u2", 5123)}
    other = {**shared, "indices": out.accessor([5, 4, 3], "u1", 5121)}
    found = placed(out, first, other)
    assert found[0].vertices.tolist() == vertices[[0, 2, 4]].tolist()
    assert found[0].triangles.tolist() == [[0, 1, 2]]
    assert found[1].triangles.tolist() == [[2, 1, 0]]
    assert found[1].moves[0].tolist() == vertices[3:].tolist()


def test_primitives_may_have_fewer_targets_than_their_mesh() -> None:
    out = GlbWriter()
    moved = {"POSITION": out.floats(CORNERS)}
    first, other = placed(out, triangle(out), {**triangle(out), "targets": [moved] * 2})
    assert first.moves.shape == other.moves.shape == (2, 3, 3)
    assert not first.moves.any()


def test_weights_are_made_to_sum_to_1() -> None:
    out = GlbWriter()
    joints = out.accessor(np.zeros((3, 4)), "u1", 5121)
    weights = out.floats([[0.5, 0.3, 0, 0], [0, 0, 0, 0], [2, -1, 0, 0]])
    out.document["nodes"] = [{"mesh": 0, "skin": 0}]
    out.document["skins"] = [{"joints": [0]}]
    (found,) = placed(out, triangle(out, JOINTS_0=joints, WEIGHTS_0=weights))
    assert found.weights is not None
    assert found.weights[0] == pytest.approx([0.625, 0.375, 0, 0])
    assert found.weights[1:].tolist() == [[0.25] * 4, [1, 0, 0, 0]]


def test_a_mesh_without_a_skin_needs_no_joints() -> None:
    out = GlbWriter()
    joints = out.accessor([[7, 0, 0, 0]] * 3, "u1", 5121)
    (found,) = placed(out, triangle(out, JOINTS_0=joints))
    assert found.joints is None and found.weights is None


def test_names_that_are_missing_come_from_the_accessors() -> None:
    out = GlbWriter()
    targets = [{"POSITION": out.floats(CORNERS, name=name)} for name in "ab"]
    primitive = {**triangle(out), "targets": targets}
    out.document["meshes"] = [
        {"primitives": [primitive], "extras": {"targetNames": ["jawOpen", 3]}}
    ]
    assert scene(out.content()).meshes[0].targets == ("jawOpen", "b")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"indices": 99}, "the indices of meshes.0., primitive 0 is 99"),
        ({"material": 5}, "the material of meshes.0., primitive 0 is 5, and the file"),
        ({"targets": {}}, "the targets of meshes.0. is no JSON array"),
        ({"targets": [3]}, "target 0 of meshes.0., primitive 0 is no JSON object"),
        ({"targets": [{}] * 5000}, "has 5000 items, expected at most 4096"),
        ({"attributes": {}}, "POSITION of meshes.0., primitive 0 is None"),
        (
            {"extensions": {"KHR_draco_mesh_compression": {}}},
            "compressed with KHR_draco_mesh_compression.*gltf-transform/cli copy",
        ),
    ],
)
def test_damage_gets_a_sentence(change: dict[str, Any], sentence: str) -> None:
    out = GlbWriter()
    with pytest.raises(GltfError, match=sentence):
        placed(out, {**triangle(out), **change})


def test_targets_of_another_length_get_a_sentence() -> None:
    out = GlbWriter()
    short = {"POSITION": out.floats(CORNERS[:2])}
    with pytest.raises(GltfError, match=r"target 0 of .* has 2 rows, expected 3"):
        placed(out, {**triangle(out), "targets": [short]})


def test_a_small_file_cannot_ask_for_all_the_memory() -> None:
    out = GlbWriter()
    # Vertices that are all zero take no bytes in the file.
    out.document["accessors"] = [
        {"componentType": 5126, "count": UNBACKED, "type": "VEC3"} for _ in range(2)
    ]
    primitive = {"attributes": {"POSITION": 0}, "targets": [{"POSITION": 1}] * 400}
    with pytest.raises(GltfError, match="export fewer vertices or fewer targets"):
        placed(out, primitive)
