from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.drawing.camera import project
from models.data.characters.character import Character, from_scene, load_character
from models.data.characters.draw import AHEAD, CAMERA, pose_vertices
from models.data.characters.errors import CharacterError
from models.data.characters.lips import CORNERS, LOWER, OPEN, UPPER, find_lips
from models.solver.neutral_ground import lips_of
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX
from tests.characters import scene
from tests.glb_writer import head
from tests.models.data.dataset import dataset


def made() -> Character:
    return from_scene(scene(head()), "made")


def row(**curves: float) -> Floats:
    out = np.zeros((1, len(ARKIT)), dtype=np.float32)
    for name, value in curves.items():
        out[0, INDEX[name]] = value
    return out


def test_lips_are_the_vertices_nearest_to_the_tracked_points() -> None:
    character = made()
    wanted = [INDEX["mouthUpperUpLeft"], INDEX["mouthRollLower"]]
    moved = np.linalg.norm(character.shapes, axis=2)
    up, down = (int(moved[at].argmax()) for at in wanted)
    view = pose_vertices(character, OPEN) + AHEAD.position()
    screen = project(view, CAMERA)
    points = np.zeros((478, 3), dtype=np.float32)
    points[UPPER] = screen[up]
    points[LOWER] = screen[down]
    points[CORNERS] = screen[[up, down]]
    lips = find_lips(character, points)
    assert lips.upper.tolist() == [up] * 3
    assert lips.lower.tolist() == [down] * 3
    apart = character.vertices[up] - character.vertices[down]
    assert lips.width == pytest.approx(np.linalg.norm(apart))
    # This shape pulls the upper point down.
    fall = character.shapes[wanted[0], up, 1] - character.shapes[wanted[0], down, 1]
    gap = lips.gap(character, row(mouthUpperUpLeft=0.5))
    assert gap == pytest.approx(0.5 * fall / lips.width)


def test_a_head_whose_shapes_move_no_lips_gets_a_sentence() -> None:
    character = made()
    character.shapes[:] = 0
    with pytest.raises(CharacterError, match="made: none of its shapes moves lips"):
        find_lips(character, np.zeros((478, 3), dtype=np.float32))


@pytest.mark.parametrize(
    "name", ["human_arkit_visemes", "facecap_head_generic", "facecap_live_avatar"]
)
def test_real_lips_open_with_the_jaw_and_close_again(name: str) -> None:
    pytest.importorskip("mediapipe")
    character = load_character(dataset(f"characters/{name}.glb"))
    lips = lips_of(character)
    assert 0.03 < lips.width < 0.08
    assert lips.gap(character, row())[0] == 0
    assert lips.gap(character, row(jawOpen=1.0))[0] > 0.4
    assert abs(lips.gap(character, row(jawOpen=1.0, mouthClose=1.0))[0]) < 0.06
