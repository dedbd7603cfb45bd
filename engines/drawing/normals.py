"""Which way a character's surface faces at each vertex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats, Indices, Ints

from .figure import Figure
from .sums import Sums, sums

CLOSE: Final = 1e-5
"""Of the head's height: vertices that are no farther apart are in one place."""
BEND: Final = 0.3
"""Cosine. Two vertices in one place share a normal if theirs at rest are this alike;
so seams of textures vanish, and sharp edges and two layers, one facing in, do not."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoothing:
    """Which triangles each vertex's normal is made of."""

    corners: Sums
    """Over the triangles that touch each group of vertices."""
    group: Ints
    """(V,) where the sum of each vertex's group is among the sorted ones."""


def smoothing(made: Figure, rest: Floats, size: float) -> Smoothing:
    """Return how a character's normals are made.

    Args:
        made: the character.
        rest: (V, 3) in the scene at rest.
        size: the head's height, in the scene's units.
    """
    if not len(rest):
        none = np.zeros(0, dtype=np.int64)
        return Smoothing(_corners(none, made.triangles, 0), none)
    moved = np.zeros((len(rest), 1))
    for number, move in enumerate(made.moves, 1):
        moved[move.vertices, 0] += number * np.linalg.norm(move.offsets, axis=1)
    moved /= max(float(moved.max(initial=0)), 1e-9)
    place = (rest - rest.mean(axis=0, keepdims=True)) / max(size, 1e-9)
    keys = np.round(np.concatenate([place, moved], axis=1) / CLOSE).astype(np.int64)
    _, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    group = group.reshape(-1)
    touching = _corners(np.arange(len(rest)), made.triangles, len(rest))
    own = touching.of(faces(rest, made.triangles))
    own /= np.linalg.norm(own, axis=1, keepdims=True) + 1e-30
    apart = (own * own[first[group]]).sum(axis=1) < BEND
    # What faces elsewhere than the first in its place stands alone.
    group[apart] = len(first) + np.arange(int(apart.sum()))
    corners = _corners(group, made.triangles, len(first) + int(apart.sum()))
    return Smoothing(corners, corners.place[group])


def normals(smooth: Smoothing, vertices: Floats, triangles: Indices) -> Floats:
    """Return (V, 3) unit normals, weighted by area.

    Args:
        smooth: of the same character.
        vertices: (V, 3) posed.
        triangles: (T, 3).
    """
    total = smooth.corners.sorted(faces(vertices, triangles))
    total /= np.sqrt(np.einsum("gi,gi->g", total, total))[:, None] + np.float32(1e-30)
    found: Floats = np.take(total, smooth.group, axis=0)
    return found


def faces(vertices: Floats, triangles: Indices) -> Floats:
    """Return (T, 3) normals of triangles, twice their area long."""
    a, b, c = (np.take(vertices, triangles[:, k], axis=0) for k in range(3))
    u, v = b - a, c - a
    out = np.empty_like(u)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[:, i] = u[:, j] * v[:, k] - u[:, k] * v[:, j]
    return out


def _corners(group: Ints, triangles: Indices, count: int) -> Sums:
    touched = group[triangles].reshape(-1)
    rows = np.repeat(np.arange(len(triangles)), 3)
    return sums(touched, rows, np.ones(len(rows), dtype=np.float32), count)
