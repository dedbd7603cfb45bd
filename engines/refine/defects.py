"""What is wrong with recorded motion, and how far the refiner may go to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from engines.motion.signals import COUNT, PLACE, SCALE, TURN
from protocols.channels import INDEX

from .grid import RATE, Floats, Grid, Mask, Numbers, between, distance, ramp, runs

BRIDGED_S: Final = 0.5
"""Longer gaps are nobody's to make up: they stay, and are marked for an animator."""
SPIKE: Final = 0.08
"""A leap there and back of at least so much, in the network's units, is a pop ..."""
SPIKE_RATIO: Final = 3.0
"""... where it is so many times as high as what the ends of it differ."""
SPIKE_FRAMES: Final = 2
"""Samples that a pop takes at most."""

LEAP_S: Final = 0.135
"""A leap of a take's own frames takes at most so long, from the frame before to the
frame after: two frames of 30 a second, one of 24."""

HIGHER: Final = 1.1
"""Times the height of a leap that it may be taken back by."""

EDGE: Final = 4.0
"""Samples around a defect in which more than usual may be changed."""
LOCK: Final = 9.0
"""Samples around a lock over which a change fades: 150 ms."""

_LIDS: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]

TIGHT: Final = np.full(COUNT, 0.12, dtype=np.float32)
TIGHT[TURN], TIGHT[PLACE] = np.radians(2.5) * SCALE[TURN], 0.005 * SCALE[PLACE]
"""(58,) how far a sample may be moved where nothing is wrong, the network's units."""
WIDE: Final = np.full(COUNT, 0.35, dtype=np.float32)
WIDE[TURN], WIDE[PLACE] = np.radians(8.0) * SCALE[TURN], 0.03 * SCALE[PLACE]
"""(58,) the same within a defect."""


@dataclass(frozen=True, slots=True, eq=False)
class Defects:
    """Where motion on the grid is defective; t samples."""

    gap: Mask
    """(t,) nobody was seen, for up to `BRIDGED_S`, between two samples that are."""
    lost: Mask
    """(t,) nobody was seen for longer, or at an end."""
    repeat: Mask
    """(t,) the picture before was shown again."""
    pop: Mask
    """(t, 58) a signal leapt away for a sample or two."""
    leap: Mask
    """(t, 58) it did for a frame or two of a slower camera: more may be changed there,
    but it can be a movement, and is guarded as one."""

    @property
    def missing(self) -> Mask:
        """(t,) samples that are to be made up from those around."""
        return self.gap | self.repeat


def find_defects(grid: Grid, leap: Mask | None = None) -> Defects:
    """Return what is wrong with motion on the grid.

    Args:
        grid: the motion.
        leap: (t, 58) see `leaps`; none without.
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
    """Return (t, 58) where a signal leaps away and back within two frames.

    Args:
        since: (n,) of the take's frames, strictly rising, seconds.
        at: (t,) instants of the samples on the same clock.
        signals: (n, 58) real units.
        missing: (n,) frames that are made up.
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
    """Return (t, k) values, the missing ones drawn through those around.

    The curve neither rings nor leaves the range of the samples it joins (PCHIP). What
    is missing at an end is held.
    """
    known = np.flatnonzero(~missing)
    if len(known) == len(values) or not len(known):
        return values
    out = values.copy()
    wanted = np.flatnonzero(missing)
    inside = wanted[(wanted > known[0]) & (wanted < known[-1])]
    # Only what lies around a gap shapes the curve across it.
    near = known[_around(known, inside)]
    if len(inside):
        out[inside] = PchipInterpolator(near, values[near], axis=0)(inside)
    out[: known[0]] = values[known[0]]
    out[known[-1] + 1 :] = values[known[-1]]
    return out


def bounds(grid: Grid, defects: Defects, whole: bool = False) -> Floats:
    """Return (t, 58) by how much a sample may be changed, in the network's units.

    Tight where nothing is wrong, wider in defects and around them, nothing where all
    is lost; around locks it fades to nothing.

    Args:
        grid: motion.
        defects: of the grid.
        whole: a signal may be taken back from a leap however far it leapt. Only
            training asks for it: the tool's own limit is `WIDE`, whatever comes.
    """
    missing = ramp(distance(defects.missing), EDGE)[:, None]
    off = defects.pop | defects.leap
    pops = np.stack([ramp(distance(column), EDGE) for column in off.T], axis=1)
    wide = np.maximum(missing, pops)
    out = TIGHT + wide * (WIDE - TIGHT)
    if whole:
        out = np.maximum(out, _heights(grid.signals * SCALE, off))
    for mask, reach in ((defects.lost, EDGE), (grid.locked, LOCK)):
        out *= 1.0 - ramp(distance(mask), reach)[:, None]
    return np.asarray(out, dtype=np.float32)


def _heights(values: Floats, off: Mask) -> Floats:
    """Return (t, 58) how far leaps lead from the line below them, and a little more."""
    out = np.zeros_like(values)
    at = np.arange(len(values))
    for k in np.flatnonzero(off.any(axis=0) & ~off.all(axis=0)):
        here, column = off[:, k], values[:, k]
        line = np.interp(at[here], at[~here], column[~here])
        out[here, k] = HIGHER * np.abs(column[here] - line)
    return out


def _around(known: npt.NDArray[np.intp], inside: npt.NDArray[np.intp]) -> Mask:
    """Return which known samples are among the three before or after a missing one."""
    after = np.searchsorted(known, inside)
    keep = np.zeros(len(known), dtype=np.bool_)
    for step in (-3, -2, -1, 0, 1, 2):
        keep[np.clip(after + step, 0, len(known) - 1)] = True
    return keep


def _pops(values: Floats, times: Numbers | None = None) -> Mask:
    """Return (t, 58) where a signal leaps away and back within `SPIKE_FRAMES`.

    Args:
        values: (t, 58) in the network's units.
        times: (t,) seconds: a leap takes at most `LEAP_S`; without, any time.
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
