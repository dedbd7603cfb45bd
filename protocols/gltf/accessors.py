"""Reads glTF accessors: typed arrays in a file's buffers.

An accessor may be dense, sparse (a few changed rows on zeros or on a dense array), or
hold integers that stand for 0 to 1 or -1 to 1 (KHR_mesh_quantization has them for
places as well).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Ints, Numbers

from .beside import Fetch, Files, nothing_beside
from .checks import (
    FARTHEST,
    GltfError,
    Table,
    as_count,
    as_index,
    as_table,
    tables,
    told,
)
from .glb import Glb

_TYPES: Final[dict[int, np.dtype[Any]]] = {
    5120: np.dtype("<i1"),
    5121: np.dtype("<u1"),
    5122: np.dtype("<i2"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}
_WIDTHS: Final = {
    **{"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4},
    **{"MAT2": 4, "MAT3": 9, "MAT4": 16},
}

MOST: Final = 1 << 23
"""Rows of an accessor; a head has some tens of thousands."""
UNBACKED: Final = 1 << 18
"""Rows of an accessor without bytes in the file: they cost nothing to claim."""
COUNT: Final = 1 << 18
"""Accessors of a file, and buffer views."""

PACKED: Final = ("EXT_meshopt_compression", "KHR_meshopt_compression")


def packed(extension: str) -> GltfError:
    """Return the error for a compression that is not read."""
    return GltfError(
        f"it is compressed with {extension}, which is not read; export it without "
        "compression, or run `npx @gltf-transform/cli copy FILE plain.glb`"
    )


class Accessors:
    """The arrays of one file.

    Every method raises GltfError for an array that is absent, damaged or of another
    shape.
    """

    def __init__(self, glb: Glb, fetch: Fetch = nothing_beside) -> None:
        self.tables = tables(glb.document, "accessors", COUNT)
        self._views = tables(glb.document, "bufferViews", COUNT)
        self._files = Files(glb, fetch)

    def count(self, at: object, what: str) -> int:
        """Return the number of rows of an accessor, without reading them."""
        accessor = self.tables[as_index(at, len(self.tables), what)]
        return as_count(accessor.get("count"), f"the rows of {what}", MOST)

    def numbers(self, at: object, width: int, what: str) -> Numbers:
        """Return (count, width) float64, finite; normalised integers as -1 to 1.

        Args:
            at: the accessor's index, not yet checked.
            width: numbers in a row.
            what: it is, for the error.
        """
        return self.floats(at, width, what).astype(np.float64)

    def floats(self, at: object, width: int, what: str) -> Floats:
        """Return the same as float32."""
        rows, normalised = self._rows(at, width, what)
        return _real(rows, normalised, what)

    def integers(self, at: object, width: int, what: str) -> Ints:
        """Return (count, width) int64, none below 0."""
        rows, _ = self._rows(at, width, what)
        if rows.dtype.kind == "f":
            raise GltfError(f"{what} has fractions, expected whole numbers")
        found = rows.astype(np.int64)
        if found.min(initial=0) < 0:
            raise GltfError(f"{what} has {found.min()}, expected 0 or more")
        return found

    def add_to(self, out: Floats, at: object, what: str) -> None:
        """Write an accessor's rows over (count, width) zeros.

        A sparse accessor without a dense part costs only its own rows.
        """
        accessor = self.tables[as_index(at, len(self.tables), what)]
        if "sparse" in accessor and "bufferView" not in accessor:
            dtype, count = self._kind(accessor, out.shape[1], what)
            _same(count, len(out), what)
            places, rows = self._changes(accessor, dtype, out.shape[1], count, what)
            out[places] = _real(rows, accessor.get("normalized") is True, what)
            return
        rows, normalised = self._rows(at, out.shape[1], what)
        _same(len(rows), len(out), what)
        out[:] = _real(rows, normalised, what)

    def view_bytes(self, at: object, what: str) -> tuple[memoryview, Table]:
        """Return the bytes of a buffer view, and the view."""
        index = as_index(at, len(self._views), f"the buffer view of {what}")
        view = self._views[index]
        extensions = view.get("extensions")
        if isinstance(extensions, dict):
            for name in PACKED:
                if name in extensions:
                    raise packed(name)
        buffer = self._files.buffer(view.get("buffer", 0))
        start = as_count(view.get("byteOffset", 0), f"the offset of {what}")
        size = as_count(view.get("byteLength"), f"the length of {what}")
        if start + size > len(buffer):
            raise GltfError(
                f"{what} ends at byte {start + size} of {len(buffer)}; "
                "the file is cut off"
            )
        return buffer[start : start + size], view

    def picture(self, uri: object, what: str) -> bytes:
        """Return a `data:` URI or a file beside this one; empty if it is absent."""
        return self._files.read(uri, what, needed=False)

    def _kind(
        self, accessor: Table, width: int, what: str
    ) -> tuple[np.dtype[Any], int]:
        """Return an accessor's number type and its count of rows."""
        kind, form = accessor.get("componentType"), accessor.get("type")
        dtype = _TYPES.get(kind) if isinstance(kind, int) else None
        if dtype is None or not isinstance(form, str) or _WIDTHS.get(form) != width:
            raise GltfError(
                f"{what} is {told(form)} of component type {told(kind)}, "
                f"expected {width} numbers a row"
            )
        most = MOST if "bufferView" in accessor else UNBACKED
        return dtype, as_count(accessor.get("count"), f"the rows of {what}", most)

    def _rows(self, at: object, width: int, what: str) -> tuple[npt.NDArray[Any], bool]:
        """Return (count, width) as the file has it, and whether it is normalised."""
        accessor = self.tables[as_index(at, len(self.tables), what)]
        dtype, count = self._kind(accessor, width, what)
        if "bufferView" in accessor:
            offset = as_count(accessor.get("byteOffset", 0), f"the offset of {what}")
            view = accessor["bufferView"]
            rows = self._view(view, offset, count, width, dtype, what)
        else:
            rows = np.zeros((count, width), dtype)
        if "sparse" in accessor:
            places, changed = self._changes(accessor, dtype, width, count, what)
            rows = rows.copy()
            rows[places] = changed
        return rows, accessor.get("normalized") is True

    def _changes(
        self, accessor: Table, dtype: np.dtype[Any], width: int, rows: int, what: str
    ) -> tuple[Ints, npt.NDArray[Any]]:
        """Return the places that a sparse accessor changes, and what stands there."""
        what = f"{what}, sparse"
        sparse = as_table(accessor["sparse"], what)
        count = as_count(sparse.get("count"), f"the rows of {what}", rows)
        where = as_table(sparse.get("indices"), f"{what} indices")
        values = as_table(sparse.get("values"), f"{what} values")
        kind = where.get("componentType")
        if kind not in (5121, 5123, 5125):
            raise GltfError(f"{what} has indices of component type {told(kind)}")
        start = as_count(where.get("byteOffset", 0), f"the offset of {what}")
        at = self._view(where.get("bufferView"), start, count, 1, _TYPES[kind], what)
        places: Ints = at[:, 0].astype(np.int64)
        if count and int(places.max()) >= rows:
            raise GltfError(f"{what} changes row {places.max()} of {rows}")
        start = as_count(values.get("byteOffset", 0), f"the offset of {what}")
        view = values.get("bufferView")
        return places, self._view(view, start, count, width, dtype, what)

    def _view(
        self,
        at: object,
        offset: int,
        count: int,
        width: int,
        dtype: np.dtype[Any],
        what: str,
    ) -> npt.NDArray[Any]:
        content, view = self.view_bytes(at, what)
        size = width * dtype.itemsize
        step = as_count(view.get("byteStride", size), f"the stride of {what}")
        if step < size:
            raise GltfError(f"{what} has a stride of {step}, expected {size} or more")
        if count and offset + (count - 1) * step + size > len(content):
            raise GltfError(f"{what} is longer than its buffer view")
        if not count:
            return np.zeros((0, width), dtype)
        strides = (step, dtype.itemsize)
        return np.ndarray((count, width), dtype, content, offset, strides)


def _real(rows: npt.NDArray[Any], normalised: bool, what: str) -> Floats:
    found: Floats = rows.astype(np.float32)
    if normalised and rows.dtype.kind in "iu":
        found = np.maximum(found / np.float32(np.iinfo(rows.dtype).max), -1.0)
    # False for NaN as well.
    if not (found.min(initial=0.0) >= -FARTHEST and found.max(initial=0.0) <= FARTHEST):
        raise GltfError(f"{what} has a number beyond {FARTHEST:.0f}")
    return found


def _same(count: int, expected: int, what: str) -> None:
    if count != expected:
        raise GltfError(f"{what} has {count} rows, expected {expected}")
