from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.data.characters.accessors import read_rows
from models.data.characters.character import from_glb
from models.data.characters.glb import CharacterError, parse_glb
from tests.models.data.dataset import dataset
from tests.models.glb_files import GlbWriter, container, head


def test_a_file_is_its_json_and_its_bytes() -> None:
    glb = parse_glb(container(b'{"a": 1} ', b"12345678"))
    assert glb.document == {"a": 1}
    assert glb.binary == b"12345678"


def test_a_dense_accessor_is_read_with_its_stride() -> None:
    out = GlbWriter()
    rows = np.arange(12, dtype="<f4").reshape(2, 6)
    out.floats([[0.0, 0.0, 0.0]])
    view = out.view(rows.tobytes(), byteStride=24)
    out.document["accessors"][0] |= {"bufferView": view, "count": 2, "byteOffset": 12}
    glb = parse_glb(out.content())
    assert read_rows(glb, 0, 3, "it").tolist() == [[3, 4, 5], [9, 10, 11]]


def test_a_sparse_accessor_changes_some_rows() -> None:
    out = GlbWriter()
    at = out.sparse(4, [1, 3], [[1, 2, 3], [4, 5, 6]])
    rows = read_rows(parse_glb(out.content()), at, 3, "it")
    assert rows.tolist() == [[0, 0, 0], [1, 2, 3], [0, 0, 0], [4, 5, 6]]


def test_normalised_integers_are_shares() -> None:
    out = GlbWriter()
    at = out.accessor([[0, 128, 255]], "u1", 5121, normalized=True)
    rows = read_rows(parse_glb(out.content()), at, 3, "it")
    assert rows == pytest.approx(np.array([[0, 128 / 255, 1]]))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": "VEC2"}, "it is VEC2 of component type 5126, expected 3 numbers"),
        ({"count": -1}, "the rows of it is -1"),
        ({"count": 9}, "it is longer than its buffer view"),
        ({"bufferView": 7}, "the buffer view of it is 7"),
        ({"byteOffset": 1 << 40}, "the offset of it"),
    ],
)
def test_a_damaged_accessor_gets_a_sentence(
    change: dict[str, object], sentence: str
) -> None:
    out = GlbWriter()
    at = out.floats([[1.0, 2.0, 3.0]])
    out.document["accessors"][at] |= change
    with pytest.raises(CharacterError, match=sentence):
        read_rows(parse_glb(out.content()), at, 3, "it")


def test_a_number_that_is_not_finite_gets_a_sentence() -> None:
    out = GlbWriter()
    at = out.floats([[1.0, np.nan, 3.0]])
    with pytest.raises(CharacterError, match="a number beyond 1000000"):
        read_rows(parse_glb(out.content()), at, 3, "it")


def test_compressed_views_get_a_sentence_that_says_what_to_do() -> None:
    out = GlbWriter()
    at = out.floats([[1.0, 2.0, 3.0]])
    out.document["bufferViews"][0]["extensions"] = {"EXT_meshopt_compression": {}}
    with pytest.raises(CharacterError, match="export one GLB file without compression"):
        read_rows(parse_glb(out.content()), at, 3, "it")


@pytest.mark.parametrize("cut", [0, 3, 11, 12, 19, 30, 2_000, 30_000, -1])
def test_a_file_that_is_cut_off_gets_a_sentence(cut: int) -> None:
    with pytest.raises(CharacterError):
        parse_glb(head()[:cut])


@given(st.binary(max_size=300))
def test_garbage_gets_a_sentence(data: bytes) -> None:
    whole = b"glTF" + struct.pack("<II", 2, 12 + len(data)) + data
    for content in (data, whole):
        with pytest.raises(CharacterError):
            parse_glb(content)


JSON = st.recursive(
    st.none() | st.integers(-2, 1 << 33) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["mesh", "POSITION", "count"]), inner)
    ),
    max_leaves=6,
)


@settings(deadline=None)  # a whole head is read, which takes as long as it takes
@given(
    st.sampled_from(
        ["nodes", "meshes", "materials", "accessors", "bufferViews", "skins"]
    ),
    st.data(),
)
def test_any_json_in_any_place_is_read_or_gets_a_sentence(
    part: str, data: st.DataObject
) -> None:
    glb = parse_glb(head())
    document = json.loads(json.dumps(glb.document))
    items = document.setdefault(part, [])
    value = data.draw(JSON)
    if items and data.draw(st.booleans()):
        item = items[data.draw(st.integers(0, len(items) - 1))]
        item[data.draw(st.sampled_from(sorted(item)))] = value
    else:
        document[part] = value
    changed = parse_glb(container(json.dumps(document).encode(), glb.binary))
    try:
        character = from_glb(changed, "made")
    except CharacterError as error:
        assert str(error)
    else:
        assert np.isfinite(character.vertices).all()


HOSTILE = (
    *("malformed_glb_json", "nonfinite_transform", "out_of_range_joints"),
    *("oob_expression_morph", "dangling_texture_index", "duplicate_humanoid_bone"),
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_sentence(name: str) -> None:
    path = dataset(f"characters/hostile/{name}.vrm")
    with pytest.raises(CharacterError):
        from_glb(parse_glb(path.read_bytes()), name)
