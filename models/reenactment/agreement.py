"""How well avatars follow their actors, measure by measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.solver.metrics import correlation, slope
from protocols.arrays import Numbers

from .avatar import Reenacted
from .measures import MOVES

FEWEST: Final = 10
"""Pictures with both faces below which a clip says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """One solver's avatar against its actors. NaN where nothing was to be measured."""

    r: Numbers
    """(clips, M) Pearson's r; NaN where the actor does not clearly move it."""
    slope: Numbers
    """(clips, M) how far the avatar moves for each unit that the actor moves: 1 is as
    far."""

    @property
    def mean_r(self) -> Numbers:
        """(M,) mean over the clips in which the actor moves the measure."""
        return column_means(self.r)

    @property
    def mean_slope(self) -> Numbers:
        """(M,) likewise."""
        return column_means(self.slope)

    @property
    def clips(self) -> Numbers:
        """(M,) how many clips that are."""
        counted: Numbers = np.isfinite(self.r).sum(axis=0).astype(np.float64)
        return counted

    @property
    def overall(self) -> float:
        """Mean of `mean_r` over the measures that somebody moves."""
        return mean_of(self.mean_r)


def agree(
    actors: Sequence[Numbers], avatars: Sequence[Numbers], moves: Numbers = MOVES
) -> Agreement:
    """Compare avatars with their actors.

    Args:
        actors: for each clip (n, M) measures of the actor.
        avatars: for each clip (n, M) of the avatar in the same pictures.
        moves: (M,) deviation from which the actor clearly moves each measure.
    """
    rows = [_compare(*pair, moves) for pair in zip(actors, avatars, strict=True)]
    shape = (len(rows), len(moves))
    return Agreement(
        np.array([r for r, _ in rows]).reshape(shape),
        np.array([steep for _, steep in rows]).reshape(shape),
    )


def agreement(clips: Sequence[Reenacted], solver: str) -> Agreement:
    """Compare one solver's avatar with the actors of all clips."""
    return agree([c.actor for c in clips], [c.avatar[solver] for c in clips])


def column_means(values: Numbers) -> Numbers:
    """Return the mean of each column over the rows that have a number; else NaN."""
    return np.array([mean_of(column) for column in values.T])


def mean_of(values: Numbers) -> float:
    """Return the mean of what is a number; NaN if nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _compare(
    actor: Numbers, avatar: Numbers, moves: Numbers
) -> tuple[Numbers, Numbers]:
    both = np.isfinite(actor).all(axis=1) & np.isfinite(avatar).all(axis=1)
    if both.sum() < FEWEST:
        nothing = np.full(len(moves), np.nan)
        return nothing, nothing
    a, b = actor[both], avatar[both]
    still = a.std(axis=0) <= moves
    r, steep = correlation(b, a), slope(b - b.mean(axis=0), a)
    return np.where(still, np.nan, r), np.where(still, np.nan, steep)
