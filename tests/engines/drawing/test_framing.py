from __future__ import annotations

import numpy as np
import pytest

from engines.character.character import Character, rest
from engines.drawing.figure import figure
from engines.drawing.framing import Framing, framing
from engines.drawing.pose import pose
from protocols.gltf.scene import Mesh
from protocols.gltf.vrm import Vrm

from .scenes import SQUARE, made, node, primitive, square


def framed(shape: Character, facing: int | None = None) -> Framing:
    laid = figure(shape)
    return framing(laid, pose(laid, rest(shape)), facing)


def person(unit: float, face_z: float = 0.0) -> Character:
    """A body, 15 units high, and a head on it from 13 to 15, with a face."""
    moves = np.zeros((1, 4, 3), np.float32)
    moves[0, :2] = (0, 0.1, 0)
    head = primitive(SQUARE + np.array([0, 0, face_z], np.float32), moves=moves)
    back = primitive(SQUARE)
    body = primitive(SQUARE * np.array([3, 7, 1], np.float32))
    return made(
        (
            node("root", scale=np.full(3, unit)),
            node("Body", 0, mesh=0, translation=np.array([0.0, 7.0, 0.0])),
            node("mixamorig:Head", 0, translation=np.array([0.0, 14.0, 0.0])),
            node("Face", 2, mesh=1),
        ),
        (Mesh("body", (), (body,)), Mesh("head", ("blink",), (head, back))),
    )


@pytest.mark.parametrize("unit", [0.01, 1.0, 100.0])
def test_a_head_is_what_hangs_on_its_bone_in_any_unit(unit: float) -> None:
    found = framed(person(unit))
    np.testing.assert_allclose(found.middle, [0, 14 * unit, 0], rtol=1e-5, atol=1e-6)
    assert found.size == pytest.approx(2 * unit, rel=1e-5)


@pytest.mark.parametrize("facing", [1, -1])
def test_a_face_is_in_front(facing: int) -> None:
    assert framed(person(1.0, 0.5 * facing)).facing == facing
    assert framed(person(1.0, 0.5 * facing), -facing).facing == -facing


def test_a_vrm_says_by_its_version_where_it_looks() -> None:
    assert framed(square(vrm=Vrm(0))).facing == -1
    assert framed(square(vrm=Vrm(1))).facing == 1


def test_without_bone_and_face_a_head_is_the_upper_end_of_a_body() -> None:
    front = SQUARE * np.array([2, 7.5, 1], np.float32) + np.array([0, 0, 2], np.float32)
    both = (primitive(front), primitive(front - np.array([0, 0, 4], np.float32)))
    shape = made((node("thing", mesh=0),), (Mesh("thing", (), both),))
    found = framed(shape)
    assert found.size == pytest.approx(2.0)
    assert found.middle[1] == pytest.approx(6.5)


def test_nothing_has_a_frame_too() -> None:
    assert framed(made((node("root"),), ())).size == 1.0
