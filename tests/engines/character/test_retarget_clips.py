"""Expressions of a VRM: binds, names on the wire, binary ones, overrides."""

import pytest

from engines.character.mapping import Mapping
from engines.character.retarget import Retarget
from tests.bridge.faces import vector
from tests.engines.character.driven import drive, values, weights
from tests.engines.character.rigs import chances, clip, straight

SECOND = 1_000_000_000


def test_clips_move_their_binds_and_go_out_by_their_names() -> None:
    rig = straight(
        targets=["o", "up"], clips=(clip("Joy", {0: 0.5, 1: 0.25}), clip("O", {0: 1.0}))
    )
    mapping = Mapping((drive("mouthFunnel", "clip:O"), drive("cheekPuff", "clip:Joy")))
    face = vector(mouthFunnel=0.4, cheekPuff=0.8)
    assert weights(rig, mapping, face) == {
        "o": pytest.approx(0.4 + 0.4),
        "up": pytest.approx(0.2),
    }
    assert values(rig, mapping, face) == {
        "O": pytest.approx(0.4),
        "Joy": pytest.approx(0.8),
    }
    assert weights(rig, mapping, vector(mouthFunnel=1.0, cheekPuff=1.0))["o"] == 1.0


def test_over_vmc_emotions_play_whose_parts_cannot_be_reached() -> None:
    rig = straight(
        targets=["BRW_Joy", "MTH_Joy"], clips=(clip("Joy", {0: 1.0, 1: 1.0}, "happy"),)
    )
    mapping = Mapping(
        (
            drive("mouthSmileLeft", "MTH_Joy"),
            drive("browInnerUp", "BRW_Joy"),
            drive("happy", "clip:Joy"),
        )
    )
    retarget = Retarget(rig, mapping)
    assert retarget.names == ("Joy",)
    assert retarget.driven.dropped == ("happy",)
    for at in range(60):
        sent = retarget.values(vector(), chances(happiness=1.0), at * SECOND // 30)
    assert sent.tolist() == [pytest.approx(1.0, abs=0.01)]


def test_a_morph_of_a_vrm_goes_out_as_the_clip_that_moves_it_alone() -> None:
    clips = (
        clip("Blink_L", {0: 1.0}, "blinkLeft"),
        clip("EyeBlinkLeft", {0: 1.0}),
        clip("Half", {1: 0.5}),
        clip("Both", {0: 1.0, 2: 1.0}),
    )
    rig = straight(targets=["eyeBlinkLeft", "open", "lone"], clips=clips)
    mapping = Mapping(
        (
            drive("eyeBlinkLeft", "eyeBlinkLeft"),
            drive("jawOpen", "open"),
            drive("cheekPuff", "lone"),
        )
    )
    face = vector(eyeBlinkLeft=0.3, jawOpen=0.4, cheekPuff=0.2)
    assert values(rig, mapping, face) == {
        "EyeBlinkLeft": pytest.approx(0.3),
    }


def test_a_binary_clip_shows_all_or_nothing() -> None:
    rig = straight(targets=["a"], clips=(clip("A", {0: 1.0}, binary=True),))
    mapping = Mapping((drive("cheekPuff", "clip:A"),))
    assert weights(rig, mapping, vector(cheekPuff=0.5)) == {"a": 0.0}
    assert weights(rig, mapping, vector(cheekPuff=0.6)) == {"a": 1.0}


@pytest.mark.parametrize(
    ("override", "left"), [("none", 0.8), ("blend", 0.8 * 0.7), ("block", 0.0)]
)
def test_overrides_hold_presets_back_and_nothing_else(
    override: str, left: float
) -> None:
    clips = (
        clip("happy", {0: 1.0}, "happy", overrides=(override, "none", "none")),
        clip("blink", {1: 1.0}, "blink"),
        clip("EyeBlinkLeft", {2: 1.0}),
    )
    rig = straight(targets=["joy", "shut", "own"], clips=clips)
    mapping = Mapping(
        (
            drive("cheekPuff", "clip:happy"),
            drive("eyeBlinkLeft", "clip:blink", "clip:EyeBlinkLeft"),
        )
    )
    got = weights(rig, mapping, vector(cheekPuff=0.3, eyeBlinkLeft=0.8))
    assert got["shut"] == pytest.approx(left)
    assert got["own"] == pytest.approx(0.8)
    # A receiver does the same, so it gets the values themselves.
    sent = values(rig, mapping, vector(cheekPuff=0.3, eyeBlinkLeft=0.8))
    assert sent["blink"] == pytest.approx(0.8)


def test_a_binary_preset_that_is_held_back_at_all_shows_nothing() -> None:
    clips = (
        clip("happy", {0: 1.0}, "happy", overrides=("none", "none", "blend")),
        clip("aa", {1: 1.0}, "aa", binary=True),
    )
    rig = straight(targets=["joy", "a"], clips=clips)
    mapping = Mapping((drive("cheekPuff", "clip:happy"), drive("jawOpen", "clip:aa")))
    assert weights(rig, mapping, vector(jawOpen=0.9))["a"] == 1.0
    assert weights(rig, mapping, vector(jawOpen=0.9, cheekPuff=0.1))["a"] == 0.0
