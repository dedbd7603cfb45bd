"""Files that we write, as programs by others read them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pygltflib
import pytest

from protocols.arrays import Floats
from protocols.channels import ARKIT, pascal
from protocols.gltf.animation import Animation
from protocols.gltf.append import append
from protocols.gltf.chunks import Chunks, join, split
from protocols.gltf.vrma import VrmAnimation, encode
from tests.foreign import character, read_with_node
from tests.glb_writer import head

from .animated import TIMES, channel, nod, performance, wave

CHARACTERS = (
    *("human_arkit_visemes.glb", "human_jaw_bone.glb", "human_mmd.glb"),
    *("facecap_head_generic.glb", "facecap_live_avatar.glb"),
    *("human_perfectsync_vrm0.vrm", "human_perfectsync_vrm1.vrm"),
    *("human_vroid_vrm0.vrm", "godette_vrm0.vrm", "cryptovoxels_vrm0.vrm"),
)


def shown_head() -> bytes:
    """Return the head with a scene, which three.js needs."""
    chunks = split(head())
    scene = {"scene": 0, "scenes": [{"nodes": [0, 1, 2]}]}
    document = {**json.loads(chunks.text), **scene}
    return join(Chunks(json.dumps(document), chunks.binary))


def moved(data: bytes) -> Animation:
    """Return an animation of all morph targets and of the node of the head."""
    document = json.loads(split(data).text)
    counts = {
        at: len(document["meshes"][node["mesh"]]["primitives"][0].get("targets", ()))
        for at, node in enumerate(document["nodes"])
        if "mesh" in node
    }
    weights = {at: wave(0.1 * at, count) for at, count in counts.items() if count}
    heads = [
        at
        for at, node in enumerate(document["nodes"])
        if "head" in node.get("name", "").lower()
    ]
    return Animation("talk", TIMES, weights, {at: nod() for at in heads[:1]})


def wanted(animation: VrmAnimation, at: int) -> dict[str, float]:
    return {name: float(values[at]) for name, values in animation.custom.items()}


def frame_of(data: bytes, node: int, path: str, width: int) -> int:
    """Return a frame in the middle whose key is in the file."""
    times, _ = channel(pygltflib.GLTF2.load_from_bytes(data), node, path, width)
    return round(float(times[len(times) // 2]) * 30.0)


@pytest.mark.parametrize("name", CHARACTERS)
def test_the_validator_finds_no_error_in_animated_characters(
    name: str, tmp_path: Path
) -> None:
    data = character(name).read_bytes()
    path = tmp_path / "animated.glb"
    path.write_bytes(append(data, moved(data)).data)
    assert read_with_node("validate", path) == {"errors": []}


def test_the_validator_finds_no_error_in_vrm_animations(tmp_path: Path) -> None:
    path = tmp_path / "talk.vrma"
    for made in (
        performance(),
        replace(performance(), stepped=True),
        VrmAnimation("x", TIMES, presets={"aa": wave(0.0)}),
        VrmAnimation("x", TIMES),
    ):
        path.write_bytes(encode(made, "test"))
        assert read_with_node("validate", path) == {"errors": []}


def test_three_js_plays_an_animated_head(tmp_path: Path) -> None:
    path = tmp_path / "animated.glb"
    animation = Animation("x", TIMES, {0: wave(0.0, len(ARKIT))}, {1: nod()})
    data = append(shown_head(), animation).data
    path.write_bytes(data)
    at = frame_of(data, 0, "weights", len(ARKIT))
    found = read_with_node("gltf", path, f"{TIMES[at]:.9f}")
    assert found["length"] == pytest.approx(float(TIMES[-1]), abs=1e-6)
    weights = [found["morphs"]["head"][name] for name in ARKIT]
    np.testing.assert_allclose(weights, wave(0.0, len(ARKIT))[at], atol=1e-4)
    np.testing.assert_allclose(found["turns"]["eyeLeft"], nod()[at], atol=6e-4)


def test_three_js_plays_several_meshes(tmp_path: Path) -> None:
    data = character("human_arkit_visemes.glb").read_bytes()
    path = tmp_path / "animated.glb"
    animation = moved(data)
    path.write_bytes(append(data, animation).data)
    document = json.loads(split(data).text)
    found = read_with_node("gltf", path, "0.5")
    assert len(animation.weights) == 6
    for node, values in animation.weights.items():
        name = document["nodes"][node]["name"]
        np.testing.assert_allclose(
            list(found["morphs"][name].values()), values[15], atol=0.0021
        )


@pytest.mark.parametrize(
    ("name", "spelling", "side"),
    [
        ("human_perfectsync_vrm0.vrm", pascal, -1.0),
        ("human_perfectsync_vrm1.vrm", str, 1.0),
    ],
)
def test_three_vrm_plays_a_vrm_animation(
    name: str, spelling: Any, side: float, tmp_path: Path
) -> None:
    path = tmp_path / "talk.vrma"
    curves: dict[str, Floats] = {
        spelling(curve): wave(0.1 * at) for at, curve in enumerate(ARKIT)
    }
    animation = replace(performance(), custom=curves)
    path.write_bytes(encode(animation, "test"))
    found = read_with_node("vrma", character(name), path, "0.5")
    # 52 expressions, two bones and the gaze.
    assert found["tracks"] == len(ARKIT) + 3
    for curve, value in wanted(animation, 15).items():
        assert found["expressions"][curve] == pytest.approx(value, abs=0.0021)
    x, y, z, w = nod()[15]
    # VRM 0.x faces -Z: three-vrm turns the motion.
    turned = [side * x, y, side * z, w]
    np.testing.assert_allclose(found["bones"]["head"], turned, atol=6e-4)
    pitch = math.degrees(0.2 * math.sin(4.0 * 0.5))
    np.testing.assert_allclose(found["look"], [0.0, pitch], atol=0.1)
    moved = [morphs for morphs in found["morphs"].values() if "jawOpen" in morphs]
    assert moved and moved[0]["jawOpen"] == pytest.approx(
        wanted(animation, 15)[spelling("jawOpen")], abs=0.0021
    )


def test_names_in_another_spelling_move_nothing(tmp_path: Path) -> None:
    path = tmp_path / "talk.vrma"
    path.write_bytes(
        encode(VrmAnimation("x", TIMES, custom={"jawOpen": wave(0.0)}), "test")
    )
    found = read_with_node("vrma", character("human_perfectsync_vrm0.vrm"), path, "0.5")
    assert not any(found["expressions"].values())


@pytest.mark.slow
@pytest.mark.skipif(find_spec("bpy") is None, reason="bpy (Blender) is not installed")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("human_arkit_visemes.glb", 6),
        ("human_mmd.glb", 1),
        # It has an animation of its own, and Blender plays the first one of a file.
        ("facecap_head_generic.glb", 1),
    ],
)
def test_blender_plays_an_animated_character(
    tmp_path: Path, name: str, count: int
) -> None:
    import bpy  # type: ignore[import-not-found]

    data = character(name).read_bytes()
    animation = moved(data)
    path = tmp_path / "animated.glb"
    path.write_bytes(append(data, animation).data)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert bpy.ops.import_scene.gltf(filepath=str(path)) == {"FINISHED"}
    # Blender's 24 frames a second and our 30 meet at half a second.
    bpy.context.scene.frame_set(round(0.5 * bpy.context.scene.render.fps))
    assert len(animation.weights) == count
    nodes = json.loads(split(data).text)["nodes"]
    for at, weights in animation.weights.items():
        mesh = bpy.data.objects[nodes[at]["name"]].data
        # The first one is the shape at rest.
        shown = [key.value for key in mesh.shape_keys.key_blocks][1:]
        assert shown == pytest.approx(weights[15], abs=1e-4)
