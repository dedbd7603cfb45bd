from __future__ import annotations

from typing import Any

import pytest

from protocols.gltf.checks import GltfError
from protocols.gltf.vrm import Bind, Clip, Range, Vrm
from tests.characters import scene, tiny, vrm0


def opened(extension: dict[str, Any], **more: Any) -> Vrm:
    found = scene(tiny(["jawOpen", "smile"], vrm0=extension, **more)).vrm
    assert found is not None
    return found


def test_presets_have_both_names_and_weights_from_0_to_1() -> None:
    clips: list[dict[str, Any]] = [
        {
            "name": "mouth",
            "presetName": "a",
            "binds": [{"mesh": 0, "index": 1, "weight": 60}],
        },
        {"name": "Wink", "presetName": "blink_l", "isBinary": True},
        {"name": "JawOpen", "presetName": "unknown", "materialValues": [{}]},
    ]
    assert opened(vrm0(clips)).clips == (
        Clip("A", "aa", (Bind(0, 1, 0.6),)),
        Clip("Blink_L", "blinkLeft", (), binary=True),
        Clip("JawOpen", "", (), other=True),
    )


def test_a_bind_goes_to_every_node_of_its_mesh() -> None:
    clips = [{"presetName": "joy", "binds": [{"mesh": 0, "index": 0, "weight": 250}]}]
    nodes = [{"mesh": 0}, {}, {"mesh": 0}]
    (clip,) = opened(vrm0(clips), nodes=nodes).clips
    assert clip.binds == (Bind(0, 0, 1.0), Bind(2, 0, 1.0))


def test_binds_of_deleted_meshes_are_left_out() -> None:
    binds = [{"mesh": -1, "index": 0}, {"mesh": 0, "index": -1}]
    (clip,) = opened(vrm0([{"name": "x", "binds": binds}])).clips
    assert clip.binds == ()


def test_thumbs_get_their_new_names() -> None:
    bones = {"hips": 0, "leftThumbProximal": 1, "leftThumbIntermediate": 2, "tail": 1}
    found = opened(vrm0(bones={**bones, "jaw": -1}), nodes=[{"mesh": 0}, {}, {}])
    assert found.bones == {"hips": 0, "leftThumbMetacarpal": 1, "leftThumbProximal": 2}


def test_a_gaze_by_bones_is_in_degrees() -> None:
    first = {
        "lookAtTypeName": "Bone",
        "lookAtHorizontalInner": {"xRange": 90, "yRange": 8},
        "lookAtHorizontalOuter": {"xRange": 0, "yRange": 12},
        "lookAtVerticalUp": {
            "curve": [0, 0, 0, 1, 0.5, 2, 1, 0],
            "xRange": 60,
            "yRange": 5,
        },
    }
    look = opened(vrm0(firstPerson=first)).look
    assert look is not None and look.by == "bone"
    assert look.inner == Range(90, 8)
    # Any gaze gives the whole output.
    assert look.outer == Range(0.01, 12)
    # The map is not in the file.
    assert look.down == Range(90, 10)
    # The curve ends at half the gaze and twice the output.
    assert look.up == Range(30, 10)


def test_a_gaze_by_expressions_ends_at_1() -> None:
    first = {
        "lookAtTypeName": "BlendShape",
        "lookAtVerticalDown": {"xRange": 90, "yRange": 10},
    }
    look = opened(vrm0(firstPerson=first)).look
    assert look is not None and look.by == "expression"
    assert (look.down, look.up) == (Range(9, 1), Range(90, 1))


def test_without_a_kind_of_gaze_there_is_none() -> None:
    assert opened(vrm0(firstPerson={"lookAtTypeName": "None"})).look is None
    assert opened(vrm0()).look is None


@pytest.mark.parametrize(
    ("extension", "sentence"),
    [
        ({"blendShapeMaster": []}, "blendShapeMaster is no JSON object"),
        (vrm0([{"binds": [{"mesh": 3, "index": 0}]}]), "the mesh of a bind of blend"),
        (
            vrm0([{"binds": [{"mesh": 0, "index": 2}]}]),
            r"the morph target of blendShapeGroups.0. is 2, expected 0 to 1",
        ),
        (
            vrm0([{"binds": [{"mesh": 0, "index": 0, "weight": "a lot"}]}]),
            r"the weight of blendShapeGroups.0. is 'a lot', expected a number",
        ),
        (vrm0(bones={"hips": 99}), "the bone hips is 99, expected 0 to 0"),
        (
            {"humanoid": {"humanBones": [{"bone": "jaw", "node": 0}] * 2}},
            "humanBones names jaw twice",
        ),
        (
            vrm0(
                firstPerson={
                    "lookAtTypeName": "Bone",
                    "lookAtVerticalUp": {"xRange": 1e400},
                }
            ),
            "xRange of lookAtVerticalUp is inf, expected a number",
        ),
    ],
)
def test_damage_gets_a_sentence(extension: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GltfError, match=sentence):
        opened(extension)
