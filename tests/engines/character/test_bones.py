from __future__ import annotations

import pytest

from engines.character.bones import bone_name, find_bones
from protocols.gltf.vrm import Vrm

from .faces import bone, mesh, scene, skeleton
from .faces import curve_moves as moves


@pytest.mark.parametrize(
    "chain",
    [
        "Hips Spine Spine1 Spine2 Neck Head",
        "mixamorig:Hips mixamorig:Spine mixamorig:Spine1 mixamorig:Spine2 "
        "mixamorig:Neck mixamorig:Head",
        "mixamorig1:Hips mixamorig1:Spine mixamorig1:Spine1 mixamorig1:Spine2 "
        "mixamorig1:Neck mixamorig1:Head",
        "J_Bip_C_Hips J_Bip_C_Spine J_Bip_C_Chest J_Bip_C_UpperChest "
        "J_Bip_C_Neck J_Bip_C_Head",
        "CC_Base_Hip CC_Base_Waist CC_Base_Spine01 CC_Base_Spine02 "
        "CC_Base_NeckTwist01 CC_Base_Head",
        "pelvis spine_01 spine_02 spine_03 neck_01 head",
        "センター 上半身 上半身2 上半身3 首 頭",
        "hip abdomenUpper chestLower chestUpper neckLower head",
    ],
    ids=["ready", "mixamo", "digits", "vroid", "creator", "unreal", "mmd", "daz"],
)
def test_a_trunk_is_known_by_its_order(chain: str) -> None:
    assert find_bones(skeleton(*chain.split())) == {
        "spine": 1,
        "chest": 2,
        "upperChest": 3,
        "neck": 4,
        "head": 5,
    }


def test_two_bones_of_the_trunk_are_chest_and_spine() -> None:
    found = find_bones(skeleton("Hips", "Spine", "Chest", "Neck", "Head"))
    assert (found["spine"], found["chest"], found.get("upperChest")) == (1, 2, None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LeftEye", "leftEye"),
        ("J_Adj_R_FaceEye", "rightEye"),
        ("CC_Base_L_Eye", "leftEye"),
        ("eye.R", "rightEye"),
        ("rEye", "rightEye"),
        ("FACIAL_L_Eye", "leftEye"),
        ("左目", "leftEye"),
        ("mixamorig:LeftShoulder", "leftShoulder"),
        ("clavicle_r", "rightShoulder"),
        ("lCollar", "leftShoulder"),
        ("右肩", "rightShoulder"),
        ("mixamorig:Jaw", "jaw"),
        ("CC_Base_JawRoot", "jaw"),
        ("MJaw", "jaw"),
        ("lowerJaw", "jaw"),
        ("あご", "jaw"),
    ],
)
def test_an_eye_shoulder_or_jaw_is_known_by_name(name: str, expected: str) -> None:
    assert find_bones(skeleton("Head", name))[expected] == 1


@pytest.mark.parametrize(
    "name",
    ["LeftEye_end", "LeftEyelid", "brow.L", "upperJaw", "jaw_tip", "EyeAim_L"],
)
def test_what_only_sounds_like_a_bone_is_none(name: str) -> None:
    assert set(find_bones(skeleton("Head", name))) == {"head"}


def test_what_a_vrm_says_goes_before_names() -> None:
    vrm = Vrm(0, bones={"head": 0, "leftEye": 1, "hips": 0})
    nodes = [bone("a"), bone("b"), bone("Head")]
    assert find_bones(scene(nodes, vrm=vrm)) == {"head": 0, "leftEye": 1}


def test_a_head_that_is_one_mesh_beside_its_eyes_is_no_bone() -> None:
    face = mesh(moves("jawOpen"), ["jawOpen"])
    nodes = [bone("root"), bone("head", 0, mesh=0), bone("eyeLeft", 0)]
    assert "head" not in find_bones(scene(nodes, [face]))
    nodes = [bone("root"), bone("head", 0, mesh=0), bone("eyeLeft", 1)]
    assert find_bones(scene(nodes, [face]))["head"] == 1


def test_a_node_without_a_name_of_its_own_is_called_by_its_number() -> None:
    nodes = [bone("Head"), bone(""), bone("Eye"), bone("Eye"), bone("#0")]
    names = [bone_name(scene(nodes), at) for at in range(5)]
    assert names == ["Head", "#1", "#2", "#3", "#4"]
