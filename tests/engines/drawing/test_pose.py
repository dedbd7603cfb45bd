from __future__ import annotations

import numpy as np

from engines.character.character import Posture, downward, rest
from engines.drawing.figure import figure
from engines.drawing.pose import pose, world
from protocols.gltf.scene import Mesh, Skin

from .scenes import SQUARE, made, node, primitive, square

QUARTER = np.array([0, 0, np.sqrt(0.5), np.sqrt(0.5)], dtype=np.float32)
"""90 degrees about z: x becomes y."""


def arm() -> tuple[object, ...]:
    """Return two bones, one 1 above the other, and vertices on one, on both, on two."""
    back = np.tile(np.eye(4), (2, 1, 1))
    back[1, 1, 3] = -1
    joints = np.zeros((4, 4), dtype=np.int64)
    joints[:, 1] = 1
    weights = np.zeros((4, 4), dtype=np.float32)
    weights[:, 0], weights[:, 1] = (1, 0.5, 0, 0.25), (0, 0.5, 1, 0.75)
    vertices = np.array([[1, 0, 0], [1, 1, 0], [1, 2, 0], [0, 1, 0]], np.float32)
    moves = np.zeros((2, 4, 3), np.float32)
    moves[1, 2] = (0, 0, 4)
    part = primitive(vertices, joints=joints, weights=weights, moves=moves)
    nodes = (
        node("lower"),
        node("upper", 0, translation=np.array([0.0, 1.0, 0.0])),
        node("skin", mesh=0, skin=0, translation=np.array([9.0, 9.0, 9.0])),
    )
    mesh = Mesh("arm", ("none", "out"), (part,))
    return nodes, (mesh,), (Skin((0, 1), back),)


def test_at_rest_a_skin_is_where_the_file_has_it_whatever_its_own_node_says() -> None:
    shape = made(*arm())  # type: ignore[arg-type]
    found = pose(figure(shape), rest(shape))
    expected = [[1, 0, 0], [1, 1, 0], [1, 2, 0], [0, 1, 0]]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_turned_bone_takes_its_share_along() -> None:
    shape = made(*arm())  # type: ignore[arg-type]
    turned = Posture(np.array([0, 0.5], np.float32), {1: QUARTER}, {})
    found = pose(figure(shape), turned)
    # The upper bone turns about (0, 1, 0): (1, 1) goes to (0, 2), (1, 2) to (-1, 2).
    expected = np.array([(1, 0, 0), (0.5, 1.5, 0), (-1, 2, 2), (0, 1, 0)])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_moved_bone_takes_those_below_it_along() -> None:
    shape = made(*arm())  # type: ignore[arg-type]
    moved = Posture(np.zeros(2, np.float32), {}, {0: np.array([0, 0, 3], np.float32)})
    found = pose(figure(shape), moved)
    np.testing.assert_allclose(found[:, 2], 3, atol=1e-6)


def test_a_mesh_without_a_skin_goes_with_its_node_and_morphs_in_its_frame() -> None:
    moves = np.zeros((1, 4, 3), np.float32)
    moves[0, 0] = (1, 0, 0)
    mesh = Mesh("square", ("right",), (primitive(SQUARE, moves=moves),))
    large = node("square", mesh=0, scale=np.array([2.0, 2.0, 2.0]), rotation=QUARTER)
    shape = made((large,), (mesh,))
    found = pose(figure(shape), Posture(np.ones(1, np.float32), {}, {}))
    np.testing.assert_allclose(found[0], [2, 0, 0], atol=1e-6)
    np.testing.assert_allclose(found[2], [-2, 2, 0], atol=1e-6)


def test_a_mesh_used_twice_has_slots_for_each() -> None:
    moves = np.ones((1, 4, 3), np.float32)
    mesh = Mesh("square", ("up",), (primitive(SQUARE, moves=moves),))
    shape = made((node("a", mesh=0), node("b", mesh=0)), (mesh,))
    found = pose(figure(shape), Posture(np.array([0, 1], np.float32), {}, {}))
    np.testing.assert_allclose(found, np.concatenate([SQUARE, SQUARE + 1]))


def test_nodes_stand_after_their_parents_in_any_order_of_the_file() -> None:
    shape = square()
    scene = made((node("root"), node("leaf", 0)), ()).scene
    assert downward(scene) == [0, 1]
    turned = world(shape.scene, Posture(np.zeros(0, np.float32), {0: QUARTER}, {}))
    np.testing.assert_allclose(turned[0, :3, 0], [0, 1, 0], atol=1e-6)
    np.testing.assert_allclose(shape.scene.world[0], np.eye(4))


def test_a_character_without_meshes_has_no_vertices() -> None:
    shape = made((node("root"),), ())
    assert pose(figure(shape), rest(shape)).shape == (0, 3)
