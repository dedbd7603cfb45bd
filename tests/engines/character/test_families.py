from __future__ import annotations

import pytest

from engines.character.families import FAMILIES, meanings
from engines.character.mapping import SOURCES
from protocols.channels import ARKIT


def means(name: str) -> dict[str, float]:
    return {meaning.source: meaning.gain for meaning in meanings(name)}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        # ARKit's, by every program that writes them.
        ("eyeBlinkLeft", "eyeBlinkLeft"),
        ("EYEBLINK_L", "eyeBlinkLeft"),
        ("blendShape1.eyeBlink_R", "eyeBlinkRight"),
        ("Wolf3D_Head_eyeBlinkLeft", "eyeBlinkLeft"),
        ("A10_Eye_Look_Out_Left", "eyeLookOutLeft"),
        ("AK_09_EyeBlinkLeft", "eyeBlinkLeft"),
        ("facs_bs_EyeBlinkLeft_div2", "eyeBlinkLeft"),
        ("T01_Tongue_Out", "tongueOut"),
        # Character Creator.
        ("Eye_L_Look_L", "eyeLookOutLeft"),
        ("Eye_R_Look_L", "eyeLookInRight"),
        ("Eye_L_Look_Up", "eyeLookUpLeft"),
        ("Brow_Raise_Inner_R", "browInnerUp"),
        ("Brow_Drop_L", "browDownLeft"),
        ("Cheek_Raise_L", "cheekSquintLeft"),
        ("Mouth_Pucker_Down_R", "mouthPucker"),
        ("Mouth_Roll_In_Upper_L", "mouthRollUpper"),
        ("Mouth_Up_Upper_L", "mouthUpperUpLeft"),
        ("Mouth_L", "mouthLeft"),
        ("V_Open", "aa"),
        # Daz, Mixamo, Unified Expressions.
        ("eCTRLEyesClosedL", "eyeBlinkLeft"),
        ("Blink_Right", "eyeBlinkRight"),
        ("JawForeward", "jawForward"),
        ("EyeClosedRight", "eyeBlinkRight"),
        ("MouthCornerPullLeft", "mouthSmileLeft"),
        # VRoid, with and without the name of the model before it.
        ("Fcl_EYE_Close_L", "eyeBlinkLeft"),
        ("Fcl_EYE_Close", "blink"),
        ("Face.M_F00_000_00_Fcl_MTH_A", "aa"),
        ("Fcl_ALL_Sorrow", "sad"),
        # MikuMikuDance, full and half width.
        ("まばたき", "blink"),
        ("ウィンク", "eyeBlinkLeft"),
        ("ｳｨﾝｸ２右", "eyeBlinkRight"),
        ("あ", "aa"),
        # VRChat, visemes, presets.
        ("vrc.v_oh", "oh"),
        ("vrc.blink_left", "eyeBlinkLeft"),
        ("viseme_U", "ou"),
        ("AA_VI_10_aa", "aa"),
        ("eyesClosed", "blink"),
        ("Joy", "happy"),
    ],
)
def test_a_name_means_one_source(name: str, source: str) -> None:
    assert list(means(name)) == [source]


@pytest.mark.parametrize(
    "name", ["", "L", "viseme_PP", "Fcl_EYE_Natural", "HideBlush", "頬染め", "..:__"]
)
def test_other_names_mean_nothing(name: str) -> None:
    assert means(name) == {}


def test_both_sides_move_a_single_target() -> None:
    assert means("browDown") == {"browDownLeft": 1.0, "browDownRight": 1.0}
    assert means("mouthSmile") == {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}


def test_a_target_that_goes_both_ways_has_a_negative_gain() -> None:
    assert means("eCTRLJawSide-Side") == {"jawLeft": 1.0, "jawRight": -1.0}


def test_a_look_of_both_eyes_is_shared_by_two_curves() -> None:
    assert means("look_left") == {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0}


def test_the_first_choice_of_a_family_ranks_before_the_second() -> None:
    (first,), (second,) = meanings("ウィンク２"), meanings("ウィンク")
    assert first.source == second.source
    assert first.rank < second.rank


def test_arkits_own_names_rank_first() -> None:
    assert all(meanings(name)[0].rank == 0 for name in ARKIT)


@pytest.mark.parametrize("family", FAMILIES)
def test_tables_name_only_sources_that_exist(family: str) -> None:
    sources = [line.split()[0] for line in FAMILIES[family].strip().splitlines()]
    assert sources
    for source in sources:
        assert source.replace("*", "Left") in SOURCES


def test_a_very_long_name_says_nothing() -> None:
    # Every word of it may begin a curve's name, so it would be read from each of them.
    assert meanings("a_" * 100_000 + "eyeBlinkLeft") == ()
