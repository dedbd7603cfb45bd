"""Files that anybody may send: every one is a scene, or one GltfError."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.gltf.checks import GltfError
from protocols.gltf.glb import parse, parse_glb
from protocols.gltf.read import read_scene
from tests.characters import tiny, vrm0, vrm1
from tests.glb_writer import container

LOOK = {"lookAtTypeName": "Bone", "lookAtVerticalUp": {"curve": [0, 0, 0, 1, 1, 1]}}
BIND = {"mesh": 0, "index": 0, "weight": 50}
SMALL = tiny(
    ["jawOpen", "a"],
    sparse=True,
    skinned=True,
    vrm0=vrm0(
        [{"name": "A", "presetName": "a", "binds": [BIND]}],
        {"head": 1},
        firstPerson=LOOK,
        materialProperties=[{"vectorProperties": {"_Color": [1, 1, 1, 1]}}],
    ),
    vrm1=vrm1(
        {"aa": {"morphTargetBinds": [{"node": 0, "index": 0, "weight": 1}]}},
        bones={"head": 1},
        lookAt={"type": "bone", "rangeMapVerticalUp": {"inputMaxValue": 90}},
    ),
    images=[{"uri": "data:image/png;base64,AAAA"}],
    textures=[{"source": 0}],
    materials=[{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}, {}],
)


def check(data: bytes) -> None:
    try:
        scene = read_scene(parse(data))
    except GltfError as error:
        assert 0 < len(str(error)) < 300
        assert "\n" not in str(error)
    else:
        for mesh in scene.meshes:
            for primitive in mesh.primitives:
                assert np.isfinite(primitive.vertices).all()
                assert np.isfinite(primitive.moves).all()


def test_the_small_file_is_sound() -> None:
    scene = read_scene(parse(SMALL))
    assert scene.vrm is not None and scene.vrm.clips[0].binds


def test_every_truncation_gets_a_sentence() -> None:
    for cut in range(len(SMALL)):
        with pytest.raises(GltfError):
            read_scene(parse(SMALL[:cut]))


@settings(deadline=None)
@given(st.data())
def test_changed_bytes_are_read_or_get_a_sentence(data: st.DataObject) -> None:
    changed = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    check(bytes(changed))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 70)
    | st.sampled_from([1 << 31, 1 << 70, -(1 << 63), 0.5, 1e30, float("nan")])
    | st.sampled_from(
        ["VEC3", "SCALAR", "\ud800", "\x1b[2J", "data:,", "../x", "x.bin"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["mesh", "node", "POSITION", "count", "index", "uri"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def places(value: object) -> list[tuple[object, object]]:
    """Return every container of a document with each of its keys."""
    found: list[tuple[object, object]] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict | list):
            keys = list(item) if isinstance(item, dict) else list(range(len(item)))
            found += [(item, key) for key in keys]
            waiting += [item[key] for key in keys]
    return found


@pytest.mark.parametrize("extension", ["VRM", "VRMC_vrm"])
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_any_json_anywhere_is_read_or_gets_a_sentence(
    extension: str, data: st.DataObject
) -> None:
    glb = parse_glb(SMALL)
    document = json.loads(json.dumps(glb.document))
    del document["extensions"]["VRM" if extension == "VRMC_vrm" else "VRMC_vrm"]
    for _ in range(data.draw(st.integers(1, 2))):
        holders = places(document)
        holder, key = holders[data.draw(st.integers(0, len(holders) - 1))]
        if data.draw(st.booleans()):
            holder[key] = data.draw(JSON)  # type: ignore[index]
        else:
            del holder[key]  # type: ignore[attr-defined]
    check(container(json.dumps(document).encode(), glb.binary))


@given(st.binary(max_size=200))
def test_garbage_gets_a_sentence(data: bytes) -> None:
    with pytest.raises(GltfError):
        read_scene(parse(b"glTF" + data))
