from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.gltf.checks import GltfError
from protocols.gltf.glb import DEEPEST, parse, parse_glb
from tests.characters import tiny
from tests.glb_writer import container, head


def test_a_file_is_its_json_and_its_bytes() -> None:
    glb = parse_glb(container(b'{"a": 1} ', b"12345678"))
    assert glb.document == {"a": 1}
    assert glb.binary == b"12345678"


@pytest.mark.parametrize("cut", [0, 3, 11, 12, 19, 30, 2_000, 30_000, -1])
def test_a_file_that_is_cut_off_gets_a_sentence(cut: int) -> None:
    with pytest.raises(GltfError):
        parse_glb(head()[:cut])


@given(st.binary(max_size=300))
def test_garbage_gets_a_sentence(data: bytes) -> None:
    whole = b"glTF" + struct.pack("<II", 2, 12 + len(data)) + data
    for content in (data, whole):
        with pytest.raises(GltfError):
            parse_glb(content)


def test_a_gltf_file_is_its_json() -> None:
    assert parse(b'\xef\xbb\xbf {"nodes": []}').document == {"nodes": []}
    assert parse(tiny()).document == parse_glb(tiny()).document


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it is no glTF file; expected GLB"),
        (b"; FBX 7.4", "it is no glTF file; expected GLB"),
        (b"{", "its JSON cannot be read: it is not JSON, from line 1"),
        (b'{"asset": {"version": "1.0"}}', "glTF version '1.0', expected 2.0"),
        (b'{"asset": []}', "asset is no JSON object"),
        (b"glTF" + struct.pack("<II", 1, 12), "glTF version 1, expected 2"),
        (b"glTF" + struct.pack("<II", 2, 12), "its first chunk is not JSON"),
    ],
)
def test_what_is_no_gltf_gets_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(GltfError, match=sentence):
        parse(data)


def test_json_may_nest_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> bytes:
        text = b'{"extras": "' + b"[" * 99 + b'\\"", "deep": '
        return text + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"

    assert parse(nested(DEEPEST)).document
    with pytest.raises(GltfError, match=f"nested deeper than {DEEPEST}"):
        parse(nested(DEEPEST + 1))
    with pytest.raises(GltfError, match="nested too deep"):
        parse(nested(100_000))
