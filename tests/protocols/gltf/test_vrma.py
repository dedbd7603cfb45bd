from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pygltflib
import pytest

from protocols.gltf.chunks import split
from protocols.gltf.vrma import BONES, EXTENSION, VrmAnimation, encode

from .animated import TIMES, channel, nod, performance, wave

REQUIRED = (
    *("hips", "spine", "head"),
    *(
        f"{side}{bone}"
        for side in ("left", "right")
        for bone in ("UpperLeg", "LowerLeg", "Foot", "UpperArm", "LowerArm", "Hand")
    ),
)


def test_expressions_bones_and_gaze_read_back() -> None:
    made = performance()
    data = encode(made, "test")
    file = pygltflib.GLTF2.load_from_bytes(data)
    extension = json.loads(split(data).text)["extensions"][EXTENSION]
    assert extension["specVersion"] == "1.0"
    assert "preset" not in extension["expressions"]
    for name, values in made.custom.items():
        node = extension["expressions"]["custom"][name]["node"]
        times, found = channel(file, node, "translation", 3)
        np.testing.assert_allclose(
            np.interp(TIMES, times, found[:, 0]), values, atol=0.0021
        )
        at = np.searchsorted(TIMES.astype(np.float32), times)
        np.testing.assert_allclose(found[:, 0], values[at], atol=1e-6)
        assert not found[:, 1:].any()
    bones = extension["humanoid"]["humanBones"]
    assert made.look is not None
    for node, turns in (
        (bones["head"]["node"], made.turns["head"]),
        (bones["spine"]["node"], made.turns["spine"]),
        (extension["lookAt"]["node"], made.look),
    ):
        times, found = channel(file, node, "rotation", 4)
        at = np.searchsorted(TIMES.astype(np.float32), times)
        np.testing.assert_allclose(found, turns[at], atol=1e-6)


def test_the_skeleton_is_a_t_pose_with_all_required_bones() -> None:
    document = json.loads(split(encode(performance(), "test")).text)
    bones = document["extensions"][EXTENSION]["humanoid"]["humanBones"]
    assert set(REQUIRED) <= set(bones)
    assert not {"leftEye", "rightEye"} & set(bones)
    nodes = document["nodes"]
    above = {c: k for k, node in enumerate(nodes) for c in node.get("children", ())}
    places = {}
    for name, entry in bones.items():
        at, place = entry["node"], np.zeros(3)
        assert nodes[at]["name"] == name and "rotation" not in nodes[at]
        while True:
            place = place + nodes[at].get("translation", [0, 0, 0])
            if at not in above:
                break
            at = above[at]
        places[name] = place
    hand, arm = places["leftHand"], places["leftUpperArm"]
    assert hand[0] > arm[0] > 0.0 and hand[1] == pytest.approx(arm[1])
    assert 0.0 < places["leftFoot"][1] < places["hips"][1] < places["head"][1]
    np.testing.assert_allclose(places["rightHand"], hand * [-1, 1, 1])


def test_only_the_hips_move_from_their_place() -> None:
    place = np.tile([0.0, 0.86, 0.0], (len(TIMES), 1)) + 0.1 * nod()[:, :3]
    data = encode(replace(performance(), hips=place), "test")
    document = json.loads(split(data).text)
    extension = document["extensions"][EXTENSION]
    bones = {b["node"] for b in extension["humanoid"]["humanBones"].values()}
    moved = {
        one["target"]["node"]
        for one in document["animations"][0]["channels"]
        if one["target"]["path"] == "translation"
    }
    assert moved & bones == {extension["humanoid"]["humanBones"]["hips"]["node"]}


def test_presets_are_written_as_presets_and_weights_are_clamped() -> None:
    data = encode(VrmAnimation("x", TIMES, presets={"aa": 3.0 * wave(0.0)}), "test")
    file = pygltflib.GLTF2.load_from_bytes(data)
    extension = json.loads(split(data).text)["extensions"][EXTENSION]
    assert list(extension["expressions"]) == ["preset"]
    _, found = channel(
        file, extension["expressions"]["preset"]["aa"]["node"], "translation", 3
    )
    assert found.min() >= 0.0 and found[:, 0].max() == 1.0


def test_an_empty_animation_is_a_file() -> None:
    document = json.loads(split(encode(VrmAnimation("x", TIMES), "test")).text)
    assert "animations" not in document and len(document["nodes"]) == len(BONES)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (VrmAnimation("x", TIMES, presets={"lookUp": wave(0.0)}), "no preset 'lookUp'"),
        (VrmAnimation("x", TIMES, custom={"aa": wave(0.0)}), "name of a preset"),
        (VrmAnimation("x", TIMES, custom={"lookUp": wave(0.0)}), "name of a preset"),
        (VrmAnimation("x", TIMES, turns={"leftEye": nod()}), "no bone 'leftEye'"),
        (VrmAnimation("x", TIMES, custom={"A": wave(0.0)[1:]}), "A is \\(44,\\)"),
        (VrmAnimation("x", TIMES, look=nod() * np.nan), "look is"),
        (VrmAnimation("x", TIMES[::-1]), "rising"),
    ],
)
def test_what_the_format_forbids_is_refused(wrong: VrmAnimation, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        encode(wrong, "test")
