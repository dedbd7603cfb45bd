"""Names of shapes and bones mean the same in Blender as in the daemon."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from facewire.core.drives import (
    PLACE,
    SOURCES,
    ShapeDrive,
    by_names,
    partners,
    shape_value,
    shared,
    values,
)
from facewire.core.skeleton import Joint, find_bones, pairs

from engines.character import bones, drives, families
from engines.character.character import Character, Slot
from engines.character.mapping import EMOTIONS
from engines.character.naming import by_names as daemons
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS
from tests.engines.character.faces import scene, skeleton
from tests.plugins.unity.test_names import all_names

ROOT = Path(__file__).parents[3]

VROID = ["Fcl_MTH_A", "Fcl_MTH_I", "Fcl_MTH_U", "Fcl_MTH_E", "Fcl_MTH_O"]


def test_the_copies_are_up_to_date() -> None:
    script = ROOT / "plugins" / "blender" / "copies.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def of_the_daemon(names: list[str]) -> dict[str, list[tuple[str, float, float]]]:
    """Return the shape, gain and least value of each source, by the daemon's rules."""
    slots = tuple(Slot(0, at, name) for at, name in enumerate(names))
    found = daemons(Character("made", scene([]), slots)).drives
    return {
        source: [(shape, drive.gain, drive.low) for shape in drive.to]
        for source, drive in found.items()
        if source not in EMOTIONS
    }


def of_blender(names: list[str]) -> dict[str, list[tuple[str, float, float]]]:
    found: dict[str, list[tuple[str, float, float]]] = {}
    for drive in by_names(names):
        found.setdefault(drive.source, []).append((drive.shape, drive.gain, drive.low))
    return found


@pytest.mark.parametrize("family", families.FAMILIES)
def test_a_family_has_the_daemons_drives(family: str) -> None:
    names = families.FAMILIES[family].replace("|", " ").split()
    sided = [name.replace("*", side) for name in names for side in ("L", "R")]
    assert of_blender(sided) == of_the_daemon(sided) != {}


def test_a_heap_of_all_names_has_the_daemons_drives() -> None:
    chance = np.random.default_rng(5)
    names = np.array(all_names(), dtype=object)
    for _ in range(200):
        some = chance.choice(names, 40, replace=False).tolist()
        assert of_blender(some) == of_the_daemon(some)


def test_a_whole_character_has_52_drives_and_no_others() -> None:
    names = [*(f"shapes.{name}" for name in ARKIT), "aa", "blink", "happy"]
    assert [drive.source for drive in by_names(names)] == list(ARKIT)


def test_two_sides_share_a_shape_and_lids_close_together() -> None:
    found = shared(by_names(["mouthSmile", "eyeBlink", "aa"]))
    told = {(drive.source, drive.shape, drive.share) for drive in found}
    assert told == {
        ("mouthSmileLeft", "mouthSmile", 0.5),
        ("mouthSmileRight", "mouthSmile", 0.5),
        ("blink", "eyeBlink", 1.0),
        ("aa", "aa", 1.0),
    }
    lids = [ShapeDrive("eyeBlinkLeft", "lids"), ShapeDrive("eyeBlinkRight", "lids")]
    assert shared(lids) == [ShapeDrive("blink", "lids")]


@pytest.mark.parametrize("source", ARKIT)
def test_partners_are_those_of_the_daemon(source: str) -> None:
    assert partners(source) == drives.partners(source)


def test_vowels_and_the_jaw_do_not_open_a_mouth_twice() -> None:
    assert "jawOpen" not in of_blender([*VROID, "jawOpen"])
    found = of_blender([*VROID, "jawOpen", "mouthFunnel", "mouthPucker"])
    assert "aa" not in found and "jawOpen" in found


def test_a_shape_that_goes_both_ways_goes_below_0() -> None:
    both = shared(by_names(["eCTRLJawSide-Side"]))
    sources = [0.0] * len(SOURCES)
    sources[PLACE["jawRight"]] = 0.5
    assert shape_value(both, sources, 1.0) == -0.5
    sources[PLACE["jawLeft"]] = 0.75
    assert shape_value(both, sources, 1.0) == 0.25


def test_gains_and_limits_hold() -> None:
    drive = [ShapeDrive("jawOpen", "jaw", 2.0, 0.1, 0.8)]
    found = {}
    for jaw in (0.0, 0.25, 1.0):
        vector = [0.0] * len(CHANNELS)
        vector[ARKIT.index("jawOpen")] = jaw
        sources = values(vector, [0.0] * len(EXPRESSIONS))
        found[jaw] = shape_value(drive, sources, 1.0)
    assert found == {0.0: 0.1, 0.25: 0.5, 1.0: 0.8}


def test_weights_beyond_their_range_are_cut() -> None:
    vector = [-0.5] + [1.5] * (len(CHANNELS) - 1)
    found = values(vector, [2.0] * len(EXPRESSIONS))
    assert len(found) == len(SOURCES) and min(found) == 0.0 and max(found) == 1.0


@pytest.mark.parametrize(
    "chain",
    [
        "Hips Spine Spine1 Spine2 Neck Head LeftEye",
        "mixamorig:Hips mixamorig:Spine mixamorig:Spine1 mixamorig:Neck mixamorig:Head",
        "J_Bip_C_Hips J_Bip_C_Spine J_Bip_C_Chest J_Bip_C_UpperChest J_Bip_C_Neck "
        "J_Bip_C_Head J_Adj_L_FaceEye",
        "CC_Base_Hip CC_Base_Waist CC_Base_Spine01 CC_Base_Spine02 "
        "CC_Base_NeckTwist01 CC_Base_Head CC_Base_L_Eye",
        "pelvis spine_01 spine_02 spine_03 neck_01 head clavicle_l",
        "センター 上半身 上半身2 首 頭 左目",
        "hip abdomenUpper chestLower chestUpper neckLower head lEye",
        "spine spine.001 spine.002 spine.003 spine.004 spine.005 spine.006 eye.L jaw",
        "Hips Spine Chest Neck Head Eye_R Jaw",
        "root",
    ],
)
def test_bones_are_those_of_the_daemon(chain: str) -> None:
    names = chain.split()
    joints = [Joint(name, at - 1) for at, name in enumerate(names)]
    daemon = bones.find_bones(skeleton(*names))
    assert find_bones(joints) == {bone: names[at] for bone, at in daemon.items()}


def test_rigifys_controls_win_over_what_follows_them() -> None:
    names = ["root", "ORG-spine", "torso", "chest", "neck", "head", "DEF-spine.006"]
    joints = [Joint(name, at - 1) for at, name in enumerate(names)]
    found = find_bones(joints)
    assert found == {"head": "head", "neck": "neck", "upperChest": "chest"}


def test_pairs_are_right_and_left() -> None:
    names = ("spine", "eye.L", "eye.R", "Hand_Left", "hip", "Arm.R")
    assert pairs(names) == (("eye.R", "eye.L"),)
