"""The ten characters of the data folder: what of each is found, by name and shape."""

from __future__ import annotations

import pytest

from engines.character.character import Character, character
from engines.character.coverage import curves_driven
from engines.character.mapping import VISEMES
from engines.character.recognise import Recognition, recognise
from protocols.channels import ARKIT, BONES
from protocols.gltf.glb import parse
from protocols.gltf.read import read_scene
from tests.models.data.dataset import dataset


def opened(name: str) -> Character:
    path = dataset("characters") / name
    return character(path.stem, read_scene(parse(path.read_bytes())))


def sources(found: Recognition) -> set[str]:
    return {drive.source for drive in found.mapping.drives}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("human_arkit_visemes.glb", 52),
        ("human_perfectsync_vrm1.vrm", 52),
        ("human_perfectsync_vrm0.vrm", 52),
        ("facecap_head_generic.glb", 52),
        ("facecap_live_avatar.glb", 51),
    ],
)
def test_curves_are_mapped_one_by_one(name: str, expected: int) -> None:
    found = recognise(opened(name))
    assert len(sources(found) & set(ARKIT)) == expected
    assert sources(found) <= set(ARKIT)
    assert found.mapping.gaze.by == "bones"


@pytest.mark.parametrize(
    ("name", "family", "least"),
    [("human_vroid_vrm0.vrm", "VRoid", 30), ("human_mmd.glb", "MMD", 20)],
)
def test_curves_are_driven_through_mixes(name: str, family: str, least: int) -> None:
    found = recognise(opened(name))
    assert found.family == family
    assert len(curves_driven(found.mapping)) >= least
    assert set(VISEMES) <= sources(found)


def test_perfect_sync_is_driven_by_its_expressions() -> None:
    for version, name in ((0, "BrowInnerUp"), (1, "browInnerUp")):
        found = recognise(opened(f"human_perfectsync_vrm{version}.vrm"))
        drives = {drive.source: drive.to for drive in found.mapping.drives}
        assert drives["browInnerUp"] == (f"clip:{name}",)
        assert found.mapping.facing == (-1, 1)[version]


def test_an_anime_character_has_vowels_blinks_and_a_gaze() -> None:
    found = recognise(opened("godette_vrm0.vrm"))
    blinks = {"eyeBlinkLeft", "eyeBlinkRight"}
    assert {*VISEMES, *blinks, "happy", "angry"} <= sources(found)
    assert found.mapping.gaze.by == "curves"
    assert sum(name.startswith("eyeLook") for name in sources(found)) == 8
    assert found.alarms == ()


def test_a_jaw_bone_is_all_that_opens_this_mouth() -> None:
    found = recognise(opened("human_jaw_bone.glb"))
    assert found.mapping.bones["jaw"] == "mixamorig:Jaw"
    assert sources(found) == {"jaw"}
    assert set(found.mapping.bones) == set(BONES)


def test_a_mannequin_has_its_head_alone() -> None:
    found = recognise(opened("cryptovoxels_vrm0.vrm"))
    assert found.mapping.drives == ()
    assert found.mapping.bones["head"] == "Head"
    assert found.mapping.gaze.by == "none"


def test_crossed_eye_nodes_are_crossed_back() -> None:
    found = recognise(opened("facecap_head_generic.glb"))
    assert found.mapping.bones == {"leftEye": "grp_eyeRight", "rightEye": "grp_eyeLeft"}
    (alarm,) = found.alarms
    assert "the left eye node grp_eyeLeft stands on the character's right" in alarm


@pytest.mark.parametrize(
    "name",
    [
        *("human_arkit_visemes.glb", "human_perfectsync_vrm1.vrm", "human_mmd.glb"),
        *("human_vroid_vrm0.vrm", "facecap_head_generic.glb"),
        "facecap_live_avatar.glb",
    ],
)
def test_a_full_blink_shuts_the_lids(name: str) -> None:
    mapping = recognise(opened(name)).mapping
    for side, closed in zip(("Left", "Right"), mapping.lids.blink, strict=True):
        (drive,) = (d for d in mapping.drives if d.source == f"eyeBlink{side}")
        weight = min(max(drive.gain, drive.low), drive.high)
        assert 0.90 <= weight * closed <= 1.05
