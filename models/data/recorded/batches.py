"""Takes on the refiner's grid, cut into windows and laid side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, SCALE
from engines.refine.chunks import SIDES, SIGN, filled_frames
from engines.refine.defects import bounds, find_defects, leaps
from engines.refine.frames import frames_of
from engines.refine.grid import RATE, sampled
from engines.refine.layout import INPUT_ROWS, LENGTH
from engines.refine.window import centred, filled_signals, input_rows
from models.data.motion.noise import at
from models.data.motion.performance import RATE as TARGET_RATE
from protocols.arrays import Floats, Mask

from .defects import Degraded, Rng

STILL: Final = 0.036
"""A signal that moves by less than so much a second, in the network's units, stands
still."""
WHOLE: Final = 0.5
"""Share of takes in which leaps may be taken back whole."""
LOCKED: Final = 0.1
"""Share of takes in which an animator has set a part right and locked it."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A take as the network sees it, t samples; signals first, as windows have them."""

    told: Floats
    """(TOLD, t)"""
    ready: Floats
    """(58, t) what the residual is added to."""
    bound: Floats
    """(58, t)"""
    target: Floats
    """(58, t) what should come out, in the network's units."""
    still: Mask
    """(58, t) where the target stands still."""
    known: Mask
    """(t,) not lost: what counts."""
    missing: Mask
    """(t,) made up from what is around: gaps and repetitions."""
    gap: Mask
    """(t,) gaps alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """b windows of `LENGTH` samples, all float32; fields as in `Sheet`."""

    told: Floats
    """(b, TOLD, t) centred."""
    ready: Floats
    """(b, 58, t)"""
    bound: Floats
    target: Floats
    still: Floats
    known: Floats
    """(b, 1, t)"""
    missing: Floats
    gap: Floats


def sheet_of(
    degraded: Degraded, locked: Mask | None = None, whole: bool = False
) -> Sheet:
    """Return a take as the network is told of it, by the code that ships.

    Args:
        degraded: a take.
        locked: (n,) frames that must stay; none without.
        whole: see `bounds`.
    """
    nothing = np.zeros(len(degraded.seen), dtype=np.bool_)
    frames = frames_of(
        degraded.times_s,
        degraded.signals,
        degraded.seen,
        nothing if locked is None else locked,
    )
    since = np.arange(int(frames.times_s[-1] * RATE) + 1) / RATE
    missing = frames.missing
    signals = filled_frames(frames.times_s, frames.read(slice(None)), missing)
    grid = sampled(
        frames.times_s, since, signals, frames.seen, ~frames.repeat, frames.locked
    )
    defects = find_defects(grid, leaps(frames.times_s, since, signals, missing))
    values = filled_signals(grid, defects)
    reach = bounds(grid, defects, whole)
    when = degraded.times_s[0] + since
    span = 0.5 / TARGET_RATE
    clean = at(degraded.target, when) * SCALE
    moved = at(degraded.target, when + span) - at(degraded.target, when - span)
    return Sheet(
        told=input_rows(values, grid, defects, reach),
        ready=np.ascontiguousarray(values.T),
        bound=np.ascontiguousarray(reach.T),
        target=np.ascontiguousarray(clean.T),
        still=np.abs(moved * (SCALE * TARGET_RATE)).T < STILL,
        known=~defects.lost,
        missing=defects.missing,
        gap=defects.gap,
    )


def draw_sheet(degraded: Degraded, rng: Rng) -> Sheet:
    """Return `sheet_of`, for some with a part that an animator has locked.

    In some leaps may be taken back whole: how far it may go is not the network's to
    decide, which does well either way.
    """
    whole = bool(rng.random() < WHOLE)
    if rng.random() >= LOCKED:
        return sheet_of(degraded, whole=whole)
    length_s = rng.uniform(0.1, 1.0)
    first_s = rng.uniform(degraded.times_s[0], degraded.times_s[-1])
    locked = (degraded.times_s >= first_s) & (degraded.times_s < first_s + length_s)
    signals = degraded.signals.copy()
    signals[locked] = at(degraded.target, degraded.times_s[locked])
    mended = Degraded(
        degraded.times_s, signals, degraded.seen | locked, degraded.target
    )
    return sheet_of(mended, locked, whole)


def windows(
    sheets: Sequence[Sheet],
    size: int,
    rng: Rng,
    renew: Callable[[Rng], Sheet] | None = None,
) -> Iterator[Batch]:
    """Yield batches of random windows, for ever.

    Args:
        sheets: to begin with, each of at least `LENGTH` samples.
        size: windows a batch.
        rng: where chance comes from.
        renew: makes a take that takes the place of another, one a batch: what was
            made once is learned by heart.
    """
    sheets = list(sheets)
    while True:
        if renew is not None:
            sheets[int(rng.integers(len(sheets)))] = renew(rng)
        chosen = rng.integers(0, len(sheets), size)
        yield window_batch([sheets[int(k)] for k in chosen], rng)


def window_batch(chosen: Sequence[Sheet], rng: Rng) -> Batch:
    """Return a window of each, some in a mirror."""
    b, wide = len(chosen), (COUNT, LENGTH)
    out = Batch(
        told=np.empty((b, INPUT_ROWS, LENGTH), dtype=np.float32),
        ready=np.empty((b, *wide), dtype=np.float32),
        bound=np.empty((b, *wide), dtype=np.float32),
        target=np.empty((b, *wide), dtype=np.float32),
        still=np.empty((b, *wide), dtype=np.float32),
        known=np.empty((b, 1, LENGTH), dtype=np.float32),
        missing=np.empty((b, 1, LENGTH), dtype=np.float32),
        gap=np.empty((b, 1, LENGTH), dtype=np.float32),
    )
    for k, sheet in enumerate(chosen):
        first = int(rng.integers(0, len(sheet.known) - LENGTH + 1))
        cut = slice(first, first + LENGTH)
        mirrored = rng.random() < 0.5
        order = SIDES if mirrored else np.arange(COUNT)
        sign = (SIGN if mirrored else np.ones_like(SIGN))[:, None]
        rows = sheet.told[:, cut]
        out.told[k, :COUNT] = rows[:COUNT][order] * sign
        out.told[k, COUNT : 2 * COUNT] = rows[COUNT : 2 * COUNT][order] * sign
        out.told[k, 2 * COUNT : 3 * COUNT] = rows[2 * COUNT : 3 * COUNT][order]
        out.told[k, 3 * COUNT :] = rows[3 * COUNT :]
        out.ready[k] = sheet.ready[order, cut] * sign
        out.target[k] = sheet.target[order, cut] * sign
        out.bound[k] = sheet.bound[order, cut]
        out.still[k] = sheet.still[order, cut]
        out.known[k, 0] = sheet.known[cut]
        out.missing[k, 0] = sheet.missing[cut]
        out.gap[k, 0] = sheet.gap[cut]
    out.told[:] = centred(out.told)
    return out
