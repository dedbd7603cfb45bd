"""Find defects in recorded motion, and bound how far the refiner may change each
sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from engines.motion.signals import COUNT, PLACE, SCALE, TURN
from protocols.arrays import Floats, Mask, Numbers
from protocols.channels import INDEX

from .grid import RATE, Grid, between, distance, ramp, runs

BRIDGED_S: Final = 0.5
"""Longest gap that is filled. Longer ones stay, and are marked for an animator."""
SPIKE: Final = 0.08
"""A pop is a jump away and back of at least this much, in the network's units ..."""
SPIKE_RATIO: Final = 3.0
"""... and at least this many times the difference between the samples around it."""
SPIKE_FRAMES: Final = 2
"""Longest pop, in samples."""

LEAP_S: Final = 0.135
"""Longest jump among a take's own frames, from the frame before it to the frame after:
two frames at 30 per second, one at 24."""

LEAP_MARGIN: Final = 1.1
"""A jump may be taken back by at most this many times its height (training only)."""

DEFECT_FADE: Final = 4.0
"""Samples around a defect over which the wider bound fades to the tight one."""
LOCK_FADE: Final = 9.0
"""Samples around a lock over which a change fades: 150 ms."""

_LIDS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]

TIGHT: Final = np.full(COUNT, 0.12, dtype=np.float32)
TIGHT[TURN], TIGHT[PLACE] = np.radians(2.5) * SCALE[TURN], 0.005 * SCALE[PLACE]
"""(58,) how far a sample without a defect may be moved, in the network's units."""
WIDE: Final = np.full(COUNT, 0.35, dtype=np.float32)
WIDE[TURN], WIDE[PLACE] = np.radians(8.0) * SCALE[TURN], 0.03 * SCALE[PLACE]
"""(58,) the same for a sample within a defect."""


@dataclass(frozen=True, slots=True, eq=False)
class Defects:
    """Where motion on the grid is defective; t samples."""

    gap: Mask
    """(t,) no face for up to `BRIDGED_S`, between two samples with a face."""
    lost: Mask
    """(t,) no face for longer, or at an end of the take."""
    repeat: Mask
    """(t,) the previous picture was shown again."""
    pop: Mask
    """(t, 58) a signal jumped away for one or two samples."""
    leap: Mask
    """(t, 58) a signal jumped away for one or two frames of a slower camera. A larger
    change is allowed there, but the guard treats it as a possible movement."""

    @property
    def missing(self) -> Mask:
        """(t,) samples to interpolate from those around."""
        return self.gap | self.repeat


def find_defects(grid: Grid, leap: Mask | None = None) -> Defects:
    """Return the defects of motion on the grid.

    Args:
        grid: the motion.
        leap: (t, 58) the result of `leaps`; None means no jumps.
    """
    gap = np.zeros(len(grid.seen), dtype=np.bool_)
    lost = np.zeros_like(gap)
    for first, last in runs(~grid.seen):
        inside = first > 0 and last < len(gap)
        short = inside and last - first <= round(BRIDGED_S * RATE)
        (gap if short else lost)[first:last] = True
    repeat = ~grid.fresh & grid.seen
    pop = _pops(grid.signals * SCALE)
    return Defects(gap, lost, repeat, pop, np.zeros_like(pop) if leap is None else leap)


def leaps(since: Numbers, at: Numbers, signals: Floats, missing: Mask) -> Mask:
    """Return (t, 58) True where a signal jumps away and back within two frames.

    Args:
        since: (n,) times of the take's frames, strictly rising, seconds.
        at: (t,) times of the samples on the same clock.
        signals: (n, 58) real units.
        missing: (n,) frames that are interpolated.
    """
    known = np.flatnonzero(~missing)
    if len(known) < 3:
        return np.zeros((len(at), signals.shape[1]), dtype=np.bool_)
    times = since[known]
    found = _pops(signals[known] * SCALE, times)
    low, share = between(times, at)
    high = np.minimum(low + 1, len(times) - 1)
    out: Mask = found[low] | (found[high] & (share > 0.0)[:, None])
    return out


def filled(values: npt.NDArray[np.float32], missing: Mask) -> Floats:
    """Return (t, k) values with the missing ones interpolated from those around.

    The curve neither overshoots nor leaves the range of the samples it joins (PCHIP).
    Missing values at an end hold the nearest known value.
    """
    known = np.flatnonzero(~missing)
    if len(known) == len(values) or not len(known):
        return values
    out = values.copy()
    wanted = np.flatnonzero(missing)
    inside = wanted[(wanted > known[0]) & (wanted < known[-1])]
    # Only the samples around a gap shape the curve across it.
    near = known[_around(known, inside)]
    if len(inside):
        out[inside] = PchipInterpolator(near, values[near], axis=0)(inside)
    out[: known[0]] = values[known[0]]
    out[known[-1] + 1 :] = values[known[-1]]
    return out


def bounds(grid: Grid, defects: Defects, whole: bool = False) -> Floats:
    """Return (t, 58) by how much a sample may be changed, in the network's units.

    The bound is tight where there is no defect, wider in and around defects, and 0 in
    lost samples. Around locks it fades to 0.

    Args:
        grid: motion.
        defects: of the grid.
        whole: allow a jump to be taken back in full, however large it is. Only training
            sets this; when refining, the limit is always `WIDE`.
    """
    missing = ramp(distance(defects.missing), DEFECT_FADE)[:, None]
    off = defects.pop | defects.leap
    pops = np.stack([ramp(distance(column), DEFECT_FADE) for column in off.T], axis=1)
    wide = np.maximum(missing, pops)
    out = TIGHT + wide * (WIDE - TIGHT)
    if whole:
        out = np.maximum(out, _heights(grid.signals * SCALE, off))
    for mask, reach in ((defects.lost, DEFECT_FADE), (grid.locked, LOCK_FADE)):
        out *= 1.0 - ramp(distance(mask), reach)[:, None]
    return np.asarray(out, dtype=np.float32)


def _heights(values: Floats, off: Mask) -> Floats:
    """Return (t, 58) the distance of jumps from the line below them, plus a margin."""
    out = np.zeros_like(values)
    at = np.arange(len(values))
    for k in np.flatnonzero(off.any(axis=0) & ~off.all(axis=0)):
        here, column = off[:, k], values[:, k]
        line = np.interp(at[here], at[~here], column[~here])
        out[here, k] = LEAP_MARGIN * np.abs(column[here] - line)
    return out


def _around(known: npt.NDArray[np.intp], inside: npt.NDArray[np.intp]) -> Mask:
    """Return True for known samples among the three before or after a missing one."""
    after = np.searchsorted(known, inside)
    keep = np.zeros(len(known), dtype=np.bool_)
    for step in (-3, -2, -1, 0, 1, 2):
        keep[np.clip(after + step, 0, len(known) - 1)] = True
    return keep


def _pops(values: Floats, times: Numbers | None = None) -> Mask:
    """Return (t, 58) True where a signal jumps away and back within `SPIKE_FRAMES`.

    Args:
        values: (t, 58) in the network's units.
        times: (t,) seconds: a jump takes at most `LEAP_S`. None sets no limit.
    """
    t = len(values)
    out = np.zeros(values.shape, dtype=np.bool_)
    for length in range(1, SPIKE_FRAMES + 1):
        if t < length + 2:
            break
        before, after = values[: t - length - 1], values[length + 1 :]
        apart = np.abs(after - before)
        if times is not None:
            apart[times[length + 1 :] - times[: t - length - 1] > LEAP_S] = np.inf
        for k in range(1, length + 1):
            here = values[k : t - length - 1 + k]
            share = k / (length + 1)
            off = np.abs(here - (before + share * (after - before)))
            leaps = (off > SPIKE) & (off > SPIKE_RATIO * apart)
            out[k : t - length - 1 + k] |= leaps
    # Both lids at once are a blink, however quick.
    both = out[:, _LIDS[0]] & out[:, _LIDS[1]]
    out[:, _LIDS] &= ~both[:, None]
    return out
