"""Where a face tracker's 468 points lie on a character's surface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats, Ints, Mask, Numbers

from .surface import Surface

FACE: Final = 468
"""Points of the face; a tracker may give ten more for the irises."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """A place on a triangle for each point."""

    corners: Ints
    """(468, 3) vertices of the surface; zeros where nothing was hit."""
    shares: Numbers
    """(468, 3) of the corners, sum 1."""
    hit: Mask
    """(468,) False where the point lies on nothing that a morph target moves."""

    def points(self, surface: Surface) -> Numbers:
        """Return (468, 3) at rest."""
        out: Numbers = np.einsum(
            "pc,pck->pk", self.shares, surface.points[self.corners]
        )
        return out

    def moves(self, surface: Surface) -> Numbers:
        """Return (K, 468, 3): how each target moves the points."""
        out: Numbers = np.einsum(
            "pc,npck->npk", self.shares, surface.moves[:, self.corners]
        )
        return out


def find_places(surface: Surface, seen: Numbers, marks: Floats) -> Places:
    """Return where the points of a tracker lie.

    Args:
        surface: of the character.
        seen: (V, 3) where the picture shows its vertices: pixels right, pixels down,
            and how far away they are.
        marks: (n, 2 or more) pixels that the tracker found in that picture, n at least
            468.
    """
    triangles = surface.triangles
    corners = np.zeros((FACE, 3), dtype=np.int64)
    shares = np.tile([1.0, 0.0, 0.0], (FACE, 1))
    hit = np.zeros(FACE, dtype=np.bool_)
    if not len(triangles):
        return Places(corners, shares, hit)
    flat = seen[triangles]
    low, high = flat[..., :2].min(axis=1), flat[..., :2].max(axis=1)
    box = marks[:FACE, :2].min(axis=0), marks[:FACE, :2].max(axis=0)
    inside = ((low <= box[1]) & (high >= box[0])).all(axis=1)
    triangles, flat, low, high = (a[inside] for a in (triangles, flat, low, high))
    for at, mark in enumerate(marks[:FACE, :2].astype(np.float64)):
        near = np.flatnonzero(((low <= mark) & (mark <= high)).all(axis=1))
        if not len(near):
            continue
        parts = _shares(flat[near, :, :2], mark)
        within = np.flatnonzero((parts >= -1e-9).all(axis=1))
        if not len(within):
            continue
        depths = (parts[within] * flat[near[within], :, 2]).sum(axis=1)
        first = within[depths.argmin()]
        corners[at], shares[at], hit[at] = triangles[near[first]], parts[first], True
    return Places(corners, shares, hit)


def _shares(triangles: Numbers, mark: Numbers) -> Numbers:
    """Return (n, 3) of (n, 3, 2) triangles' corners; below 0 where it is outside."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    ab, ac, to = b - a, c - a, mark - a
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    safe = np.where(np.abs(area) < 1e-12, np.inf, area)
    second = (to[:, 0] * ac[:, 1] - to[:, 1] * ac[:, 0]) / safe
    third = (ab[:, 0] * to[:, 1] - ab[:, 1] * to[:, 0]) / safe
    out: Numbers = np.stack([1.0 - second - third, second, third], axis=1)
    # A triangle seen edge-on holds nothing.
    out[np.isinf(safe)] = -1.0
    return out
