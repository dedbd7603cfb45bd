"""The best that each classical filter can do, chosen on validation takes.

Every group of signals gets its own setting, as in `tune_filters`: per group the least
error + price x jitter, with the one price at which the whole has the wanted jitter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.data.recorded.defects import Degraded
from models.motion.filters import GROUPS, MEMBERS
from models.motion.tune_filters import best_choice
from protocols.arrays import Floats

from .smoothers import Kind
from .truth import TakeTruth

Fill = Callable[[Degraded], Floats]
"""A take in, (n, 58) without gaps, in the network's units, out."""


@dataclass(frozen=True, slots=True, eq=False)
class Tuned:
    """A filter with a setting for every group of signals."""

    kind: Kind
    fill: Fill
    chosen: npt.NDArray[np.intp]
    """(groups,) places in the kind's settings."""

    def __call__(self, degraded: Degraded) -> Floats:
        """Return (n, 58) in the network's units."""
        values = self.fill(degraded)
        rate = 1.0 / float(np.median(np.diff(degraded.times_s)))
        out = np.empty_like(values)
        for group, place in zip(GROUPS, self.chosen.tolist(), strict=True):
            part = values[:, MEMBERS[group]]
            out[:, MEMBERS[group]] = self.kind.run(
                part, rate, self.kind.settings[place]
            )
        return out

    def by_group(self) -> dict[str, tuple[float, ...]]:
        """Return the setting of every group."""
        return {
            group: self.kind.settings[place]
            for group, place in zip(GROUPS, self.chosen.tolist(), strict=True)
        }


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What every setting of a filter is worth on validation takes."""

    kind: Kind
    fill: Fill
    error: npt.NDArray[np.float64]
    """(settings, groups) sums of squares where used."""
    jitter: npt.NDArray[np.float64]
    """(settings, groups) sums of absolute third differences where still."""
    still: int
    """How many of the latter there are."""

    def best(self, jitter: float | None = None) -> Tuned:
        """Return the filter of least error with at most so much jitter.

        Args:
            jitter: mean absolute third difference, the network's units; None for the
                least error whatever its jitter.
        """
        chosen = best_choice(self.error, self.jitter, self.still, jitter)
        return Tuned(self.kind, self.fill, chosen)


def try_all(kind: Kind, fill: Fill, truths: Sequence[TakeTruth]) -> Tried:
    """Run every setting of a filter over validation takes."""
    shape = (len(kind.settings), len(GROUPS))
    error, jitter, still = np.zeros(shape), np.zeros(shape), 0
    for truth in truths:
        values = fill(truth.degraded)
        member = np.stack([MEMBERS[g] & truth.judged for g in GROUPS]).astype(float)
        still += int((truth.still & truth.judged).sum())
        for k, setting in enumerate(kind.settings):
            said = kind.run(values, truth.rate, setting)
            wrong = ((said - truth.value) ** 2)[truth.used].sum(axis=0)
            third = (np.abs(np.diff(said, n=3, axis=0)) * truth.still).sum(axis=0)
            error[k] += member @ wrong
            jitter[k] += member @ third
    return Tried(kind, fill, error, jitter, still)
