import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.character.mapping import Drive, Gaze, Mapping
from engines.character.retarget import Retarget
from engines.motion.body import LOOK_DOWN, LOOK_SIDE
from protocols.channels import ARKIT, CHANNELS, INDEX, Vector, bone_slice
from tests.bridge.faces import vector
from tests.engines.character.rigs import CHAIN, straight

EYES = {"leftEye": "leftEye", "rightEye": "rightEye"}
RIG = straight()


def drives(*names: str, **gains: float) -> tuple[Drive, ...]:
    return tuple(
        Drive(name, (name,), gains.get(name, 1.0)) for name in (*names, *gains)
    )


def fitted(mapping: Mapping, frame: Vector) -> dict[str, float]:
    out = Retarget(RIG, mapping).fit(frame)
    return dict(zip(CHANNELS, out.tolist(), strict=True))


def test_gains_and_limits_of_the_drives() -> None:
    jaw = Drive("jawOpen", ("a",), gain=1.5, low=0.1, high=0.6)
    got = fitted(Mapping((jaw, *drives(mouthSmileLeft=0.5))), vector(jawOpen=0.3))
    assert got["jawOpen"] == pytest.approx(0.45)
    got = fitted(Mapping((jaw,)), vector(jawOpen=0.9))
    assert got["jawOpen"] == pytest.approx(0.6)
    assert fitted(Mapping((jaw,)), vector())["jawOpen"] == pytest.approx(0.1)


def test_the_argument_stays_and_all_is_finite() -> None:
    frame = vector(jawOpen=0.5, head__x=math.nan)
    frame[INDEX["mouthClose"]] = np.inf
    before = frame.copy()
    out = Retarget(RIG, Mapping(drives(*ARKIT))).fit(frame)
    np.testing.assert_array_equal(frame, before)
    assert np.isfinite(out).all()


def test_a_squint_goes_into_the_blink_where_there_is_none() -> None:
    frame = vector(eyeSquintLeft=0.8, eyeBlinkLeft=0.1)
    got = fitted(Mapping(drives("eyeBlinkLeft", "eyeBlinkRight")), frame)
    assert got["eyeBlinkLeft"] == pytest.approx(0.1 + 0.35 * 0.8)
    assert got["eyeSquintLeft"] == 0.0
    got = fitted(
        Mapping(drives("eyeBlinkLeft", "eyeSquintLeft")), vector(eyeSquintLeft=0.8)
    )
    assert got["eyeSquintLeft"] == pytest.approx(0.8)


def test_a_squint_never_shuts_an_eye_that_it_stands_in_for() -> None:
    mapping = Mapping(drives("blink"))
    got = fitted(mapping, vector(eyeSquintLeft=1.0, eyeBlinkLeft=0.5))
    assert got["eyeBlinkLeft"] == pytest.approx(0.6)
    got = fitted(mapping, vector(eyeSquintLeft=1.0, eyeBlinkLeft=0.9))
    assert got["eyeBlinkLeft"] == pytest.approx(0.9)


def test_without_mouth_close_the_jaw_opens_less() -> None:
    got = fitted(Mapping(drives("jawOpen")), vector(jawOpen=0.6, mouthClose=0.4))
    assert got["jawOpen"] == pytest.approx(0.2)
    assert got["mouthClose"] == 0.0


def test_a_funnel_and_pressed_lips_go_to_what_there_is() -> None:
    got = fitted(
        Mapping(drives("mouthPucker", "mouthClose", "jawOpen")),
        vector(mouthFunnel=0.5, mouthPressLeft=0.4, mouthPressRight=0.4, jawOpen=0.9),
    )
    assert got["mouthPucker"] == pytest.approx(0.2)
    assert got["mouthClose"] == pytest.approx(0.2)
    assert got["mouthFunnel"] == got["mouthPressLeft"] == 0.0


def test_the_gaze_is_scaled_to_the_characters_eyes() -> None:
    eyes = Gaze("bones", inner=8.0, outer=12.0, up=10.0, down=9.0)
    mapping = Mapping(bones=EYES, gaze=eyes)
    frame = vector(
        eyeLookOutLeft=1.0,
        leftEye__y=LOOK_SIDE,
        rightEye__y=0.5 * LOOK_SIDE,
        leftEye__x=LOOK_DOWN,
        rightEye__x=LOOK_DOWN,
    )
    got = fitted(mapping, frame)
    assert math.degrees(got["leftEye.y"]) == pytest.approx(12.0, abs=1e-4)
    assert math.degrees(got["rightEye.y"]) == pytest.approx(4.0, abs=1e-4)
    assert math.degrees(got["leftEye.x"]) == pytest.approx(9.0, abs=1e-4)
    # Never both: bones turn the eyes, so the curves rest.
    assert got["eyeLookOutLeft"] == 0.0


@given(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0))
def test_no_gaze_goes_past_the_limits(x: float, y: float) -> None:
    eyes = Gaze("bones", inner=8.0, outer=12.0, up=10.0, down=9.0)
    frame = vector(leftEye__x=x, leftEye__y=y, rightEye__x=x, rightEye__y=y)
    out = Retarget(RIG, Mapping(bones=EYES, gaze=eyes)).fit(frame)
    for eye, (most, least) in {"leftEye": (12.0, 8.0), "rightEye": (8.0, 12.0)}.items():
        down, left, roll = np.degrees(out[bone_slice(eye)])
        assert -10.001 <= down <= 9.001
        assert -least - 1e-3 <= left <= most + 1e-3
        assert roll == 0.0


def test_a_gaze_by_curves_turns_no_bones() -> None:
    mapping = Mapping(drives("eyeLookUpLeft"), bones=EYES, gaze=Gaze("curves"))
    got = fitted(mapping, vector(eyeLookUpLeft=0.7, leftEye__x=-0.3))
    assert got["eyeLookUpLeft"] == pytest.approx(0.7)
    assert got["leftEye.x"] == 0.0


def test_a_look_that_moves_lids_is_sent_beside_the_bones() -> None:
    mapping = Mapping(drives("eyeLookDownLeft"), bones=EYES)
    got = fitted(mapping, vector(eyeLookDownLeft=0.7, leftEye__x=0.3))
    assert got["eyeLookDownLeft"] == pytest.approx(0.7)
    assert got["leftEye.x"] > 0.0


def test_no_gaze_turns_nothing() -> None:
    mapping = Mapping(bones=EYES, gaze=Gaze("none"))
    got = fitted(mapping, vector(eyeLookUpLeft=0.7, leftEye__x=-0.3))
    assert got["eyeLookUpLeft"] == got["leftEye.x"] == 0.0


JAW = Drive("jaw", ("bone:jaw",), high=25.0)


def jawed(*mapped: Drive) -> Mapping:
    return Mapping(mapped, bones={"head": "head", "jaw": "nose"})


def test_a_jaw_bone_opens_the_mouth_of_a_character_without_curves() -> None:
    got = fitted(jawed(JAW), vector(jawOpen=0.5, jawLeft=0.5, jaw__x=3.0))
    assert math.degrees(got["jaw.x"]) == pytest.approx(9.0, abs=1e-4)
    assert math.degrees(got["jaw.y"]) == pytest.approx(3.0, abs=1e-4)
    closed = fitted(jawed(JAW), vector(jawOpen=0.5, mouthClose=0.5))
    assert closed["jaw.x"] == 0.0
    # Remove the line of a mapping's file, and nothing moves for it.
    assert fitted(jawed(), vector(jawOpen=0.5))["jaw.x"] == 0.0


def test_a_jaw_bone_has_the_gain_and_limits_of_its_drive() -> None:
    jaw = Drive("jaw", ("bone:nose",), gain=2.0, high=30.0)
    got = fitted(jawed(jaw), vector(jawOpen=0.5))
    assert math.degrees(got["jaw.x"]) == pytest.approx(18.0, abs=1e-4)
    assert math.degrees(fitted(jawed(jaw), vector(jawOpen=1.0))["jaw.x"]) == (
        pytest.approx(30.0, abs=1e-4)
    )


def test_a_jaw_bone_rests_where_a_curve_opens_the_mouth() -> None:
    mapping = jawed(Drive("jawOpen", ("a",)), Drive("jaw", ("bone:nose",), high=30.0))
    got = fitted(mapping, vector(jawOpen=0.5, jaw__x=0.2))
    assert got["jaw.x"] == 0.0
    assert got["jawOpen"] == pytest.approx(0.5)


def test_a_jaw_bone_moves_forward_with_jaw_forward() -> None:
    retarget = Retarget(RIG, replace(jawed(JAW), bones=jawed(JAW).bones | EYES))
    posture = retarget.perform(vector(jawForward=1.0), np.zeros(8, np.float32), 0)
    (place,) = posture.places.values()
    rest = RIG.scene.nodes[9].translation
    np.testing.assert_allclose(place - rest, [0, 0, 0.004 * 0.06 / 0.063], atol=1e-6)


def test_missing_bones_rest_and_their_turns_go_on() -> None:
    mapping = Mapping(bones={"head": "head", "chest": "chest"})
    frame = vector(
        spine__y=0.1,
        chest__y=0.1,
        neck__y=0.2,
        head__y=0.1,
        leftShoulder__z=0.2,
        jaw__x=0.1,
    )
    got = fitted(mapping, frame)
    assert got["chest.y"] == pytest.approx(0.2)
    assert got["head.y"] == pytest.approx(0.3)
    for bone in ("spine", "upperChest", "neck", "leftShoulder", "jaw"):
        assert [got[f"{bone}.{axis}"] for axis in "xyz"] == [0.0, 0.0, 0.0]


def test_the_position_of_the_head_stays() -> None:
    frame = vector(headPosition__z=0.6)
    assert fitted(Mapping(bones={b: b for b in CHAIN[1:]}), frame)[
        "headPosition.z"
    ] == pytest.approx(0.6)


def test_the_doubt_follows_the_gains() -> None:
    fit = Retarget(RIG, Mapping(drives(jawOpen=2.0, mouthSmileLeft=0.5))).fit
    doubt = fit.doubt(np.full(52, 0.6, dtype=np.float32))
    assert doubt[INDEX["jawOpen"]] == 1.0
    assert doubt[INDEX["mouthSmileLeft"]] == pytest.approx(0.3)
    assert doubt[INDEX["cheekPuff"]] == pytest.approx(0.6)
