"""Run the network over a take of any length, in chunks of one minute.

Chunks and windows are counted from the first frame of the take. The input of a chunk
reaches no further than `MARGIN` to either side. So the result at one second does not
depend on anything far away, and memory does not grow with the length of the take.

    take     |---------- chunk ----------|---------- chunk ----------|-- ...
    windows  |= 256 =|
                 |= 256 =|      one every 128 samples, cross-faded
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from engines.motion.signals import COUNT, PLACE, SCALE, TURN
from engines.runtime.engine import Engine
from protocols.arrays import Floats, Mask, Numbers
from protocols.channels import ARKIT, opposite

from .defects import Defects, bounds, find_defects, leaps
from .frames import Frames
from .grid import (
    RATE,
    Grid,
    Ints,
    interpolated,
    interpolated_cubic,
    runs,
    sampled,
    spread_to_repeats,
)
from .layout import LENGTH
from .rest_smoothing import smoothed_at_rest
from .window import centred, filled_signals, input_rows

HOP: Final = LENGTH // 2
CHUNK: Final = 28 * HOP
"""Samples: one minute."""
MARGIN: Final = 4 * HOP
"""Samples on either side that a chunk's input includes; gaps and locks end within
them."""

_FADE: Final = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(LENGTH) / LENGTH)).astype(
    np.float32
)[:, None]
"""Hann window: two of them, one `HOP` apart, sum to 1."""

SIDES: Final[Ints] = np.array(
    [ARKIT.index(opposite(name)) for name in ARKIT] + list(range(len(ARKIT), COUNT))
)
"""(58,) index of the same signal on the other side of the face."""
SIGN: Final[Floats] = np.ones(COUNT, dtype=np.float32)
"""(58,) -1 where mirroring the face flips a signal's sign, else 1."""
SIGN[[TURN.start + 1, TURN.start + 2, PLACE.start]] = -1.0
_ROWS: Final = np.concatenate([SIDES, COUNT + SIDES, 2 * COUNT + SIDES])
_ROW_SIGN: Final = np.concatenate([SIGN, SIGN, np.ones_like(SIGN)])[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class RefinedChunk:
    """The network's result for frames `part` of a take; k of them."""

    part: slice
    base: Floats
    """(k, 58) real units: as recorded, with missing frames interpolated."""
    target: Floats
    """(k, 58) real units: `base` plus what the network adds."""
    pop: Mask
    """(k, 58) True where a signal jumped away for one or two frames."""


def chunks_of(frames: Frames) -> list[tuple[int, slice]]:
    """Return the first grid sample and the frames of each chunk that has frames."""
    at = np.floor(np.round(frames.times_s * RATE, 6) / CHUNK).astype(np.int64)
    numbers, firsts = np.unique(at, return_index=True)
    ends = [*firsts[1:].tolist(), len(at)]
    return [
        (int(number) * CHUNK, slice(first, last))
        for number, first, last in zip(numbers, firsts.tolist(), ends, strict=True)
    ]


def refine_chunk(
    engine: Engine, frames: Frames, start: int, part: slice
) -> RefinedChunk:
    """Return the network's result for one of the chunks from `chunks_of`.

    The network's output is clipped to -1 to 1. Values that are not finite stay, so that
    `verdict.judge` can reject the take.
    """
    last = int(np.ceil(round(float(frames.times_s[-1]) * RATE, 6)))
    low, high = max(start - MARGIN, 0), min(start + CHUNK + MARGIN, last) + 1
    near = _near(frames, low / RATE, (high - 1) / RATE)
    since = frames.times_s[near]
    missing = frames.missing[near]
    signals = filled_frames(since, frames.read(near), missing)
    at = np.arange(low, high) / RATE
    grid = sampled(
        since,
        at,
        signals,
        frames.seen[near],
        ~frames.repeat[near],
        frames.locked[near],
    )
    defects = find_defects(grid, leaps(since, at, signals, missing))
    values, reach = filled_signals(grid, defects), bounds(grid, defects)
    added = reach * _residual(engine, grid, defects, values, reach, start - low)
    rest = smoothed_at_rest(values + added) - values
    # Samples that the network leaves unchanged stay unchanged here too.
    added = np.where(added != 0.0, np.clip(rest, -reach, reach), 0.0)
    places = (frames.times_s[part] - low / RATE) * RATE
    inside = slice(part.start - near.start, part.stop - near.start)
    base, made = signals[inside], missing[inside]
    base[made] = (interpolated(places, values) / SCALE)[made]
    nearest = np.round((since - low / RATE) * RATE).astype(np.intp)
    pop = defects.pop[np.clip(nearest, 0, len(values) - 1)]
    pop = spread_to_repeats(pop, frames.repeat[near])[inside]
    # Take the change relative to the frames, not to the grid: resampling to the grid
    # has already smoothed some noise away. The bounds hold on frames as well.
    change = interpolated_cubic(places, values + added) / SCALE - base
    most = interpolated(places, reach) / SCALE
    change = np.clip(change, -most, most)
    change[(interpolated(places, np.abs(added)) == 0.0).all(axis=1)] = 0.0
    target = base + change
    _fill_past_pops(places, base, made, pop)
    return RefinedChunk(part, base, target, pop)


def _fill_past_pops(places: Numbers, base: Floats, made: Mask, pop: Mask) -> None:
    """Interpolate missing frames next to a pop from the good frames around, in place.

    On the grid these frames lie between good frames and the pop, and would look like an
    event.

    Args:
        places: (k,) of the frames.
        base: (k, 58) signals; written to.
        made: (k,) missing frames.
        pop: (k, 58) pops.
    """
    beside = np.zeros_like(pop)
    for first, end in runs(made):
        for edge in (first - 1, end):
            if 0 <= edge < len(made):
                beside[first:end] |= pop[edge]
    beside &= ~pop
    for channel in np.flatnonzero(beside.any(axis=0)):
        known = ~made & ~pop[:, channel]
        if not known.any():
            continue
        here = beside[:, channel]
        base[here, channel] = np.interp(
            places[here], places[known], base[known, channel]
        )


def _near(frames: Frames, first_s: float, last_s: float) -> slice:
    """Return the frames between two instants, and one more on either side."""
    first = int(np.searchsorted(frames.times_s, first_s, side="left")) - 1
    last = int(np.searchsorted(frames.times_s, last_s, side="right")) + 1
    return slice(max(first, 0), min(last, len(frames.times_s)))


def filled_frames(since: Numbers, signals: Floats, missing: Mask) -> Floats:
    """Return (k, 58) frames with the missing ones interpolated in time (PCHIP).

    Without this, resampling to the grid would mix them with the good frames beside
    them.
    """
    known = np.flatnonzero(~missing)
    if len(known) in (0, len(missing)):
        return signals
    if len(known) == 1:
        return np.repeat(signals[known], len(signals), axis=0)
    out = signals.copy()
    draw = PchipInterpolator(since[known], signals[known], axis=0, extrapolate=False)
    within = np.clip(since[missing], since[known[0]], since[known[-1]])
    out[missing] = draw(within)
    return out


def _residual(
    engine: Engine, grid: Grid, defects: Defects, values: Floats, reach: Floats, at: int
) -> Floats:
    """Return (t, 58) values of -1 to 1 for the chunk from sample `at` on, and one hop
    to either side.

    Beyond the ends of the take the network's input is mirrored in time.
    """
    t = len(values)
    end = min(at + CHUNK, t)
    firsts = range(at - 2 * HOP, end + HOP, HOP)
    index = _reflected(np.arange(firsts[0], firsts[-1] + LENGTH), t)
    beyond = Grid(
        grid.signals[index], grid.seen[index], grid.fresh[index], grid.locked[index]
    )
    broken = Defects(
        defects.gap[index],
        defects.lost[index],
        defects.repeat[index],
        defects.pop[index],
        defects.leap[index],
    )
    rows = input_rows(values[index], beyond, broken, reach[index])
    out = np.zeros((len(index), COUNT), np.float32)
    for first in range(0, len(index) - LENGTH + 1, HOP):
        here = slice(first, first + LENGTH)
        if reach[index[here]].any():
            out[here] += _FADE * _both_ways(engine, centred(rows[:, here]))
    whole = np.zeros((t, COUNT), np.float32)
    begin, stop = max(at - HOP, 0), min(at + CHUNK + HOP, t)
    whole[begin:stop] = out[begin - firsts[0] : stop - firsts[0]]
    return whole


def _both_ways(engine: Engine, window: Floats) -> Floats:
    """Return (LENGTH, 58): the mean of the outputs for a window and its mirror
    image."""
    there = _answer(engine, window)
    mirrored = window.copy()
    mirrored[: 3 * COUNT] = window[_ROWS] * _ROW_SIGN
    back = _answer(engine, mirrored)[:, SIDES] * SIGN
    return np.asarray(0.5 * (there + back), np.float32)


def _answer(engine: Engine, window: Floats) -> Floats:
    out = engine.run({"window": window[None]})["residual"][0].T
    # np.clip passes NaN on. The result is a copy, because the engine may reuse its
    # arrays.
    return np.asarray(np.clip(out, -1.0, 1.0), np.float32)


def _reflected(index: Ints, count: int) -> Ints:
    """Return indices folded back at the ends into 0 to count - 1."""
    period = max(2 * (count - 1), 1)
    folded = index % period
    return np.minimum(folded, period - folded) if count > 1 else np.zeros_like(index)
