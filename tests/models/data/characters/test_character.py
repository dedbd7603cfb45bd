from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.character.names import curve, side
from engines.drawing.camera import Camera, project
from models.data.characters.character import (
    EYES_M,
    MIDDLE,
    Character,
    from_scene,
    load_character,
)
from models.data.characters.draw import AHEAD, CAMERA, draw, pose_vertices
from models.data.characters.errors import CharacterError
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX
from protocols.gltf.glb import parse_glb
from protocols.gltf.read import read_scene
from tests.characters import scene
from tests.glb_writer import head
from tests.models.data.dataset import dataset


def weights(**curves: float) -> Floats:
    out = np.zeros(len(ARKIT), dtype=np.float32)
    for name, value in curves.items():
        out[INDEX[name]] = value
    return out


def made(**options: bool) -> Character:
    return from_scene(scene(head(**options)), "made")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("eyeBlinkLeft", "eyeBlinkLeft"),
        ("EyeBlinkLeft", "eyeBlinkLeft"),
        ("eyeBlink_L", "eyeBlinkLeft"),
        ("eyeBlink.R", "eyeBlinkRight"),
        ("eyeBlink L", "eyeBlinkLeft"),
        ("shapes.eyeBlink_R", "eyeBlinkRight"),
        ("Genesis8Male__eyeBlink_R", "eyeBlinkRight"),
        ("A14_Eye_Blink_Left", "eyeBlinkLeft"),
        ("AK_09_EyeBlinkLeft", "eyeBlinkLeft"),
        ("jawLeft", "jawLeft"),
        ("Mouth_R", "mouthRight"),
        ("browInnerUp_L", "browInnerUp"),
        ("cheekPuffRight", "cheekPuff"),
        ("tongueOut", "tongueOut"),
    ],
)
def test_a_curve_is_known_by_each_spelling(name: str, expected: str) -> None:
    assert curve(name) == INDEX[expected]


@pytest.mark.parametrize("name", ["", "viseme_aa", "Fcl_EYE_Close", "eyeBlink", "あ"])
def test_other_names_are_no_curve(name: str) -> None:
    assert curve(name) is None


def test_every_curve_is_known_by_its_own_name() -> None:
    assert [curve(name) for name in ARKIT] == list(range(len(ARKIT)))


def test_a_side_is_told_anywhere_in_a_name() -> None:
    assert side("LeftEye_Joint") == "left"
    assert side("grp_eyeRight") == "right"
    assert side("Head_Joint") is None


@pytest.mark.parametrize(
    "options",
    [{}, {"style": "{}"}, {"style": "shapes.{}", "on_accessors": True}],
    ids=["target names", "plain", "on accessors, sparse"],
)
def test_shapes_are_found_wherever_their_names_stand(options: dict[str, bool]) -> None:
    assert made(**options).present.all()


def test_the_eyes_set_the_size_and_the_origin() -> None:
    character = made()
    left, right = character.eyes
    assert left.left and not right.left
    middle = (left.centre + right.centre) / 2
    apart = left.centre[0] - right.centre[0]
    # Lids move about the eyes, and the vertices they move are few.
    assert apart == pytest.approx(EYES_M, rel=0.15)
    assert middle == pytest.approx(MIDDLE, abs=0.01)


def test_eyes_whose_names_are_crossed_turn_to_the_right_side() -> None:
    plain, crossed = made(), made(crossed=True)
    for one, other in zip(plain.eyes, crossed.eyes, strict=True):
        assert one.left == other.left
        assert one.centre == pytest.approx(other.centre)


def test_a_head_that_faces_back_is_turned_round() -> None:
    glb = parse_glb(head())
    for node in glb.document["nodes"]:
        x, y, z = node.get("translation", [0, 0, 0])
        node["translation"] = [-x, y, -z]
        node["rotation"] = [0, 1, 0, 0]
    turned = from_scene(read_scene(glb), "turned")
    assert turned.vertices == pytest.approx(made().vertices, abs=1e-5)


def test_gaze_turns_the_eyeballs_about_their_centres() -> None:
    character = made()
    moved = pose_vertices(character, weights(eyeLookOutLeft=1.0))
    left, right = character.eyes
    away = moved - character.vertices
    assert np.linalg.norm(away[left.vertices], axis=1).max() > 0.004
    radii = np.linalg.norm(moved[left.vertices] - left.centre, axis=1)
    before = np.linalg.norm(character.vertices[left.vertices] - left.centre, axis=1)
    assert radii == pytest.approx(before, rel=1e-4)
    assert not away[right.vertices].any()


def test_shapes_add_up() -> None:
    character = made()
    both = pose_vertices(character, weights(jawOpen=0.5, eyeBlinkLeft=1.0))
    shapes = character.shapes
    expected = 0.5 * shapes[INDEX["jawOpen"]] + shapes[INDEX["eyeBlinkLeft"]]
    assert both - character.vertices == pytest.approx(expected, abs=1e-6)


def test_a_picture_shows_the_head_from_the_front() -> None:
    character = made()
    picture = draw(character, weights())
    assert picture.shape == (CAMERA.height, CAMERA.width, 3)
    for eye in character.eyes:
        front = np.array([0.0, 0.0, 0.01], dtype=np.float32)
        before = eye.centre + front + AHEAD.position()
        x, y, _ = project(before[None], CAMERA)[0]
        blue, green, red = picture[int(y), int(x)].astype(int)
        assert blue > 100 + max(green, red)
        # The actor's left is on the right of the picture.
        assert (x > CAMERA.width / 2) == eye.left


def test_pictures_repeat() -> None:
    character, pose = made(), weights(jawOpen=0.7)
    assert (draw(character, pose) == draw(character, pose)).all()


def test_a_surface_with_two_sides_is_lit_from_both() -> None:
    glb = parse_glb(head())
    skin = glb.document["meshes"][0]["primitives"][0]
    inside_out = from_scene(read_scene(glb), "made")
    assert not inside_out.double.any()
    glb.document["materials"][skin["material"]]["doubleSided"] = True
    assert from_scene(read_scene(glb), "made").double.sum() == 13 * 24 * 2 - 2 * 24


def test_the_picture_has_the_size_of_the_camera() -> None:
    picture = draw(made(), weights(), AHEAD, Camera(64, 48, 90.0))
    assert picture.shape == (48, 64, 3)


def test_a_file_without_shapes_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "plain.glb"
    path.write_bytes(head("other_{}_name"))
    with pytest.raises(CharacterError, match=r"plain.glb: it has no morph target eyeB"):
        load_character(path)


REAL = {
    "human_arkit_visemes": 52,
    "facecap_head_generic": 51,
    "facecap_live_avatar": 51,
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_head_faces_the_camera_and_has_its_curves(name: str) -> None:
    character = load_character(dataset(f"characters/{name}.glb"))
    assert int(character.present.sum()) == REAL[name]
    assert [eye.left for eye in character.eyes] == [True, False]
    smile = character.shapes[INDEX["mouthSmileLeft"]]
    size = np.linalg.norm(smile, axis=1)
    # The corner of the mouth on the actor's left goes up.
    top = int(size.argmax())
    assert character.vertices[top, 0] > 0.01
    assert smile[top, 1] > 0.002
    blink = np.linalg.norm(character.shapes[INDEX["eyeBlinkLeft"]], axis=1)
    assert character.vertices[int(blink.argmax()), 0] > 0.01
