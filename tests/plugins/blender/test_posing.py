"""Blender's own shapes and bones move as a face does."""

from __future__ import annotations

import math

import pytest

from .blenders import Blender


def test_a_character_is_posed(blender: Blender) -> None:
    told = blender.run("posing")
    assert told["rows"] == [
        ["eyeBlinkLeft", "EyeBlink_L"],
        ["eyeBlinkRight", "eyeBlink_R"],
        ["jawOpen", "jawOpen"],
        ["jawOpen", "shapes.jawOpen"],
        ["mouthSmileLeft", "mouthSmile"],
        ["mouthSmileRight", "mouthSmile"],
    ]
    assert told["face"] == {"jawOpen": 0.5, "EyeBlink_L": 1.0, "mouthSmile": 0.5}
    assert told["teeth"] == {"jawOpen": 0.5, "shapes.jawOpen": 0.5}
    assert told["half"] == {"jawOpen": 0.25, "EyeBlink_L": 0.5, "mouthSmile": 0.25}
    assert told["edited"] == {**told["face"], "jawOpen": 0.75, "own": 0.75}
    assert told["property"] == 0.75
    assert told["below"] == {"eCTRLJawSide-Side": -0.5}


def test_bones_turn_as_the_actor_does(blender: Blender) -> None:
    told = blender.run("posing")
    assert told["bones"] == {
        "head": "Head",
        "neck": "Neck",
        "chest": "Chest",
        "spine": "Spine",
        "leftShoulder": "LeftShoulder",
        "rightShoulder": "RightShoulder",
        "leftEye": "LeftEye",
        "rightEye": "RightEye",
    }
    sine, cosine = math.sin(0.5), math.cos(0.5)
    wide, deep = math.sin(0.3), math.cos(0.3)
    # +X is the actor's left, -Y is ahead, +Z is up. A turn to the left about y.
    expected = {
        "left": [sine, -cosine, 0.0],
        "down": [0.0, -cosine, -sine],
        "tilt": [0.0, -1.0, 0.0],
        # Without an upper chest its turn goes to the neck.
        "spread": [sine, -cosine, 0.0],
        "eyes": [wide, -deep, 0.0],
    }
    for found in told["ahead"].values():
        for case, way in expected.items():
            assert found[case] == pytest.approx(way, abs=2e-3), case
    for way in told["turned"].values():
        assert way == pytest.approx(expected["left"], abs=2e-3)
    first, second = told["rest"]
    assert second == pytest.approx(first, abs=2e-3)
