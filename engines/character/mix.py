"""A matrix with few numbers that are not 0, times a vector."""

from __future__ import annotations

import numpy as np

from protocols.arrays import Floats, Numbers


class Mix:
    """Multiplies a matrix by vectors.

    Not by BLAS, which starts threads for a product of this size: on a busy machine
    they wait for each other for milliseconds. One number in fifty is not 0 here.
    """

    def __init__(self, matrix: Numbers) -> None:
        """Keep the numbers of a (rows, columns) matrix that are not 0."""
        self._rows, self._columns = np.nonzero(matrix)
        self._shares = matrix[self._rows, self._columns].astype(np.float64)
        self._count = len(matrix)

    def __call__(self, values: Floats) -> Floats:
        """Return (rows,) for (columns,) values."""
        parts = values[self._columns] * self._shares
        summed = np.bincount(self._rows, weights=parts, minlength=self._count)
        return summed.astype(np.float32)
