"""A .gltf file and what lies beside it become one GLB that reads the same."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.gltf import pack as packing
from protocols.gltf.checks import GltfError
from protocols.gltf.chunks import split
from protocols.gltf.glb import parse, parse_glb
from protocols.gltf.pack import WHITE, pack
from protocols.gltf.read import read_scene
from tests.characters import tiny

PNG = b"\x89PNG\r\n\x1a\n and so on"
JPEG = b"\xff\xd8\xff and so on"
NAMES = ["jawOpen", "mouthSmileLeft"]


def fetch_from(files: dict[str, bytes]) -> Any:
    def fetch(name: str) -> bytes:
        if name not in files:
            raise GltfError(f"the file {name} is not beside it")
        return files[name]

    return fetch


def apart(**document: Any) -> tuple[bytes, dict[str, bytes]]:
    """Return a .gltf, and the files beside it."""
    glb = parse_glb(tiny(NAMES, **document))
    glb.document["buffers"][0]["uri"] = "me.bin"
    return json.dumps(glb.document, indent=1).encode(), {"me.bin": glb.binary}


def test_a_packed_file_reads_as_the_file_and_its_folder() -> None:
    images = [{"uri": "a.png"}, {"uri": "data:image/jpeg;base64,/9j/IGFuZA=="}]
    data, files = apart(images=images, materials=[{"doubleSided": True}])
    fetch = fetch_from(files | {"a.png": PNG})
    before, after = read_scene(parse(data), fetch), read_scene(parse(pack(data, fetch)))
    assert after.images == before.images == (PNG, b"\xff\xd8\xff and")
    assert after.meshes[0].targets == tuple(NAMES)
    for old, new in zip(
        before.meshes[0].primitives, after.meshes[0].primitives, strict=True
    ):
        assert np.array_equal(old.vertices, new.vertices)
        assert np.array_equal(old.moves, new.moves)
        assert np.array_equal(old.triangles, new.triangles)
    assert after.materials[0].double


def test_pictures_become_buffer_views_with_their_kind() -> None:
    data, files = apart(images=[{"uri": "a"}, {"uri": "b", "mimeType": "image/png"}])
    packed = parse_glb(pack(data, fetch_from(files | {"a": PNG, "b": JPEG})))
    images = packed.document["images"]
    assert [image["mimeType"] for image in images] == ["image/png", "image/jpeg"]
    assert all("uri" not in image for image in images)
    views = packed.document["bufferViews"]
    found = [views[image["bufferView"]] for image in images]
    parts = [
        packed.binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
        for view in found
    ]
    assert parts == [PNG, JPEG]
    assert all(view["byteOffset"] % 4 == 0 for view in found)
    assert packed.document["buffers"] == [{"byteLength": len(packed.binary)}]


@pytest.mark.parametrize("files", [{}, {"a": b"KTX 20 and so on"}])
def test_a_picture_that_cannot_be_shown_becomes_a_white_point(
    files: dict[str, bytes],
) -> None:
    data, beside = apart(images=[{"uri": "a"}])
    packed = pack(data, fetch_from(beside | files))
    assert read_scene(parse(packed)).images == (WHITE,)


def test_several_buffers_become_one() -> None:
    glb = parse_glb(tiny(NAMES))
    views, binary = glb.document["bufferViews"], glb.binary
    middle = views[1]["byteOffset"]
    for view in views:
        if view["byteOffset"] >= middle:
            view["buffer"] = 1
            view["byteOffset"] -= middle
    head = base64.b64encode(binary[:middle]).decode()
    glb.document["buffers"] = [
        {"byteLength": middle, "uri": f"data:application/octet-stream;base64,{head}"},
        {"byteLength": len(binary) - middle, "uri": "rest.bin"},
    ]
    data = json.dumps(glb.document).encode()
    packed = pack(data, fetch_from({"rest.bin": binary[middle:]}))
    assert parse_glb(packed).binary == binary
    before = read_scene(parse(tiny(NAMES)))
    after = read_scene(parse(packed))
    moves = before.meshes[0].primitives[0].moves
    assert np.array_equal(after.meshes[0].primitives[0].moves, moves)


def test_numbers_and_unknown_parts_stay_as_they_are_written() -> None:
    data, files = apart(extras={"mine": 1})
    text = data.decode().replace('"mine": 1', '"mine": 1.10e1, "and": [2.50]')
    packed = split(pack(text.encode(), fetch_from(files))).text
    assert '"mine": 1.10e1, "and": [2.50]' in packed


def test_a_glb_that_needs_no_file_stays_as_it_is() -> None:
    data = tiny(NAMES)
    assert pack(data) is data


def test_a_glb_that_names_a_picture_beside_it_is_packed() -> None:
    data = tiny(NAMES, images=[{"uri": "a.png"}])
    packed = pack(data, fetch_from({"a.png": PNG}))
    assert read_scene(parse(packed)).images == (PNG,)
    assert pack(packed) is packed


def test_a_file_without_a_buffer_that_it_needs_is_refused() -> None:
    data, _ = apart()
    with pytest.raises(GltfError, match=r"needs the file 'me\.bin' beside it"):
        pack(data)


@pytest.mark.parametrize("uri", ["../secret", "/etc/passwd", "https://example.org/a"])
def test_no_name_outside_the_folder_is_read(uri: str) -> None:
    data, files = apart(images=[{"uri": uri}])
    with pytest.raises(GltfError, match="expected the name of a file beside this one"):
        pack(data, fetch_from(files | {uri: b"secret"}))


def test_a_view_of_no_buffer_is_refused() -> None:
    data, files = apart()
    document = json.loads(data)
    document["bufferViews"][0]["buffer"] = 5
    with pytest.raises(GltfError, match=r"buffer of bufferViews\[0\] is 5"):
        pack(json.dumps(document).encode(), fetch_from(files))


def test_all_parts_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data, files = apart(images=[{"uri": "a"}])
    fetch = fetch_from(files | {"a": PNG + bytes(4096)})
    packed = pack(data, fetch)
    monkeypatch.setattr(packing, "LARGEST", len(packed) // 2)
    with pytest.raises(GltfError, match="with its files it has over"):
        pack(data, fetch)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_are_packed_or_refused(draw: st.DataObject) -> None:
    data, files = apart(images=[{"uri": "a"}])
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 8))):
        at = draw.draw(st.integers(0, len(broken) - 1))
        broken[at] = draw.draw(st.sampled_from(b'{}[]",:0519-. abNn\\'))
    try:
        packed = pack(bytes(broken), fetch_from(files | {"a": PNG}))
    except GltfError as error:
        assert "\n" not in str(error)
    else:
        assert packed[:4] == b"glTF"
