"""The nearest of some points, exactly.

A k-d tree (Friedman, Bentley and Finkel, An algorithm for finding best matches in
logarithmic expected time, ACM Transactions on Mathematical Software 3, 1977): points
are halved across the longest side of their box until few are left, and boxes that are
farther away than what was found already are left out. All who ask go through the tree
together, so that NumPy does the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Ints, Numbers

FEW: Final = 64
"""Points of a box that is not halved."""


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    rows: Ints
    """Of the points in it."""
    low: Numbers
    """(3,)"""
    high: Numbers
    axis: int
    """Its longest side."""
    halves: tuple[_Box, ...]
    """None, or two: the lower and the upper one along `axis`."""


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    points: Numbers
    """(P, 3)"""
    asking: Numbers
    """(Q, 3)"""
    best: Numbers
    """(Q,) the least squared distances so far."""
    found: Ints
    """(Q,) their points."""

    def near(self, box: _Box, who: Ints) -> None:
        """Look into the one box that each belongs to, for a first answer."""
        if not box.halves:
            self._look(box, who)
        elif len(who):
            lower, upper = box.halves
            cut = upper.low[box.axis]
            below = self.asking[who, box.axis] < cut
            self.near(lower, who[below])
            self.near(upper, who[~below])

    def all(self, box: _Box, who: Ints) -> None:
        """Look into every box that may have a nearer point."""
        some = self.asking[who]
        beyond = np.maximum(np.maximum(box.low - some, some - box.high), 0.0)
        who = who[_square(beyond) < self.best[who]]
        if not len(who):
            return
        if not box.halves:
            self._look(box, who)
        for half in box.halves:
            self.all(half, who)

    def _look(self, box: _Box, who: Ints) -> None:
        squares = _square(self.asking[who, None] - self.points[box.rows])
        at = squares.argmin(axis=1)
        least = squares[np.arange(len(who)), at]
        nearer = least < self.best[who]
        self.best[who[nearer]] = least[nearer]
        self.found[who[nearer]] = box.rows[at[nearer]]


def nearest(points: Numbers, asking: Numbers) -> tuple[Numbers, Ints]:
    """Return the distance to the nearest point and its row, (Q,) each.

    Of points that are equally near, any.

    Args:
        points: (P, 3) finite, at least one.
        asking: (Q, 3) finite.
    """
    best = np.full(len(asking), np.inf)
    search = _Search(points, asking, best, np.zeros(len(asking), dtype=np.int64))
    tree, everyone = _tree(points, np.arange(len(points))), np.arange(len(asking))
    search.near(tree, everyone)
    search.all(tree, everyone)
    return np.sqrt(best), search.found


def _tree(points: Numbers, rows: Ints) -> _Box:
    some = points[rows]
    low, high = some.min(axis=0), some.max(axis=0)
    axis = int((high - low).argmax())
    if len(rows) <= FEW or low[axis] == high[axis]:
        # All points in one place: one of them is enough.
        few = rows if low[axis] < high[axis] else rows[:1]
        return _Box(few, low, high, axis, ())
    half = len(rows) // 2
    order = rows[np.argpartition(some[:, axis], half)]
    halves = _tree(points, order[:half]), _tree(points, order[half:])
    return _Box(rows, low, high, axis, halves)


def _square(offsets: Numbers) -> Numbers:
    """Return the squared lengths of (..., 3) offsets."""
    x, y, z = np.moveaxis(offsets, -1, 0)
    out: Numbers = x * x + y * y + z * z
    return out
