"""Finds what tells people apart in tracked points: `engines.face.likeness`."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face.likeness import SIZE
from engines.face.preprocess import align

RIDGE: Final = 1e-4
"""Of the mean variance, added to every one: points say more than people differ by."""
FEWEST: Final = 2 * SIZE
"""People; of fewer there are not so many directions to be had."""


def directions(
    points: npt.NDArray[np.float32], identity: npt.NDArray[np.int32]
) -> npt.NDArray[np.float32]:
    """Return (SIZE, 1434): by these products with aligned points people differ most.

    Linear discriminant analysis (Rao 1948). The products vary with standard deviation 1
    between pictures of one person, and the first tells people apart best.

    Args:
        points: (N, 478, 3) pixels, several pictures a person; NaN where the tracker
            found no face, which is left out.
        identity: (N,) the person's number.

    Raises:
        ValueError: there are too few people.
    """
    rows, people = _aligned(points, identity)
    numbers, first, counts = np.unique(people, return_index=True, return_counts=True)
    if len(numbers) < FEWEST:
        raise ValueError(
            f"likeness: {len(numbers)} people with a tracked face, expected at least "
            f"{FEWEST}; render more with `facewire-models data faces`"
        )
    means = np.add.reduceat(rows, first) / counts[:, None]
    loose = rows - np.repeat(means, counts, axis=0)
    within = loose.T @ loose / max(1, len(rows) - len(numbers))
    within += RIDGE * np.trace(within) / len(within) * np.eye(len(within))
    between = np.cov(means.T)
    # Into numbers of which every picture of one person varies alike, and back.
    narrow = np.linalg.inv(np.linalg.cholesky(within))
    _, vectors = np.linalg.eigh(narrow @ between @ narrow.T)
    return np.asarray((narrow.T @ vectors[:, ::-1][:, :SIZE]).T, dtype=np.float32)


def _aligned(
    points: npt.NDArray[np.float32], identity: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Return (N, 1434) aligned points and (N,) people, sorted by person."""
    rows, people = [], []
    for i in np.argsort(identity, kind="stable").tolist():
        alignment = align(points[i])
        if alignment is not None:
            rows.append(alignment.points.reshape(-1).astype(np.float64))
            people.append(int(identity[i]))
    return np.array(rows), np.array(people, dtype=np.int32)
