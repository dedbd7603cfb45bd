"""GLB as pygltflib reads it."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pygltflib
import pytest

from protocols.channels import ARKIT, BONES, INDEX, POSITION_SLICE, WEIGHTS_SLICE
from protocols.export.gltf import encode, normals
from protocols.export.performance import Performance
from protocols.export.skeleton import (
    EYES,
    JOINTS,
    PARENTS,
    REST,
    joint_turns,
    rest_places,
    root_positions,
)
from protocols.export.turns import multiply, turned

from .made import moving, pyramid, still

KINDS = {5126: "<f4", 5123: "<u2", 5121: "u1"}
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}


def read(performance: Performance) -> tuple[pygltflib.GLTF2, bytes]:
    data = encode(performance, pyramid(), "facewire test")
    document = pygltflib.GLTF2.load_from_bytes(data)
    assert document is not None
    return document, document.binary_blob()


def numbers(document: pygltflib.GLTF2, blob: bytes, at: int) -> npt.NDArray[Any]:
    accessor = document.accessors[at]
    view = document.bufferViews[accessor.bufferView]
    width = WIDTHS[accessor.type]
    kind = np.dtype(KINDS[accessor.componentType])
    assert view.byteOffset % 4 == 0
    assert view.byteLength == accessor.count * width * kind.itemsize
    array = np.frombuffer(blob, kind, accessor.count * width, view.byteOffset)
    array = array.reshape(-1, width)
    if accessor.min:
        assert accessor.min == pytest.approx(array.min(axis=0).tolist())
        assert accessor.max == pytest.approx(array.max(axis=0).tolist())
    return array


def test_the_file_is_what_its_header_says() -> None:
    data = encode(still(), pyramid(), "facewire test")
    magic, version, size = struct.unpack_from("<4sII", data)
    assert (magic, version, size) == (b"glTF", 2, len(data))
    text, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON" and text % 4 == 0
    rest, kind = struct.unpack_from("<I4s", data, 20 + text)
    assert kind == b"BIN\0" and 28 + text + rest == len(data)


def test_another_reader_finds_the_mesh_and_its_targets() -> None:
    document, blob = read(still())
    rig = pyramid()
    (mesh,) = document.meshes
    assert mesh.extras["targetNames"] == list(ARKIT) and mesh.weights == [0.0] * 52
    (primitive,) = mesh.primitives
    points = numbers(document, blob, primitive.attributes.POSITION)
    np.testing.assert_array_equal(points, rig.points)
    indices = numbers(document, blob, primitive.indices)
    np.testing.assert_array_equal(indices.reshape(-1, 3), rig.triangles)
    assert document.accessors[primitive.attributes.POSITION].min
    for target, morph in zip(primitive.targets, rig.morphs, strict=True):
        moved = numbers(document, blob, target["POSITION"])
        np.testing.assert_array_equal(moved, morph)
        assert document.accessors[target["POSITION"]].max
        assert len(numbers(document, blob, target["NORMAL"])) == 4
    light = numbers(document, blob, primitive.attributes.COLOR_0)
    assert light[3] == pytest.approx([0.2159, 0.2159, 0.2159, 1.0], abs=1e-4)


def test_another_reader_finds_the_bones_at_rest() -> None:
    document, blob = read(still())
    (skin,) = document.skins
    assert [document.nodes[at].name for at in skin.joints] == list(JOINTS)
    for at in skin.joints:
        for child in document.nodes[at].children:
            assert PARENTS[document.nodes[child].name] == document.nodes[at].name
    face, spine = (document.nodes[at] for at in document.scenes[0].nodes)
    assert (face.mesh, face.skin, spine.name) == (0, 0, "spine")
    binds = numbers(document, blob, skin.inverseBindMatrices).reshape(-1, 4, 4)
    for joint, bind in zip(JOINTS, binds, strict=True):
        assert bind[3, :3] == pytest.approx(-np.array(rest_places()[joint]), abs=1e-6)
    attributes = document.meshes[0].primitives[0].attributes
    joints = numbers(document, blob, attributes.JOINTS_0)[:, 0]
    carried = [JOINTS[at] for at in joints]
    assert carried == ["head", "head", "leftEye", "rightEye"]
    weights = numbers(document, blob, attributes.WEIGHTS_0)
    assert weights.sum(axis=1) == pytest.approx(1.0)


def test_another_reader_finds_the_motion() -> None:
    shown = moving()
    document, blob = read(shown)
    (animation,) = document.animations
    curves = {}
    for channel in animation.channels:
        sampler = animation.samplers[channel.sampler]
        assert sampler.interpolation == "LINEAR"
        times = numbers(document, blob, sampler.input)[:, 0]
        assert times == pytest.approx(shown.seconds, abs=1e-6)
        node = document.nodes[channel.target.node].name
        curves[node, channel.target.path] = numbers(document, blob, sampler.output)
    assert len(curves) == 2 + len(BONES)
    weights = curves["face", "weights"].reshape(-1, len(ARKIT))
    np.testing.assert_array_equal(weights, shown.vectors[:, WEIGHTS_SLICE])
    assert curves["spine", "translation"] == pytest.approx(
        root_positions(shown.vectors), abs=1e-6
    )
    told = joint_turns(shown.vectors)
    for k, joint in enumerate(JOINTS):
        q = curves[joint, "rotation"]
        assert np.linalg.norm(q, axis=1) == pytest.approx(1.0, abs=1e-6)
        assert np.abs((q * told[:, k]).sum(axis=1)) == pytest.approx(1.0, abs=1e-6)


def test_the_eyes_are_where_the_head_was_seen() -> None:
    shown = moving()
    document, blob = read(shown)
    nodes = {node.name: node for node in document.nodes}
    (animation,) = document.animations
    curves = {
        (
            document.nodes[channel.target.node].name,
            channel.target.path,
        ): numbers(document, blob, animation.samplers[channel.sampler].output)
        for channel in animation.channels
    }
    place = curves["spine", "translation"].astype(np.float64)
    turn = curves["spine", "rotation"].astype(np.float64)
    for joint in ("chest", "upperChest", "neck", "head"):
        place = place + turned(turn, nodes[joint].translation)
        turn = multiply(turn, curves[joint, "rotation"].astype(np.float64))
    told = shown.vectors[:, POSITION_SLICE]
    assert place + turned(turn, EYES) == pytest.approx(told, abs=1e-5)
    assert nodes["leftEye"].translation == pytest.approx(REST["leftEye"])


def test_what_glTF_has_no_word_for_is_in_extras() -> None:
    shown = moving()
    document, _ = read(shown)
    extras = document.animations[0].extras
    assert extras["subject"] == shown.subject and extras["fps"] == 60.0
    s = shown.seconds.tolist()
    assert extras["untracked"] == [[s[2], s[4]], [s[-1], None]]
    assert read(still(3))[0].animations[0].extras["untracked"] == []


def test_times_that_are_one_in_float32_are_refused() -> None:
    shown = still(2)
    shown.seconds[:] = [7200.0, 7200.0001]
    with pytest.raises(ValueError, match="two frames at one time"):
        encode(shown, pyramid(), "facewire test")


def test_normals_point_outward_and_have_one_length() -> None:
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [9, 9, 9]], np.float32)
    told = normals(points, np.array([[0, 1, 2]]))
    assert told == pytest.approx(np.tile([0.0, 0.0, 1.0], (4, 1)))


def test_a_frame_alone_is_an_animation() -> None:
    shown = still()
    shown.vectors[0, INDEX["jawOpen"]] = 0.5
    document, blob = read(shown)
    sampler = document.animations[0].samplers[0]
    assert numbers(document, blob, sampler.input).tolist() == [[0.0]]
    weights = numbers(document, blob, sampler.output)[:, 0]
    assert weights[ARKIT.index("jawOpen")] == 0.5 and weights.sum() == 0.5
