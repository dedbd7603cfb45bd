import numpy as np
import pytest

from engines.character.drives import driven
from engines.character.mapping import EMOTIONS, Drive, Gaze, Mapping
from engines.character.retarget import Retarget
from engines.character.told import told
from protocols.channels import ARKIT, pascal
from tests.bridge.faces import vector
from tests.engines.character.driven import drive, values, weights
from tests.engines.character.rigs import NEUTRAL, chances, clip, straight

SECOND = 1_000_000_000


def test_morph_targets_by_name() -> None:
    rig = straight(targets=["open", "smile"])
    mapping = Mapping((drive("jawOpen", "open", gain=0.5),))
    assert weights(rig, mapping, vector(jawOpen=0.8)) == {
        "open": pytest.approx(0.4),
        "smile": 0.0,
    }
    assert values(rig, mapping, vector(jawOpen=0.8)) == {"open": pytest.approx(0.4)}


def test_a_pair_that_shares_a_target_shows_its_mean() -> None:
    rig = straight(targets=["smile"])
    mapping = Mapping(
        (drive("mouthSmileLeft", "smile"), drive("mouthSmileRight", "smile"))
    )
    face = vector(mouthSmileLeft=0.8, mouthSmileRight=0.4)
    assert weights(rig, mapping, face) == {"smile": pytest.approx(0.6)}
    assert values(rig, mapping, face) == {"smile": pytest.approx(0.6)}


def test_a_pair_of_blinks_that_shares_a_target_shows_the_larger() -> None:
    rig = straight(targets=["blink"])
    mapping = Mapping((drive("eyeBlinkLeft", "blink"), drive("eyeBlinkRight", "blink")))
    face = vector(eyeBlinkLeft=0.9, eyeBlinkRight=0.1)
    assert weights(rig, mapping, face) == {"blink": pytest.approx(0.9)}


def test_both_eyes_look_to_one_side_by_one_target() -> None:
    rig = straight(targets=["left"])
    mapping = Mapping(
        (drive("eyeLookOutLeft", "left"), drive("eyeLookInRight", "left")),
        gaze=Gaze("curves"),
    )
    face = vector(eyeLookOutLeft=0.8, eyeLookInRight=0.6)
    assert weights(rig, mapping, face) == {"left": pytest.approx(0.7)}


def test_different_curves_on_one_target_add_up_to_one_at_most() -> None:
    rig = straight(targets=["brow"])
    mapping = Mapping((drive("browInnerUp", "brow"), drive("browOuterUpLeft", "brow")))
    face = vector(browInnerUp=0.3, browOuterUpLeft=0.4)
    assert weights(rig, mapping, face) == {"brow": pytest.approx(0.7)}
    face = vector(browInnerUp=0.9, browOuterUpLeft=0.9)
    assert weights(rig, mapping, face) == {"brow": 1.0}


def test_a_target_that_goes_both_ways() -> None:
    rig = straight(targets=["side"])
    mapping = Mapping(
        (
            drive("mouthLeft", "side"),
            Drive("mouthRight", ("side",), gain=-1.0, low=-1.0, high=0.0),
        )
    )
    assert weights(rig, mapping, vector(mouthRight=0.6)) == {
        "side": pytest.approx(-0.6)
    }
    assert weights(rig, mapping, vector(mouthLeft=0.6)) == {"side": pytest.approx(0.6)}


def test_vowels_blink_and_emotions_of_a_character_with_only_those() -> None:
    names = ["A", "O", "Blink", "Joy"]
    rig = straight(targets=names)
    mapping = Mapping(
        (
            drive("aa", "A", gain=0.8),
            drive("oh", "O"),
            drive("blink", "Blink"),
            drive("happy", "Joy", gain=0.7),
        )
    )
    retarget = Retarget(rig, mapping)
    frame = retarget.fit(vector(jawOpen=0.6, eyeBlinkLeft=0.5))
    for at in range(60):
        got = retarget.values(frame, chances(happiness=1.0), at * SECOND // 30)
    sent = dict(zip(retarget.names, got.tolist(), strict=True))
    assert sent["Blink"] == pytest.approx(0.5)
    assert sent["A"] > 0.6
    assert sent["O"] == 0.0
    assert sent["Joy"] == pytest.approx(0.7, abs=0.01)


def perfect(*more: Drive, emotions: str = "auto") -> Mapping:
    curves = tuple(drive(name, name) for name in ARKIT)
    return Mapping((*curves, *more), emotions=emotions)


def test_presets_stay_out_where_most_of_the_52_are_there() -> None:
    rig = straight(targets=[*ARKIT, "A", "Blink", "Joy"])
    more = (drive("aa", "A"), drive("blink", "Blink"), drive("happy", "Joy"))
    assert set(Retarget(rig, perfect(*more)).names) == set(ARKIT)
    on = Retarget(rig, perfect(*more, emotions="on"))
    assert set(on.names) == {*ARKIT, "Joy"}


def test_emotions_that_are_off_stay_out() -> None:
    mapping = Mapping((drive("happy", "Joy"),), emotions="off")
    assert Retarget(straight(targets=["Joy"]), mapping).names == ()


def test_an_emotion_that_is_a_sum_of_driven_parts_stays_out() -> None:
    clips = (
        clip("ALL_Joy", {0: 1.0, 1: 1.0}, "happy"),
        clip("ALL_Angry", {2: 1.0, 1: 0.2}, "angry"),
    )
    rig = straight(targets=["MTH_Joy", "EYE_Joy", "BRW_Angry"], clips=clips)
    mapping = Mapping(
        (
            drive("mouthSmileLeft", "MTH_Joy"),
            drive("cheekSquintLeft", "EYE_Joy"),
            drive("happy", "clip:ALL_Joy"),
            drive("angry", "clip:ALL_Angry"),
        )
    )
    retarget = Retarget(rig, mapping)
    assert retarget.driven.dropped == ("happy",)
    assert "ALL_Angry" in retarget.names


def test_targets_that_are_not_there_are_told() -> None:
    mapping = Mapping((drive("jawOpen", "open", "clip:Nope"), drive("jaw", "bone:J")))
    retarget = Retarget(straight(targets=["open"]), mapping)
    assert retarget.unknown == ("clip:Nope",)


def test_drives_without_targets_do_not_count() -> None:
    assert driven(Mapping((Drive("jawOpen", ()),))).of_52 == 0


def test_the_line_says_what_the_character_gets() -> None:
    clips = tuple(clip(pascal(name), {at: 1.0}) for at, name in enumerate(ARKIT))
    rig = straight(targets=ARKIT, clips=clips)
    bones = {b: b for b in ("neck", "head", "leftEye", "rightEye")}
    perfect_sync = Mapping(perfect().drives, bones=bones)
    assert told(Retarget(rig, perfect_sync)) == (
        "52 of 52 curves, Perfect Sync clips, turns head neck, gaze by bones"
    )
    small = Mapping((drive("aa", "A"), drive("blink", "B"), drive("sad", "C")))
    assert told(Retarget(straight((), targets=["A", "B", "C"]), small)) == (
        "0 of 52 curves, one blink for both eyes, vowels aa, emotions sad, "
        "turns as a whole, no gaze"
    )


def test_rest_positions_are_the_characters_own_in_metres() -> None:
    bones = {b: b for b in ("neck", "head", "leftEye", "rightEye")}
    for rig, facing in ((straight(), 1), (straight(facing=-1), -1)):
        got = Retarget(rig, Mapping(bones=bones, facing=facing)).rest_positions
        assert got["head"] == pytest.approx((0.0, 0.1, 0.0))
        assert got["leftEye"] == pytest.approx((0.03, 0.06, 0.08))
    large = straight()
    scaled = large.scene.world.copy()
    scaled[:, :3, 3] *= 100.0
    object.__setattr__(large.scene, "world", scaled)
    got = Retarget(large, Mapping(bones=bones)).rest_positions
    assert got["head"] == pytest.approx((0.0, 0.1, 0.0))


def test_faces_of_one_mapping_do_not_share_emotions() -> None:
    rig = straight(targets=["Joy"])
    mapping = Mapping((drive("happy", "Joy"),))
    one, other = Retarget(rig, mapping), Retarget(rig, mapping)
    for at in range(60):
        one.values(vector(), chances(happiness=1.0), at * SECOND // 30)
    assert other.values(vector(), NEUTRAL, 2 * SECOND).tolist() == [0.0]
    assert len(EMOTIONS) == 5
    assert np.isfinite(one.posture(vector(), NEUTRAL, 3 * SECOND).weights).all()
