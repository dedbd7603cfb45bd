from __future__ import annotations

from typing import Any

import pytest

from protocols.gltf.checks import GltfError
from protocols.gltf.vrm import Bind, Clip, Range, Vrm
from tests.characters import scene, tiny, vrm0, vrm1


def opened(extension: dict[str, Any], **more: Any) -> Vrm:
    found = scene(tiny(["jawOpen", "smile"], vrm1=extension, **more)).vrm
    assert found is not None
    return found


def test_expressions_are_presets_and_customs() -> None:
    preset = {
        "happy": {
            "morphTargetBinds": [{"node": 0, "index": 1, "weight": 0.5}],
            "overrideBlink": "block",
            "overrideMouth": "blend",
            "overrideLookAt": "often",
        },
        "blink": {"isBinary": True, "textureTransformBinds": [{"material": 0}]},
    }
    custom = {"jawOpen": {"morphTargetBinds": [{"node": 0, "index": 0, "weight": 1}]}}
    found = opened(vrm1(preset, custom))
    assert found.version == 1
    assert found.clips == (
        Clip(
            "happy", "happy", (Bind(0, 1, 0.5),), overrides=("block", "none", "blend")
        ),
        Clip("blink", "blink", (), binary=True, other=True),
        Clip("jawOpen", "", (Bind(0, 0, 1.0),)),
    )


def test_a_preset_that_the_specification_does_not_have_is_a_custom() -> None:
    (clip,) = opened(vrm1({"wonder": {}})).clips
    assert (clip.name, clip.preset) == ("wonder", "")


def test_bones_are_nodes() -> None:
    found = opened(vrm1(bones={"hips": 0, "head": 1, "tail": 7}), nodes=[{}, {}])
    assert found.bones == {"hips": 0, "head": 1}


def test_missing_maps_of_the_gaze_are_the_usual_ones() -> None:
    gaze = {
        "type": "bone",
        "rangeMapHorizontalInner": {"inputMaxValue": 45, "outputScale": 6},
        "rangeMapHorizontalOuter": {"inputMaxValue": 0, "outputScale": 6},
        "rangeMapVerticalUp": {},
    }
    look = opened(vrm1(lookAt=gaze)).look
    assert look is not None and look.by == "bone"
    assert (look.inner, look.outer) == (Range(45, 6), Range(0.01, 6))
    assert (look.down, look.up) == (Range(90, 10), Range(90, 10))
    look = opened(vrm1(lookAt={"type": "expression"})).look
    assert look is not None and look.by == "expression"
    assert look.up == Range(90, 1)


def test_a_file_with_both_extensions_is_a_vrm_1() -> None:
    both = scene(tiny(vrm0=vrm0(), vrm1=vrm1())).vrm
    assert both is not None and both.version == 1


@pytest.mark.parametrize(
    ("extension", "sentence"),
    [
        ([], "the extension VRMC_vrm is no JSON object"),
        ({"expressions": {"preset": []}}, "preset is no JSON object"),
        ({"expressions": {"custom": {"\x1b[2J": 3}}}, r"expression '.x1b\[2J' is no"),
        (
            vrm1({"aa": {"morphTargetBinds": [{"node": 0, "index": 2}]}}),
            "the morph target of the expression aa is 2, expected 0 to 1",
        ),
        (
            vrm1({"aa": {"morphTargetBinds": [{"node": True, "index": 2}]}}),
            "the node of the expression aa is True, expected 0 to 0",
        ),
        (vrm1(bones={"hips": 99}), "the bone hips is 99, expected 0 to 0"),
        (vrm1(lookAt=[]), "lookAt is no JSON object"),
    ],
)
def test_damage_gets_a_sentence(extension: Any, sentence: str) -> None:
    with pytest.raises(GltfError, match=sentence):
        opened(extension)
