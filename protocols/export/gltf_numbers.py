"""Collects the numbers of a GLB, and the tables that describe them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

_TYPES: Final = {
    np.dtype("<f4"): 5126,
    np.dtype("<u2"): 5123,
    np.dtype("u1"): 5121,
}
_SHAPES: Final = {1: "SCALAR", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


class GlbNumbers:
    """The binary chunk while it is built, and the accessors into it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []
        self._size = 0

    def add(
        self,
        array: npt.NDArray[Any],
        target: int | None = None,
        *,
        bounds: bool = False,
    ) -> int:
        """Append (n,) or (n, k) numbers; return the index of their accessor."""
        width = 1 if array.ndim == 1 else array.shape[1]
        accessor: dict[str, Any] = {
            "bufferView": len(self._views),
            "componentType": _TYPES[array.dtype],
            "count": len(array),
            "type": _SHAPES[width],
        }
        if bounds:
            rows = array.reshape(len(array), width)
            accessor |= {
                "min": rows.min(axis=0).tolist(),
                "max": rows.max(axis=0).tolist(),
            }
        data = array.tobytes()
        view = {"buffer": 0, "byteOffset": self._size, "byteLength": len(data)}
        self._views.append(view if target is None else {**view, "target": target})
        self._accessors.append(accessor)
        # Every view begins at a multiple of 4, whatever its number type.
        data += bytes(-len(data) % 4)
        self.parts.append(data)
        self._size += len(data)
        return len(self._accessors) - 1

    def tables(self) -> dict[str, Any]:
        """Return the parts of the document that describe the chunk."""
        return {
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": self._size}],
        }
