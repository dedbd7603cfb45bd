from __future__ import annotations

import numpy as np
import pytest

from protocols.gltf.accessors import UNBACKED, Accessors
from protocols.gltf.checks import GltfError
from protocols.gltf.glb import parse_glb
from tests.glb_writer import GlbWriter


def opened(out: GlbWriter) -> Accessors:
    return Accessors(parse_glb(out.content()))


def test_a_dense_accessor_is_read_with_its_stride() -> None:
    out = GlbWriter()
    rows = np.arange(12, dtype="<f4").reshape(2, 6)
    out.floats([[0.0, 0.0, 0.0]])
    view = out.view(rows.tobytes(), byteStride=24)
    out.document["accessors"][0] |= {"bufferView": view, "count": 2, "byteOffset": 12}
    assert opened(out).numbers(0, 3, "it").tolist() == [[3, 4, 5], [9, 10, 11]]


def test_a_sparse_accessor_changes_some_rows() -> None:
    out = GlbWriter()
    at = out.sparse(4, [1, 3], [[1, 2, 3], [4, 5, 6]])
    rows = opened(out).numbers(at, 3, "it")
    assert rows.tolist() == [[0, 0, 0], [1, 2, 3], [0, 0, 0], [4, 5, 6]]


def test_normalised_integers_are_shares() -> None:
    out = GlbWriter()
    at = out.accessor([[0, 128, 255]], "u1", 5121, normalized=True)
    rows = opened(out).numbers(at, 3, "it")
    assert rows == pytest.approx(np.array([[0, 128 / 255, 1]]))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": "VEC2"}, "it is 'VEC2' of component type 5126, expected 3 numbers"),
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
    with pytest.raises(GltfError, match=sentence):
        opened(out).numbers(at, 3, "it")


def test_a_number_that_is_not_finite_gets_a_sentence() -> None:
    out = GlbWriter()
    at = out.floats([[1.0, np.nan, 3.0]])
    with pytest.raises(GltfError, match="a number beyond 1000000"):
        opened(out).numbers(at, 3, "it")


def test_rows_without_bytes_in_the_file_are_bounded() -> None:
    out = GlbWriter()
    at = out.sparse(4, [1], [[1, 2, 3]])
    out.document["accessors"][at]["count"] = UNBACKED + 1
    with pytest.raises(GltfError, match=f"expected 0 to {UNBACKED}"):
        opened(out).numbers(at, 3, "it")


def test_compressed_views_get_a_sentence_that_says_what_to_do() -> None:
    out = GlbWriter()
    at = out.floats([[1.0, 2.0, 3.0]])
    out.document["bufferViews"][0]["extensions"] = {"EXT_meshopt_compression": {}}
    with pytest.raises(GltfError, match=r"EXT_meshopt_compression.*gltf-transform"):
        opened(out).numbers(at, 3, "it")
