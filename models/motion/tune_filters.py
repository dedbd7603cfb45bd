"""The best that each filter can do at a given jitter, chosen on validation data.

Every group of signals gets its own parameters. Of all combinations those are taken
that no other beats in jitter and error at once: per group the least error + price x
jitter, with the one price at which the whole has the wanted jitter. An ordinary grid,
one setting for all signals, is a worse filter and would flatter a network.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engines.motion.signals import COUNT
from models.data.motion.noise import Observed
from protocols.arrays import Floats

from .filters import (
    GROUPS,
    MEMBERS,
    Filter,
    apart,
    double_exponential,
    kalman,
    one_euro,
    side_by_side,
)
from .truth import Truth

GAINS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Of the slope, for a lead: none is the filter that only smooths."""


Choice = npt.NDArray[np.intp]
"""(groups,) places in the settings."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A filter and the settings that are tried."""

    name: str
    run: Filter
    grid: tuple[tuple[float, ...], ...]
    """Values of every parameter; all combinations are tried."""

    ahead: tuple[tuple[float, ...], ...]
    """The same for a lead above 0, where gains multiply them."""


def _steps(low: float, high: float, count: int) -> tuple[float, ...]:
    return tuple(float(v) for v in np.geomspace(low, high, count))


_SPEEDS: Final = (1.0, 3.0)
"""The authors' cutoff of the speed, and a quicker one, better at 30 frames a second."""

ONE_EURO: Final = Kind(
    "One-Euro",
    one_euro,
    (_steps(0.05, 20.0, 14), (0.0, *_steps(0.3, 60.0, 9)), _SPEEDS, (1.0,)),
    (_steps(0.3, 12.0, 6), (0.0, *_steps(1.0, 40.0, 5)), _SPEEDS, (2.0, 8.0)),
)
_TIMES: Final = _steps(0.006, 0.5, 16)
DESP: Final = Kind("double exponential", double_exponential, (_TIMES,), (_TIMES,))
_AGILITIES: Final = _steps(1e1, 1e8, 22)
KALMAN: Final = Kind("Kalman", kalman, (_AGILITIES,), (_AGILITIES,))
KINDS: Final = (ONE_EURO, DESP, KALMAN)

_CHUNK: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Tuned:
    """A filter with parameters for every signal; a method as `evaluate_motion` has."""

    kind: Kind
    parameters: tuple[Floats, ...]
    """(58,) each."""

    gain: Floats
    """(58,)"""

    def __call__(self, observed: Sequence[Observed], lead_s: float) -> list[Floats]:
        """Return estimates, real units, `lead_s` after every frame."""
        frames = side_by_side(observed)
        track = self.kind.run(frames, *self.parameters)
        return apart(frames, track.ahead(lead_s, self.gain))

    def by_group(self) -> dict[str, tuple[float, ...]]:
        """Return parameters and gain of every group."""
        return {
            group: tuple(
                round(float(each[member][0]), 4)
                for each in (*self.parameters, self.gain)
            )
            for group, member in MEMBERS.items()
        }


def best_choice(
    error: npt.NDArray[Any],
    jitter: npt.NDArray[Any],
    still: int,
    limit: float | None = None,
) -> Choice:
    """Return for every group the setting of least error with at most so much jitter.

    Args:
        error: (settings, groups) sums of squares.
        jitter: (settings, groups) sums of absolute third differences at rest.
        still: how many third differences those are.
        limit: mean absolute third difference over all groups; None for no limit.
    """

    def at(price: float) -> Choice:
        chosen: Choice = (error + np.exp(price) * jitter).argmin(axis=0)
        return chosen

    if limit is None:
        return np.asarray(error.argmin(axis=0))
    low, high = -12.0, 12.0  # logarithm of the price of jitter
    for _ in range(40):
        middle = 0.5 * (low + high)
        total = jitter[at(middle), np.arange(len(GROUPS))].sum()
        if float(total) / max(still, 1) > limit:
            low = middle
        else:
            high = middle
    return at(high)


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What every setting of a filter is worth on validation data."""

    kind: Kind
    settings: Floats
    """(settings, parameters + 1), the gain last."""

    error: Floats
    """(settings, groups) sums of squares, of judged signals where `used`."""

    jitter: Floats
    """(settings, groups) sums of absolute third differences where `still`."""

    still: int
    """How many of the latter there are."""

    def best(self, jitter: float | None = None) -> Tuned:
        """Return the filter of least error with at most so much jitter.

        Args:
            jitter: mean absolute third difference; None for the least error whatever
                its jitter.
        """
        return self._tuned(best_choice(self.error, self.jitter, self.still, jitter))

    def front(self, low: float, high: float, count: int = 10) -> list[Tuned]:
        """Return filters whose jitter is spread over `low` to `high`."""
        return [self.best(float(level)) for level in np.geomspace(low, high, count)]

    def _tuned(self, chosen: Choice) -> Tuned:
        columns = np.empty((self.settings.shape[1], COUNT), dtype=np.float32)
        for group, setting in zip(GROUPS, chosen, strict=True):
            columns[:, MEMBERS[group]] = self.settings[setting][:, None]
        return Tuned(self.kind, tuple(columns[:-1]), columns[-1])


def try_all(kind: Kind, truth: Truth) -> Tried:
    """Run every setting of a filter over a validation set, at its lead."""
    grid, gains = (kind.ahead, GAINS) if truth.lead_s > 0.0 else (kind.grid, (0.0,))
    combined = np.array(list(itertools.product(*grid)), dtype=np.float32)
    member = np.stack([MEMBERS[group] & truth.judged for group in GROUPS]).astype(float)
    settings, errors, jitters = [], [], []
    for at in range(0, len(combined), _CHUNK):
        chunk = combined[at : at + _CHUNK]
        track = kind.run(truth.frames, *(column[:, None, None] for column in chunk.T))
        for gain in gains:
            for k, setting in enumerate(chunk):
                # One setting at a time: what fits the cache is summed twice as fast.
                level, slope = track.level[:, k], track.slope[:, k]
                estimates = level + np.float32(truth.lead_s * gain) * slope
                wrong = (estimates - truth.value) * truth.used[..., None]
                third = np.abs(np.diff(estimates, n=3, axis=0)) * truth.still
                settings.append((*setting.tolist(), gain))
                errors.append(member @ (wrong**2).sum(axis=(0, 1)))
                jitters.append(member @ third.sum(axis=(0, 1)))
    return Tried(
        kind,
        np.array(settings, dtype=np.float32),
        np.array(errors, dtype=np.float32),
        np.array(jitters, dtype=np.float32),
        int((truth.still & truth.judged).sum()),
    )
