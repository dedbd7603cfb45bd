from __future__ import annotations

import numpy as np
import pytest

from engines.character.coverage import curves_driven
from engines.character.landmarks import FACE
from engines.character.mapping import EMOTIONS, VISEMES, Gaze
from engines.character.recognise import Recognition, recognise
from protocols.channels import ARKIT, opposite
from protocols.gltf.vrm import Bind, Clip, Look, Range, Vrm

from .faces import bone, curve_moves, face, rig


def targets(found: Recognition) -> dict[str, tuple[str, ...]]:
    return {drive.source: drive.to for drive in found.mapping.drives}


def look(by: str) -> Look:
    return Look(by, Range(90, 8), Range(90, 12), Range(90, 10), Range(90, 9))


def clip(name: str, preset: str = "", target: int = 0) -> Clip:
    return Clip(name, preset, (Bind(0, target, 1.0),))


def test_a_face_with_all_curves_needs_nothing_else() -> None:
    names = (*ARKIT, "viseme_aa", "eyesClosed", "mouthSmile")
    moves = np.concatenate([rig()["morphs"][:, :FACE]] + [curve_moves("jawOpen")] * 3)
    found = recognise(face(names, moves.astype(np.float32)))
    assert targets(found) == {name: (name,) for name in ARKIT}
    assert set(found.by.values()) == {"name"}
    assert found.family == "ARKit"
    assert found.alarms == ()
    assert curves_driven(found.mapping) == ARKIT


def test_perfect_sync_is_driven_by_its_expressions_and_never_by_presets() -> None:
    clips = [
        clip(name[0].upper() + name[1:], target=at) for at, name in enumerate(ARKIT)
    ]
    presets = [clip("Joy", "happy"), clip("Blink", "blink"), clip("A", "aa")]
    found = recognise(face(vrm=Vrm(0, clips=(*presets, *clips))))
    expected = {f: (f"clip:{f[0].upper()}{f[1:]}",) for f in ARKIT}
    assert targets(found) == expected
    assert set(found.by.values()) == {"expression"}


def test_presets_alone_give_vowels_blinks_emotions_and_gaze() -> None:
    names = ("aa", "oh", "blink", "blinkLeft", "blinkRight", "happy", "lookLeft")
    clips = tuple(clip(name, name, at) for at, name in enumerate(names))
    vrm = Vrm(1, clips=clips, look=look("expression"))
    found = recognise(face([f"m{at}" for at in range(7)], _seven(), vrm=vrm))
    assert targets(found) == {
        "aa": ("clip:aa",),
        "oh": ("clip:oh",),
        "eyeBlinkLeft": ("clip:blinkLeft",),
        "eyeBlinkRight": ("clip:blinkRight",),
        "happy": ("clip:happy",),
        "eyeLookOutLeft": ("clip:lookLeft",),
        "eyeLookInRight": ("clip:lookLeft",),
    }
    assert found.mapping.gaze.by == "curves"


def _seven() -> np.ndarray:  # type: ignore[type-arg]
    return curve_moves(
        *("jawOpen", "mouthFunnel", "eyeBlinkLeft+eyeBlinkRight", "eyeBlinkLeft"),
        *("eyeBlinkRight", "mouthSmileLeft+mouthSmileRight", "eyeLookOutLeft"),
    )


def test_a_target_that_an_expression_moves_is_not_driven_again() -> None:
    vrm = Vrm(1, clips=(clip("aa", "aa", 0),))
    found = recognise(face(["Fcl_MTH_A", "Fcl_MTH_Fun"], _seven()[[0, 5]], vrm=vrm))
    assert targets(found)["aa"] == ("clip:aa",)
    assert targets(found)["mouthSmileLeft"] == ("Fcl_MTH_Fun",)


def test_a_vrm_whose_curves_are_no_expressions_is_told() -> None:
    found = recognise(face(vrm=Vrm(1)))
    assert len(found.alarms) == 1
    assert "a receiver of VMC cannot set them" in found.alarms[0]


def test_vowels_and_a_jaw_of_its_own_do_not_open_a_mouth_twice() -> None:
    names = ("jawOpen", "viseme_aa", "viseme_O", "viseme_U")
    moves = curve_moves("jawOpen", "jawOpen", "mouthFunnel", "mouthPucker")
    sources = targets(recognise(face(names, moves)))
    assert sources.keys() == {"aa", "oh", "ou"}


def test_a_jaw_bone_opens_the_mouth_of_a_face_without_morphs() -> None:
    nodes = [bone("Head"), bone("Jaw", 1)]
    found = recognise(face([], np.zeros((0, FACE, 3), dtype=np.float32), nodes))
    assert targets(found) == {"jaw": ("bone:jaw",)}
    assert found.mapping.bones == {"head": "Head", "jaw": "Jaw"}
    assert found.by == {"jaw": "bone"}


def test_crossed_eye_nodes_are_told_and_crossed_back() -> None:
    nodes = [bone("eyeLeft", place=(-0.03, 0, 0)), bone("eyeRight", place=(0.03, 0, 0))]
    found = recognise(face(nodes=nodes))
    assert found.mapping.bones == {"leftEye": "eyeRight", "rightEye": "eyeLeft"}
    assert found.alarms == (
        "the left eye node eyeLeft stands on the character's right side, and eyeRight "
        "on its left: the mapping crosses them back",
    )


def test_targets_named_for_the_wrong_side_are_told_and_left() -> None:
    found = recognise(face([opposite(name) for name in ARKIT]))
    assert targets(found)["eyeBlinkLeft"] == ("eyeBlinkLeft",)
    assert "moves the character's right side" in found.alarms[0]


@pytest.mark.parametrize(("version", "facing"), [(0, -1), (1, 1)])
def test_a_vrm_faces_as_its_version_says(version: int, facing: int) -> None:
    assert recognise(face(vrm=Vrm(version))).mapping.facing == facing


def test_eyes_behind_the_head_face_backwards() -> None:
    def facing(z: float) -> int:
        eyes = [bone("LeftEye", 1, (0.03, 0, z)), bone("RightEye", 1, (-0.03, 0, z))]
        return recognise(face(nodes=[bone("Head"), *eyes])).mapping.facing

    assert (facing(0.05), facing(0.0), facing(-0.05)) == (1, 1, -1)


def test_eye_bones_turn_as_far_as_the_vrm_says() -> None:
    eyes = [bone("LeftEye", place=(0.03, 0, 0)), bone("RightEye", place=(-0.03, 0, 0))]
    said = Vrm(1, bones={"leftEye": 1, "rightEye": 2}, look=look("bone"))
    assert recognise(face(nodes=eyes, vrm=said)).mapping.gaze == Gaze(
        "bones", inner=8, outer=12, up=9, down=10
    )
    assert recognise(face(nodes=eyes)).mapping.gaze == Gaze("bones")


def test_a_face_that_cannot_look_has_no_gaze() -> None:
    found = recognise(face(["jawOpen"], curve_moves("jawOpen")))
    assert found.mapping.gaze.by == "none"


def test_coverage_counts_what_shows_through_a_mix() -> None:
    found = recognise(face(["あ", "まばたき"], _seven()[[0, 2]]))
    assert curves_driven(found.mapping) == (
        *("eyeBlinkLeft", "eyeSquintLeft", "eyeBlinkRight", "eyeSquintRight"),
        *("jawOpen", "mouthClose"),
    )
    assert not set(VISEMES + EMOTIONS) & set(curves_driven(found.mapping))
