"""What goes wrong between a tracker and the file that an animator opens.

`models.data.motion.noise` has what a tracker does to motion. A recording adds its own
defects: frames that repeat, a face that is lost for longer, curves in eight bits, a
calibration that slips, left and right taken for each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS
from engines.refine.chunks import SIDES
from engines.refine.grid import runs
from models.data.motion.noise import Observed
from protocols.arrays import Floats, Mask

Rng = np.random.Generator

Live = Callable[[Observed, Rng], Floats]
"""What our own generator makes of frames, (n, 58): what `facewire run` records."""

RECORDED_HZ: Final = 60.0


@dataclass(frozen=True, slots=True)
class Degradation:
    """How often each defect is met; shares are of takes."""

    live: float = 0.2
    """Recorded behind our own generator."""
    gaps_per_s: float = 0.3
    gap_s: tuple[float, float] = (0.02, 0.5)
    """Most gaps; evenly, so that long ones are not rare."""
    long_gaps: float = 0.12
    """Of gaps, the share that lasts longer ..."""
    longest_s: float = 1.5
    """... up to this."""
    quantised: float = 0.2
    pops_per_s: float = 0.12
    pop: float = 0.3
    slips_per_s: float = 0.04
    """Curves that stand off for 0.15 to 0.8 s."""
    slip: float = 0.07
    swaps_per_s: float = 0.03
    duplicates: float = 0.3
    """Takes of which some frames only repeat the one before."""
    repeated: float = 0.3
    """Takes of a slower camera that are recorded at `RECORDED_HZ`."""


DEFECTS: Final = Degradation()
"""What takes are judged with."""


@dataclass(frozen=True, slots=True, eq=False)
class Degraded:
    """A take as recorded, n frames, and what it should be."""

    times_s: npt.NDArray[np.float64]
    """(n,) strictly rising, in the target's time."""
    signals: Floats
    """(n, 58) real units; where no face is seen, whatever was recorded."""
    seen: Mask
    """(n,)"""
    target: Floats
    """(N, 58) at `motion.RATE`, as `Observed.target`."""


def degrade(
    observed: Observed, how: Degradation, rng: Rng, live: Live | None = None
) -> Degraded:
    """Return a take that was made of what a tracker saw.

    Args:
        observed: at least 3 frames.
        how: defects.
        rng: where chance comes from.
        live: our generator; without, no take is behind one.
    """
    observed = _lose(observed, how, rng)
    times, seen = observed.times_s, observed.seen
    behind = live is not None and rng.random() < how.live
    if behind:
        assert live is not None
        signals = live(observed, rng).copy()
    else:
        signals = observed.values.copy()
    lasts = float(times[-1] - times[0])
    rate = (len(times) - 1) / lasts
    _slip(signals, how, lasts, rate, rng)
    _swap(signals, how, lasts, rng)
    _pop(signals, how, lasts, rng)
    weights = signals[:, WEIGHTS]
    np.clip(weights, 0.0, 1.0, out=weights)
    if rng.random() < how.quantised:
        weights[:] = np.round(weights * 255.0) / np.float32(255.0)
    if rng.random() < how.duplicates:
        again = np.flatnonzero(rng.random(len(times) - 1) < rng.uniform(0.01, 0.05)) + 1
        signals[again] = signals[again - 1]
    if not behind and rate < 0.8 * RECORDED_HZ and rng.random() < how.repeated:
        times, shown = _recorded(times, rng)
        signals, seen = signals[shown], seen[shown]
    return Degraded(times, signals, seen, observed.target)


def _lose(observed: Observed, how: Degradation, rng: Rng) -> Observed:
    """Return what is seen with more gaps, the last values held through them."""
    times, seen = observed.times_s, observed.seen.copy()
    lasts = times[-1] - times[0]
    for _ in range(rng.poisson(how.gaps_per_s * lasts)):
        first_s = rng.uniform(times[0], times[-1])
        length_s = rng.uniform(*how.gap_s)
        if rng.random() < how.long_gaps:
            length_s = math.exp(
                rng.uniform(math.log(how.gap_s[1]), math.log(how.longest_s))
            )
        seen[(times >= first_s) & (times < first_s + length_s)] = False
    seen[0] = observed.seen[0]
    shown = np.maximum.accumulate(np.where(seen, np.arange(len(seen)), 0))
    return replace(
        observed,
        values=observed.values[shown],
        seen=seen,
        confidence=observed.confidence * seen,
        expression=observed.expression * seen[:, None],
    )


def _slip(
    signals: Floats, how: Degradation, lasts: float, rate: float, rng: Rng
) -> None:
    n = len(signals)
    for first in rng.integers(0, n, rng.poisson(how.slips_per_s * lasts)):
        length = max(2, round(rng.uniform(0.15, 0.8) * rate))
        off = rng.normal(0.0, how.slip, COUNT) * (rng.random(COUNT) < 0.2)
        off[TURN] *= 0.5
        off[PLACE] *= 0.05
        signals[first : first + length] += off.astype(np.float32)


def _swap(signals: Floats, how: Degradation, lasts: float, rng: Rng) -> None:
    n = len(signals)
    for first in rng.integers(0, n, rng.poisson(how.swaps_per_s * lasts)):
        last = first + int(rng.integers(1, 4))
        signals[first:last] = signals[first:last][:, SIDES]


def _pop(signals: Floats, how: Degradation, lasts: float, rng: Rng) -> None:
    n = len(signals)
    for first in rng.integers(0, n, rng.poisson(how.pops_per_s * lasts)):
        last = first + int(rng.integers(1, 3))
        size = rng.normal(0.0, how.pop, COUNT) * (
            rng.random(COUNT) < rng.uniform(0.03, 0.4)
        )
        size[TURN] *= 0.3
        size[PLACE] *= 0.05
        signals[first:last] += size.astype(np.float32)


def _recorded(
    times: npt.NDArray[np.float64], rng: Rng
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Return times and frames of a recorder that is quicker than the camera.

    It writes the latest frame, so what is new is a little old. By how much on average
    is not to be known, and is taken off: the clock of the take is the truth's.
    """
    step = 1.0 / RECORDED_HZ
    ticks = np.arange(times[0] + rng.uniform(0.0, 0.2) * step, times[-1], step)
    shown = np.searchsorted(times, ticks, side="right") - 1
    fresh = np.diff(shown, prepend=-1) > 0
    late = float(np.mean((ticks - times[shown])[fresh]))
    return np.maximum(ticks - late, 0.0), shown


def gaps_of(seen: Mask) -> list[tuple[int, int]]:
    """Return first and past the last frame of gaps that have a face on both sides."""
    return [(a, b) for a, b in runs(~seen) if a > 0 and b < len(seen)]
