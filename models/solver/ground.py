"""How well a solver follows exact truth on heads that nobody was trained on.

Everywhere `said` and `truth` are (n, 52), 0 to 1, of one head's pictures in one
sequence; the first `Sequence.rest` of them show it at rest.
"""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.data.characters.sequences import Sequence
from protocols.arrays import Floats, Mask, Numbers
from protocols.channels import ARKIT, MIRROR

from .metrics import correlation, sides, slope

MOVES: Final = 0.05
"""Standard deviation in truth from which a curve, or left less right, counts."""
SHUT: Final = 0.01
"""Lips that are less than this share of the mouth's width apart are shut in truth."""
APART: Final = 0.03
"""From here on everybody sees that they are apart."""
PASSES: Final = 0.5
"""A curve's weight in its own sweep."""

_OTHER: Final = MIRROR[: len(ARKIT)]
_SIDED: Final = np.not_equal(_OTHER, np.arange(len(ARKIT)))


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """One sequence, one head or the mean of several."""

    found: float
    """Share of its pictures in which the solver saw a face."""
    r: Numbers
    """(52,) correlation with the truth; 0 for a dead curve, NaN where truth rests."""
    slope: Numbers
    """(52,) of answer over truth."""
    sides_r: Numbers
    """(14,) correlation of left less right, in the order of `metrics.PAIRS`."""
    sides_slope: Numbers
    """(14,)"""


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """What answers when one curve alone goes up and down; (52,), NaN for a curve that
    the head lacks."""

    own: Numbers
    """The curve's highest weight."""
    wrong: Numbers
    """By how much the most wrong other curve rises, mean of the sweep's upper half."""
    culprit: tuple[str, ...]
    """(52,) that curve's name."""
    other_side: Numbers
    """By how much the curve of the other side rises; NaN for a curve without one."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One solver on one head."""

    followed: dict[str, Followed]
    """By sequence: take, mixed, alone."""
    swept: Swept
    rest: float
    """Mean weight of a head at rest, once it has been seen for a while."""
    shut: int
    """Pictures of things that happen with shut lips."""
    apart: int
    """Those of them in which the same head with the answered weights has them apart."""


def follow(sequence: Sequence, said: Floats, truth: Floats) -> Followed:
    """Return how an answer follows the truth, after the rest."""
    said, truth = said[sequence.rest :], truth[sequence.rest :]
    seen = np.isfinite(said).all(axis=1)
    a, b = said[seen], truth[seen]
    steep = np.where(b.std(axis=0) > MOVES, slope(a, b), np.nan)
    left, right = sides(a), sides(b)
    apart = np.where(right.std(axis=0) > MOVES, slope(left, right), np.nan)
    return Followed(
        found=float(seen.mean()),
        r=correlation(a, b, MOVES),
        slope=steep,
        sides_r=correlation(left, right, MOVES),
        sides_slope=apart,
    )


def sweep(sequence: Sequence, said: Floats, present: Mask) -> Swept:
    """Return what answers in each curve's own sweep, above what is said at rest."""
    size = len(ARKIT)
    own, wrong, other = (np.full(size, np.nan) for _ in range(3))
    culprit = [""] * size
    seen = np.isfinite(said).all(axis=1)
    calm = rest_of(sequence, said)
    for at in np.flatnonzero(present):
        rows = said[(sequence.sweep[:, at] > 0) & seen]
        if not len(rows):
            continue
        own[at] = rows[:, at].max()
        rise = rows.mean(axis=0) - calm
        # Only what the sweep leaves at rest can be wrong: the jaw goes with mouthClose.
        driven = sequence.weights[sequence.sweep[:, at] > 0].max(axis=0) > 0
        beside = np.where(driven, -np.inf, rise)
        culprit[at] = ARKIT[int(beside.argmax())]
        wrong[at] = beside.max()
        if _SIDED[at]:
            other[at] = rise[_OTHER[at]]
    return Swept(own, wrong, tuple(culprit), other)


def rest_of(sequence: Sequence, said: Floats) -> Floats:
    """Return (52,) the mean of the second half of the rest; NaN if no face was seen."""
    rows = said[sequence.rest // 2 : sequence.rest]
    rows = rows[np.isfinite(rows).all(axis=1)]
    calm: Floats = rows.mean(axis=0) if len(rows) else np.full(len(ARKIT), np.nan)
    return calm


def mean_over(values: Many[Numbers]) -> Numbers:
    """Return the mean of several heads' arrays over what is a number in each."""
    rows = np.array(values, dtype=np.float64)
    known = np.isfinite(rows)
    total = np.where(known, rows, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        found: Numbers = np.where(
            known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan
        )
    return found
