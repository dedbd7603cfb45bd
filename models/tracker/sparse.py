"""Unpacks sparse TFLite weights.

A sparse tensor lists, dimension by dimension in a traversal order, either all indices
(dense) or only those with values (sparse CSR: segments and indices). Blocks are further
dimensions at the end. See `SparsityParameters` in TensorFlow's `schema.fbs`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import tflite


def dense(
    values: npt.NDArray[Any], shape: tuple[int, ...], sparsity: Any
) -> npt.NDArray[Any]:
    """Return the dense array of a sparse tensor.

    Args:
        values: those that are stored, in the order of traversal.
        shape: of the dense array.
        sparsity: the tensor's `SparsityParameters`.
    """
    order = [int(d) for d in sparsity.TraversalOrderAsNumpy()]
    blocks = (
        [int(d) for d in sparsity.BlockMapAsNumpy()]
        if sparsity.BlockMapLength()
        else []
    )
    levels = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    # Positions in every level, one row a stored value; grown level by level.
    rows = np.zeros((1, 0), dtype=np.int64)
    # Which node of the level before each row is.
    place = np.zeros(1, dtype=np.int64)
    for level in levels:
        if level.Format() == tflite.DimensionType.DENSE:
            size = level.DenseSize()
            each = np.tile(np.arange(size), len(rows))
            place = np.repeat(place * size, size) + each
            rows = np.column_stack([np.repeat(rows, size, axis=0), each])
        else:
            segments = _vector(level.ArraySegments(), level.ArraySegmentsType())
            indices = _vector(level.ArrayIndices(), level.ArrayIndicesType())
            first, last = segments[place], segments[place + 1]
            count = last - first
            start = np.repeat(first - np.cumsum(count) + count, count)
            place = start + np.arange(int(count.sum()))
            rows = np.column_stack([np.repeat(rows, count, axis=0), indices[place]])
    index = np.zeros((len(shape), len(rows)), dtype=np.int64)
    rank, sizes = len(shape), [level.DenseSize() for level in levels]
    for column, dimension in enumerate(order):
        if dimension < rank:
            index[dimension] += rows[:, column] * _block(
                blocks, dimension, order, sizes
            )
        else:
            index[blocks[dimension - rank]] += rows[:, column]
    out = np.zeros(shape, dtype=values.dtype)
    out[tuple(index)] = values
    return out


def _block(
    blocks: list[int], dimension: int, order: list[int], sizes: list[int]
) -> int:
    """Return the size of a dimension's blocks, 1 if it has none."""
    if dimension not in blocks:
        return 1
    column = order.index(len(order) - len(blocks) + blocks.index(dimension))
    return int(sizes[column])


def _vector(table: Any, kind: int) -> npt.NDArray[np.int64]:
    """Return the numbers of an index vector, which is stored as one of three types."""
    vector = _VECTORS[kind]()
    vector.Init(table.Bytes, table.Pos)
    return np.asarray(vector.ValuesAsNumpy(), dtype=np.int64)


_VECTORS: Final[dict[int, Any]] = {
    tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
    tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
    tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
}
