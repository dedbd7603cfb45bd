from __future__ import annotations

import numpy as np
import pytest

from engines.character.vrm_keyframes import for_any, for_character, gaze
from protocols.arrays import Floats
from protocols.channels import ARKIT, CHANNELS, INDEX, bone_slice, pascal
from protocols.gltf.vrm import Clip, Look, Range, Vrm
from protocols.gltf.vrma import encode
from protocols.rotation import quaternion

TIMES = np.array([0.0, 0.5, 1.0])
LOOK = Look("bone", *4 * (Range(90.0, 10.0),))


def vectors() -> Floats:
    out = np.zeros((3, len(CHANNELS)), dtype=np.float32)
    out[1, INDEX["jawOpen"]] = 0.7
    out[1, bone_slice("head")] = (0.0, 0.3, 0.0)
    for eye, inward in (("leftEye", -0.05), ("rightEye", 0.05)):
        out[1, bone_slice(eye)] = (0.1, 0.2 + inward, 0.0)
    return out


def test_without_a_character_both_spellings_are_written() -> None:
    found = for_any(vectors(), TIMES, "x")
    assert len(found.custom) == 2 * len(ARKIT) and not found.presets
    for name in ("jawOpen", pascal("jawOpen")):
        np.testing.assert_allclose(found.custom[name], [0.0, 0.7, 0.0])
    assert list(found.turns) == ["head"]
    np.testing.assert_allclose(found.turns["head"][1], quaternion(0.0, 0.3, 0.0))
    encode(found, "test")


def test_a_characters_own_names_are_written() -> None:
    weight = np.array([0.0, 0.5, 0.0], dtype=np.float32)
    vrm = Vrm(
        1,
        clips=(
            Clip("aa", "aa", ()),
            Clip("JawDrop", "", ()),
            Clip("lookUp", "lookUp", ()),
            Clip("lookSmug", "", ()),
            Clip("lookDown", "", ()),
            Clip("unused", "", ()),
        ),
        look=LOOK,
    )
    values = {"aa": weight, "JawDrop": 2.0 * weight, "lookUp": weight, "morph": weight}
    # The gaze has no expressions in a VRM animation; other such names are fine.
    values |= {"lookSmug": weight, "lookDown": weight}
    found = for_character(vrm, values, vectors(), TIMES, "x")
    assert list(found.presets) == ["aa"]
    assert list(found.custom) == ["JawDrop", "lookSmug"]
    assert found.look is not None
    encode(found, "test")
    assert for_character(vrm, values, vectors(), TIMES, "x", looks=False).look is None
    blind = Vrm(1, clips=vrm.clips)
    assert for_character(blind, values, vectors(), TIMES, "x").look is None


def test_the_gaze_is_that_of_both_eyes() -> None:
    x, y, z, w = gaze(vectors())[1]
    pitch = 2.0 * np.arctan2(x, w)
    assert pitch == pytest.approx(0.1, abs=2e-3)
    assert 2.0 * np.arctan2(y, w) == pytest.approx(0.2, abs=2e-3)
    assert abs(z) < 0.02
