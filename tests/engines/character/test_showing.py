from __future__ import annotations

import numpy as np
import pytest

from engines.character.mapping import Drive
from engines.character.recognise import recognise
from engines.character.showing import CLOSED, REST, full, shown, target_weights
from protocols.channels import ARKIT, bone_slice
from protocols.gltf.vrm import Bind, Clip, Vrm

from .faces import bone, face


def test_every_curve_is_shown_alone_and_in_full() -> None:
    character = face()
    cells = dict(shown(character, recognise(character).mapping))
    assert len(cells) == 53
    assert not cells[REST].weights.any()
    names = [slot.name for slot in character.slots]
    for curve in ARKIT:
        if curve != "mouthClose":
            weights = cells[curve].weights
            assert np.flatnonzero(weights).tolist() == [names.index(curve)]
    closed = cells[CLOSED].weights
    assert closed[names.index("mouthClose")] > 0.5 < closed[names.index("jawOpen")]


def test_a_gaze_turns_the_eye_bones() -> None:
    eyes = [bone("LeftEye", place=(0.03, 0, 0)), bone("RightEye", place=(-0.03, 0, 0))]
    character = face(nodes=eyes)
    cells = dict(shown(character, recognise(character).mapping))
    # About +Y a turn is to the character's left.
    assert cells["eyeLookOutLeft"].turns[1][1] > 0.1
    assert cells["eyeLookOutRight"].turns[2][1] < -0.1
    assert cells["eyeLookUpLeft"].turns[1][0] < -0.1


@pytest.mark.parametrize("curve", ["eyeLookInLeft", "eyeLookInRight"])
def test_eyes_look_inward_to_the_nose(curve: str) -> None:
    side = curve.removeprefix("eyeLookIn")
    turn = full(curve)[bone_slice(f"{side.lower()}Eye")]
    assert turn[1] * {"Left": -1, "Right": 1}[side] > 0.1


def test_an_expression_is_shown_by_its_binds() -> None:
    clip = Clip("Joy", "happy", (Bind(0, 3, 0.5), Bind(0, 4, 1.0)))
    character = face(vrm=Vrm(0, clips=(clip,)))
    weights = target_weights(character, Drive("happy", ("clip:Joy",)))
    assert {at: float(weights[at]) for at in np.flatnonzero(weights)} == {
        3: 0.5,
        4: 1.0,
    }
