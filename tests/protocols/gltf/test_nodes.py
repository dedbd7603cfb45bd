from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protocols.gltf.checks import GltfError
from protocols.gltf.nodes import NODES
from protocols.rotation import to_matrix
from tests.characters import scene
from tests.glb_writer import GlbWriter


def test_nodes_add_up_and_loops_get_a_sentence() -> None:
    out = GlbWriter()
    turn = [0.0, np.sin(np.pi / 4), 0.0, np.cos(np.pi / 4)]
    out.document["nodes"] = [
        {"children": [1], "rotation": turn, "translation": [1, 0, 0]},
        {"translation": [0, 0, 2], "scale": [2, 2, 2]},
    ]
    world = scene(out.content()).world
    # A quarter turn about +Y brings +Z to +X.
    assert world[1, :3, 3] == pytest.approx([3, 0, 0])
    assert world[1, :3, :3] @ [0, 0, 1] == pytest.approx([2, 0, 0])
    out.document["nodes"][1]["children"] = [0]
    with pytest.raises(GltfError, match="among its own children"):
        scene(out.content())


def test_scales_that_multiply_without_bound_get_a_sentence() -> None:
    out = GlbWriter()
    out.document["nodes"] = [
        {"scale": [1e5, 1e5, 1e5], "children": [i + 1]} for i in range(70)
    ]
    out.document["nodes"].append({})
    with pytest.raises(GltfError, match=r"nodes.1. is placed beyond"):
        scene(out.content())


@given(
    st.lists(st.floats(-1, 1), min_size=4, max_size=4),
    st.lists(st.floats(0.01, 100), min_size=3, max_size=3),
    st.booleans(),
)
def test_a_matrix_is_taken_apart(
    turn: list[float], scale: list[float], mirrored: bool
) -> None:
    quaternion = np.array(turn)
    assume(np.linalg.norm(quaternion) > 1e-3)
    quaternion /= np.linalg.norm(quaternion)
    sizes = np.array(scale) * [-1 if mirrored else 1, 1, 1]
    matrix = np.eye(4)
    matrix[:3, :3] = to_matrix(quaternion) * sizes
    matrix[:3, 3] = [1, 2, 3]
    out = GlbWriter()
    out.document["nodes"] = [{"matrix": matrix.T.reshape(-1).tolist()}]
    found = scene(out.content())
    assert found.world[0] == pytest.approx(matrix)
    (node,) = found.nodes
    assert node.translation.tolist() == [1, 2, 3]
    again = to_matrix(node.rotation) * node.scale
    assert again == pytest.approx(matrix[:3, :3], abs=1e-5 * max(scale))


def test_a_flat_matrix_gets_a_sentence() -> None:
    out = GlbWriter()
    out.document["nodes"] = [{"matrix": [0] * 15 + [1]}]
    with pytest.raises(GltfError, match=r"nodes.0., matrix: it is flat"):
        scene(out.content())


def test_a_node_may_be_without_size() -> None:
    out = GlbWriter()
    out.document["nodes"] = [{"scale": [0, 0, 0]}]
    assert scene(out.content()).nodes[0].scale.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("nodes", "sentence"),
    [
        ([{"children": [1]}, {"children": [2]}, {"children": [1]}], "has two parents"),
        ([{"children": [0]}], r"nodes.0. is among its own children"),
        ([{"children": [7]}], r"a child of nodes.0. is 7, expected 0 to 0"),
        ([{"rotation": [0, 0, 0, 0]}], "expected a quaternion, found zeros"),
        ([{"mesh": 2}], r"the mesh of nodes.0. is 2, and the file has none"),
        ([{}] * (NODES + 1), f"nodes has {NODES + 1} items, expected at most {NODES}"),
    ],
)
def test_damaged_nodes_get_a_sentence(nodes: list[object], sentence: str) -> None:
    out = GlbWriter()
    out.document["nodes"] = nodes
    with pytest.raises(GltfError, match=sentence):
        scene(out.content())


def test_a_deep_chain_of_nodes_is_read() -> None:
    out = GlbWriter()
    count = 5000
    out.document["nodes"] = [
        {"translation": [0, 0, 1], "children": [i + 1]} for i in range(count - 1)
    ] + [{}]
    assert scene(out.content()).world[-1, 2, 3] == count - 1


def test_a_skin_without_joints_gets_a_sentence() -> None:
    out = GlbWriter()
    out.document["skins"] = [{"joints": []}]
    with pytest.raises(GltfError, match=r"skins.0. has no joints"):
        scene(out.content())
