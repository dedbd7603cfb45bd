from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pygltflib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.gltf.animation import Animation
from protocols.gltf.append import append
from protocols.gltf.chunks import Chunks, join, split
from tests.glb_writer import head

from .animated import TIMES, channel, nod, wave

CURVES = 52


def talk(**options: Any) -> Animation:
    return Animation(
        "talk",
        TIMES,
        weights={0: wave(0.0, CURVES)},
        turns={1: nod()},
        places={0: nod()[:, :3].astype(np.float32)},
        **options,
    )


def edited(**members: Any) -> bytes:
    """Return the head with other members of the document; None removes one."""
    chunks = split(head())
    document = {**json.loads(chunks.text), **members}
    kept = {name: value for name, value in document.items() if value is not None}
    return join(Chunks(json.dumps(kept), chunks.binary))


def test_the_keys_read_back() -> None:
    file = pygltflib.GLTF2.load_from_bytes(append(head(), talk()).data)
    for node, path, values, within in (
        (0, "weights", wave(0.0, CURVES), 0.002),
        (1, "rotation", nod(), 0.0005),
        (0, "translation", nod()[:, :3], 0.001),
    ):
        times, found = channel(file, node, path, values.shape[1])
        at = np.searchsorted(TIMES.astype(np.float32), times)
        np.testing.assert_allclose(found, values[at], atol=1e-6)
        for column, wanted in zip(found.T, values.T, strict=True):
            between = np.interp(TIMES, times, column)
            np.testing.assert_allclose(between, wanted, atol=within + 1e-6)
    assert {s.interpolation for s in file.animations[0].samplers} == {"LINEAR"}


def test_everything_else_stays_as_it_was() -> None:
    before = split(head())
    after = split(append(head(), talk()).data)
    assert after.binary.startswith(before.binary)
    old, new = json.loads(before.text), json.loads(after.text)
    assert new.pop("buffers") == [{"byteLength": len(after.binary)}]
    del old["buffers"]
    assert len(new.pop("animations")) == 1
    for name in ("accessors", "bufferViews"):
        assert new[name][: len(old[name])] == old[name]
        new[name] = old[name]
    assert new == old


def test_numbers_keep_their_spelling_and_other_chunks_stay() -> None:
    chunks = split(head())
    text = chunks.text.replace('"asset": {', '"asset": {"extras": 1.50e-0,')
    assert text != chunks.text
    other = struct.pack("<I4s", 4, b"MORE") + b"1234"
    found = split(append(join(Chunks(text, chunks.binary, other)), talk()).data)
    assert '"asset":{"extras": 1.50e-0,' in found.text
    assert found.others == other


def test_rotations_take_the_short_way_and_have_unit_length() -> None:
    turns = 3.0 * nod()
    turns[10:20] *= -1.0
    made = Animation("x", TIMES, turns={1: turns})
    file = pygltflib.GLTF2.load_from_bytes(append(head(), made).data)
    _, found = channel(file, 1, "rotation", 4)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-6)
    assert ((found[1:] * found[:-1]).sum(axis=1) > 0.0).all()


def test_held_poses_are_steps() -> None:
    file = pygltflib.GLTF2.load_from_bytes(append(head(), talk(stepped=True)).data)
    assert {s.interpolation for s in file.animations[0].samplers} == {"STEP"}


def test_an_animation_of_the_file_stays_and_is_told() -> None:
    once = append(head(), talk())
    assert once.notes == ()
    twice = append(once.data, Animation("more", TIMES, turns={2: nod()}))
    assert twice.notes == (
        "the file has an animation already; the new one is the first, 'more'",
    )
    file = pygltflib.GLTF2.load_from_bytes(twice.data)
    assert [animation.name for animation in file.animations] == ["more", "talk"]
    channel(file, 2, "rotation", 4)


@pytest.mark.parametrize(
    ("extensions", "used", "left"),
    [
        ({"VRM": {}}, ["VRM"], None),
        (
            {"VRMC_vrm": {"a": 1}, "VRMC_springBone": {}, "KHR_other": {"b": 1.5}},
            ["VRMC_vrm", "VRMC_springBone", "KHR_other"],
            {"KHR_other": {"b": 1.5}},
        ),
    ],
)
def test_the_vrm_extension_is_taken_out_and_told(
    extensions: dict[str, Any], used: list[str], left: dict[str, Any] | None
) -> None:
    made = append(edited(extensions=extensions, extensionsUsed=used), talk())
    document = json.loads(split(made.data).text)
    assert document.get("extensions") == left
    assert document.get("extensionsUsed") == (left and list(left))
    assert len(made.notes) == 1 and "write a .vrma" in made.notes[0]


def test_a_moved_node_with_a_matrix_is_written_by_parts() -> None:
    nodes = json.loads(split(head()).text)["nodes"]
    columns = [0, 0, -2, 0, 0, 3, 0, 0, 4, 0, 0, 0, 5, 6, 7, 1]
    nodes[1] = {"name": "eye", "mesh": 1, "matrix": columns}
    made = append(edited(nodes=nodes), talk())
    node = json.loads(split(made.data).text)["nodes"][1]
    assert "matrix" not in node
    np.testing.assert_allclose(node["translation"], [5, 6, 7])
    np.testing.assert_allclose(node["scale"], [2, 3, 4], atol=1e-9)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(node["rotation"], [0, half, 0, half], atol=1e-9)


def test_a_file_without_numbers_gets_a_buffer() -> None:
    data = edited(buffers=None, nodes=[{"name": "a"}], meshes=None)
    chunks = Chunks(split(data).text, b"")
    made = append(join(chunks), Animation("x", TIMES, turns={0: nod()}))
    file = pygltflib.GLTF2.load_from_bytes(made.data)
    assert file.buffers[0].byteLength > 0


def test_numbers_in_another_file_are_refused() -> None:
    data = edited(buffers=[{"uri": "head.bin", "byteLength": 9}])
    with pytest.raises(DecodeError, match="another file"):
        append(data, talk())


@pytest.mark.parametrize(
    "wrong",
    [
        Animation("x", TIMES, turns={3: nod()}),
        Animation("x", TIMES, weights={0: wave(0.0, 51)}),
        Animation("x", TIMES, weights={1: wave(0.0, 2)}),
        Animation("x", TIMES, turns={1: nod()[1:]}),
        Animation("x", TIMES, turns={1: nod() * np.nan}),
    ],
    ids=["node", "targets", "no targets", "frames", "not finite"],
)
def test_an_animation_that_does_not_fit_is_refused(wrong: Animation) -> None:
    with pytest.raises(ValueError, match="animation: "):
        append(head(), wrong)


@pytest.mark.parametrize("cut", [0, 3, 11, 19, 20, 40, 2000])
def test_a_truncated_file_is_an_error(cut: int) -> None:
    with pytest.raises(DecodeError):
        append(head()[:cut], talk())


@given(st.binary(max_size=200))
def test_garbage_is_an_error(data: bytes) -> None:
    with pytest.raises(DecodeError):
        append(data, talk())


@pytest.mark.parametrize(
    "members",
    [
        {"nodes": 3},
        {"buffers": {}},
        {"buffers": [3]},
        {"accessors": "x"},
        {"extensions": []},
        {"nodes": [{}, {"matrix": "x"}, {}], "meshes": []},
    ],
)
def test_damaged_documents_are_errors(members: dict[str, Any]) -> None:
    with pytest.raises((DecodeError, ValueError)):
        append(edited(**members), Animation("x", TIMES, turns={1: nod()}))


def test_a_mesh_whose_first_primitive_has_no_targets_is_animated() -> None:
    chunks = split(head())
    document = json.loads(chunks.text)
    (mesh,) = [m for m in document["meshes"] if m["primitives"][0].get("targets")]
    still = {**mesh["primitives"][0]}
    del still["targets"]
    mesh["primitives"].insert(0, still)
    made = append(join(Chunks(json.dumps(document), chunks.binary)), talk()).data
    animation = json.loads(split(made).text)["animations"][0]
    paths = [channel["target"]["path"] for channel in animation["channels"]]
    assert "weights" in paths
