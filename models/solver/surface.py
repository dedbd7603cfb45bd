"""How far a face's surface is off, in millimetres, where the weights are off.

Weights of different curves are worth different things, and some stand in for one
another: press for roll, squint for a cheek's squint. On the surface that is counted
for what it is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from models.data.rendered.head import LANDMARKS, Head, Material
from protocols.arrays import Floats, Numbers

Ints = npt.NDArray[np.intp]

_NEAR: Final = (
    # region, of the 68 landmarks, metres around them
    ("lips", slice(48, 68), 0.008),
    ("lids", slice(36, 48), 0.006),
    ("brows", slice(17, 27), 0.010),
    ("jaw", slice(4, 13), 0.020),
)
_CHEEK: Final = ((0.018, 0.066), (-0.045, 0.030))
"""Metres beside the middle, and from low to high."""


def regions(head: Head) -> dict[str, Ints]:
    """Return the vertices of lips, lids, brows, jaw, cheeks and the whole face.

    Of the skin, as the average neutral head has it; from the chin to the middle of the
    forehead, and no ears. The first five do not overlap.
    """
    skin = np.unique(head.triangles[head.materials == Material.SKIN])
    _, y, z = head.neutral[skin].T
    face = skin[(y > -0.09) & (y < 0.09) & (z > 0.03)]
    place = head.neutral[face]
    found: dict[str, Ints] = {}
    free = np.ones(len(face), dtype=bool)
    for name, marks, reach in _NEAR:
        apart = place[:, None] - head.neutral[LANDMARKS[marks]]
        near = free & (np.linalg.norm(apart, axis=2).min(axis=1) < reach)
        found[name] = face[near]
        free &= ~near
    (inner, outer), (low, high) = _CHEEK
    side = np.abs(place[:, 0])
    cheeks = (side > inner) & (side < outer)
    found["cheeks"] = face[
        free
        & cheeks
        & (place[:, 1] > low)
        & (place[:, 1] < high)
        & (place[:, 2] > 0.05)
    ]
    found["face"] = face
    return found


def metrics(head: Head) -> dict[str, Numbers]:
    """Return by region (52, 52): `w @ metric @ w` is the mean square of how far, in
    millimetres, weights `w` carry its vertices."""
    found = {}
    for name, vertices in regions(head).items():
        flat = 1e3 * head.shapes[:, vertices].reshape(len(head.shapes), -1)
        flat = flat.astype(np.float64)
        found[name] = flat @ flat.T / max(len(vertices), 1)
    return found


def surface_error(said: Floats, truth: Floats, metric: Numbers) -> float:
    """Return millimetres: the mean over faces of the root mean square over vertices.

    Args:
        said: (n, 52); NaN without rows.
        truth: (n, 52).
        metric: of a region, from `metrics`.
    """
    if not len(said):
        return float("nan")
    off = said.astype(np.float64) - truth
    square = np.einsum("ni,ij,nj->n", off, metric, off, optimize=True)
    return float(np.sqrt(np.maximum(square, 0.0)).mean())
