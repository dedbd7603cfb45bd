"""Reads glTF accessors: typed arrays inside a file's binary part.

An accessor may be dense, sparse (a few changed rows on zeros or on a dense array), or
hold integers that stand for 0 to 1 or -1 to 1.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Numbers

from .glb import (
    FARTHEST,
    CharacterError,
    Glb,
    Table,
    as_count,
    as_index,
    as_table,
    tables,
)

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


def read_rows(glb: Glb, at: object, width: int, what: str) -> Numbers:
    """Return (count, width) float64, finite; normalised integers as -1 to 1.

    Args:
        glb: the file.
        at: the accessor's index, not yet checked.
        width: numbers in a row.
        what: it is, for the error.

    Raises:
        CharacterError: it is absent, damaged, or of another width.
    """
    accessors = tables(glb.document, "accessors")
    accessor = accessors[as_index(at, len(accessors), what)]
    kind = accessor.get("componentType")
    form = accessor.get("type")
    if (
        not isinstance(kind, int)
        or kind not in _TYPES
        or _WIDTHS.get(str(form)) != width
    ):
        raise CharacterError(
            f"{what} is {form} of component type {kind}, expected {width} numbers a row"
        )
    dtype = _TYPES[kind]
    count = as_count(accessor.get("count"), f"the rows of {what}", MOST)
    rows = np.zeros((count, width), dtype)
    if "bufferView" in accessor:
        offset = as_count(accessor.get("byteOffset", 0), f"the offset of {what}")
        view = accessor["bufferView"]
        rows = _view(glb, view, offset, count, width, dtype, what).copy()
    if "sparse" in accessor:
        _apply(glb, as_table(accessor["sparse"], f"{what}, sparse"), rows, what)
    found: Numbers = rows.astype(np.float64)
    if accessor.get("normalized") is True and dtype.kind in "iu":
        found = np.maximum(found / np.iinfo(dtype).max, -1.0)
    if not np.isfinite(found).all() or np.abs(found).max(initial=0.0) > FARTHEST:
        raise CharacterError(f"{what} has a number beyond {FARTHEST:.0f}")
    return found


def view_bytes(glb: Glb, at: object, what: str) -> tuple[bytes, Table]:
    """Return the bytes of a buffer view, and the view."""
    views = tables(glb.document, "bufferViews")
    view = views[as_index(at, len(views), f"the buffer view of {what}")]
    if view.get("buffer", 0) != 0 or "extensions" in view:
        raise CharacterError(
            f"{what} lies in another file or is compressed; export one GLB file "
            "without compression"
        )
    start = as_count(view.get("byteOffset", 0), f"the offset of {what}")
    size = as_count(view.get("byteLength"), f"the length of {what}")
    if start + size > len(glb.binary):
        raise CharacterError(
            f"{what} ends at byte {start + size} of {len(glb.binary)}; "
            "the file is cut off"
        )
    return glb.binary[start : start + size], view


def _view(
    glb: Glb,
    at: object,
    offset: int,
    count: int,
    width: int,
    dtype: np.dtype[Any],
    what: str,
) -> npt.NDArray[Any]:
    content, view = view_bytes(glb, at, what)
    size = width * dtype.itemsize
    step = as_count(view.get("byteStride", size), f"the stride of {what}")
    if step < size:
        raise CharacterError(f"{what} has a stride of {step}, expected {size} or more")
    if count and offset + (count - 1) * step + size > len(content):
        raise CharacterError(f"{what} is longer than its buffer view")
    return np.ndarray((count, width), dtype, content, offset, (step, dtype.itemsize))


def _apply(glb: Glb, sparse: Table, rows: npt.NDArray[Any], what: str) -> None:
    what = f"{what}, sparse"
    count = as_count(sparse.get("count"), f"the rows of {what}", len(rows))
    where = as_table(sparse.get("indices"), f"{what} indices")
    values = as_table(sparse.get("values"), f"{what} values")
    kind = where.get("componentType")
    if kind not in (5121, 5123, 5125):
        raise CharacterError(f"{what} has indices of component type {kind}")
    from_ = as_count(where.get("byteOffset", 0), f"the offset of {what}")
    at = _view(glb, where.get("bufferView"), from_, count, 1, _TYPES[kind], what)
    places = at[:, 0].astype(np.int64)
    if count and int(places.max()) >= len(rows):
        raise CharacterError(f"{what} changes row {places.max()} of {len(rows)}")
    from_ = as_count(values.get("byteOffset", 0), f"the offset of {what}")
    width = rows.shape[1]
    view = values.get("bufferView")
    rows[places] = _view(glb, view, from_, count, width, rows.dtype, what)
