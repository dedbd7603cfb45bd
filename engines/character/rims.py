"""How far lids and lips stand apart, and what closes them.

Rims are not marked in files, and a tracker's points on rims hit the eyeball or the same
lip twice. So a rim is found by what moves it: a blink moves the upper lid's rim most of
all, and it comes to rest on the lower one; an opening jaw parts two places that lie
together at rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Ints, Numbers

from .nearest import nearest
from .pieces import connected
from .surface import Surface

MOST: Final = 0.75
"""Share of a field's largest move that the rim of an upper lid moves at least."""
LITTLE: Final = 0.35
"""Share that the lower lid moves at most along with the upper one."""
COLUMN: Final = 0.08
"""Distances of the eyes: half the width of the middle of an eye or a mouth."""
TOUCH: Final = 0.12
"""Distances of the eyes: lips that belong together lie no farther apart at rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Two rims: pairs of vertices, one above the other."""

    upper: Ints
    """(n,) vertices of the surface."""
    lower: Ints
    rest: Numbers
    """(n,) how far the pairs stand apart, scene units; 0 where they touch."""
    way: Numbers
    """(n, 3) unit vectors from the lower to the upper."""

    def opened(self, field: Numbers) -> float:
        """Return how much wider a (V, 3) field makes the gap, scene units: the mean."""
        apart = field[self.upper] - field[self.lower]
        return float((apart * self.way).sum(axis=1).mean())

    def closed(self, field: Numbers) -> float:
        """Return the share of the gap at rest that a field closes; 1 is shut."""
        return -self.opened(field) / float(self.rest.mean())


def centre(surface: Surface, field: Numbers) -> Numbers:
    """Return (3,) the middle of what a field moves, by the square of its moves."""
    size = np.square(field.astype(np.float64)).sum(axis=1)
    total = float(size.sum())
    if total <= 0.0:
        return np.full(3, np.nan)
    out: Numbers = (size[:, None] * surface.points).sum(axis=0) / total
    return out


def components(surface: Surface) -> Ints:
    """Return (V,) the number of the connected piece that each vertex belongs to.

    Vertices in one place are one: files split them along seams.
    """
    scale = float(np.abs(surface.points).max(initial=1e-9))
    rounded = np.round(surface.points / scale * 1e6).astype(np.int64)
    _, same = np.unique(rounded, axis=0, return_inverse=True)
    same = same.reshape(-1)
    a = same[surface.triangles[:, [0, 1]]].reshape(-1, 2)
    b = same[surface.triangles[:, [1, 2]]].reshape(-1, 2)
    found: Ints = connected(np.concatenate([a, b]), len(surface.points))[same]
    return found


def lid_gap(surface: Surface, pieces: Ints, blink: Numbers, eyes: float) -> Gap | None:
    """Return the gap between an eye's lids; None where no blink shows it.

    Args:
        surface: of the character.
        pieces: from `components`.
        blink: (V, 3) what a blink of this eye moves.
        eyes: distance of the eyes, scene units.
    """
    drop = -blink[:, 1].astype(np.float64)
    far = float(drop.max(initial=0.0))
    if far <= 0.01 * eyes:
        return None
    middle = float(centre(surface, blink)[0])
    column = np.abs(surface.points[:, 0] - middle) < COLUMN * eyes
    upper = np.flatnonzero(column & (drop > MOST * far))
    # The skin, not lashes: the largest piece that has an upper rim.
    sizes = np.bincount(pieces)
    if not len(upper):
        return None
    piece = max(set(pieces[upper].tolist()), key=lambda at: int(sizes[at]))
    upper = upper[pieces[upper] == piece]
    still = np.flatnonzero(column & (pieces == piece) & (drop < LITTLE * far))
    still = still[surface.points[still, 1] < surface.points[upper, 1].min()]
    if not len(still):
        return None
    landed = surface.points[upper] + blink[upper]
    after = surface.points[still] + blink[still]
    _, found = nearest(after, landed)
    return _gap(surface, upper, still[found])


def lip_gap(surface: Surface, pieces: Ints, jaw: Numbers, eyes: float) -> Gap | None:
    """Return the gap between the lips; None where no opening jaw shows it.

    Args:
        surface: of the character.
        pieces: from `components`.
        jaw: (V, 3) what an open jaw moves.
        eyes: distance of the eyes, scene units.
    """
    drop = -jaw[:, 1].astype(np.float64)
    far = float(drop.max(initial=0.0))
    if far <= 0.02 * eyes:
        return None
    moved = np.flatnonzero(drop > 0.1 * far)
    piece = int(np.bincount(pieces[moved]).argmax())
    middle = float(np.median(surface.points[moved, 0]))
    column = np.abs(surface.points[:, 0] - middle) < COLUMN * eyes
    skin = np.flatnonzero(column & (pieces == piece))
    low = skin[drop[skin] > 0.3 * far]
    high = skin[drop[skin] < 0.15 * far]
    if not len(low) or not len(high):
        return None
    apart, found = nearest(surface.points[high], surface.points[low])
    near = np.flatnonzero(apart < max(TOUCH * eyes, 1.5 * float(apart.min())))
    if not len(near):
        return None
    # Of the pairs that lie together, the frontmost: the rims, not the mouth behind.
    depth = surface.points[low[near], 2]
    front = near[depth > depth.max() - 0.08 * eyes]
    pairs = front[apart[front] <= np.quantile(apart[front], 0.3)]
    gap = _gap(surface, high[found[pairs]], low[pairs])
    way = np.tile([0.0, 1.0, 0.0], (len(pairs), 1))
    return Gap(gap.upper, gap.lower, gap.rest, way)


def _gap(surface: Surface, upper: Ints, lower: Ints) -> Gap:
    apart = surface.points[upper] - surface.points[lower]
    rest = np.linalg.norm(apart, axis=1)
    return Gap(upper, lower, rest, apart / np.maximum(rest, 1e-12)[:, None])
