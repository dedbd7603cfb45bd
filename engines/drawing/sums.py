"""Weighted sums of rows, many at once: a sparse matrix times a dense one.

The sums are kept as jagged diagonals (Saad, Krylov subspace methods on supercomputers,
SIAM Journal on Scientific and Statistical Computing 10, 1989): sorted by their number
of terms, most first, so that the k-th terms of all sums are one array without gaps.
NumPy then needs few steps, and every sum adds its terms in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats, Indices, Ints

LONG: Final = 64
"""Terms that are added step by step. Few sums have more: the tip of a cone."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Terms of the first n sums, in the order of `Sums`."""

    rows: Ints
    """(m,) of the values."""
    weights: Floats | None
    """(m, 1); None where all are 1."""

    def of(self, values: Floats) -> Floats:
        """Return (m, k) rows of (N, k) values, times their weights."""
        found: Floats = np.take(values, self.rows, axis=0)
        if self.weights is not None:
            found *= self.weights
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """S sums of rows."""

    place: Ints
    """(S,) where each sum is among all of them, sorted."""
    steps: tuple[Terms, ...]
    """The first terms of the sums, their second ones, and so on."""
    rest: Terms
    """Terms beyond `LONG`, sum by sum."""
    starts: Ints
    """(n,) where those of the first n sums begin."""

    def sorted(self, values: Floats) -> Floats:
        """Return (S, k): the sums of (N, k) values, sum `i` in row `place[i]`."""
        out = np.zeros((len(self.place), values.shape[1]), dtype=np.float32)
        for step in self.steps:
            out[: len(step.rows)] += step.of(values)
        if len(self.starts):
            rest = np.add.reduceat(self.rest.of(values), self.starts, axis=0)
            out[: len(self.starts)] += rest
        return out

    def of(self, values: Floats) -> Floats:
        """Return (S, k): the sums of (N, k) values."""
        found: Floats = np.take(self.sorted(values), self.place, axis=0)
        return found


def sums(which: Ints, rows: Ints, weights: Floats, count: int) -> Sums:
    """Return sums, which add their terms in the order in which these are given.

    Args:
        which: (M,) the sum that each term belongs to.
        rows: (M,) of the values.
        weights: (M,) of the terms.
        count: of the sums; those without terms are 0.
    """
    ranked = np.argsort(which, kind="stable")
    rows, weights = rows[ranked], weights[ranked]
    lengths = np.bincount(which, minlength=count)
    order = np.argsort(-lengths, kind="stable")
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    starts: Ints = (np.cumsum(lengths) - lengths)[order]
    lengths = lengths[order]

    def terms(at: Ints) -> Terms:
        some = weights[at, None]
        return Terms(rows[at], None if (some == 1.0).all() else some)

    steps = []
    for k in range(min(int(lengths.max(initial=0)), LONG)):
        these = starts[: np.count_nonzero(lengths > k)]
        steps.append(terms(np.add(these, k)))
    over = lengths[lengths > LONG] - LONG
    begin = np.cumsum(over) - over
    first = np.repeat(starts[: len(over)] + LONG - begin, over)
    return Sums(place, tuple(steps), terms(first + np.arange(len(first))), begin)


def merged(
    which: Ints | Indices, rows: Ints | Indices, weights: Floats
) -> tuple[Ints, Ints, Floats]:
    """Return the terms by sum and row; those of the same sum and row are added up."""
    width = int(rows.max(initial=0)) + 1
    keys = which.astype(np.int64) * width + rows
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    added = weights[order].astype(np.float32)
    if len(first):
        added = np.add.reduceat(added, first)
    keys = keys[first]
    return keys // width, keys % width, added
