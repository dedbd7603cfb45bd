"""The network over a take of any length, a stretch of a minute at a time.

Stretches and windows are counted from the take's first frame, and what a window is told
reaches no further than the margin: what the network makes of a second depends on
nothing that is far away, and memory on no take's length.

    take     |--------- stretch ---------|--------- stretch ---------|-- ...
    windows  |= 256 =|
                 |= 256 =|      a new one every 128 samples, faded into each other
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from engines.motion.signals import COUNT, PLACE, SCALE, TURN
from engines.runtime.engine import Engine
from protocols.channels import ARKIT, opposite

from .defects import Defects, bounds, find_defects, leaps
from .frames import Frames
from .grid import (
    RATE,
    Floats,
    Grid,
    Ints,
    Mask,
    Numbers,
    curved,
    drawn,
    runs,
    sampled,
    shown_again,
)
from .layout import LENGTH
from .rest_smoothing import stilled
from .window import centred, ready, told

HOP: Final = LENGTH // 2
STRETCH: Final = 28 * HOP
"""Samples: one minute."""
MARGIN: Final = 4 * HOP
"""Samples beside a stretch that it is judged by: gaps and locks end within."""

_FADE: Final = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(LENGTH) / LENGTH)).astype(
    np.float32
)[:, None]
"""Hann: two windows a hop apart sum to 1."""

SIDES: Final[Ints] = np.array(
    [ARKIT.index(opposite(name)) for name in ARKIT] + list(range(len(ARKIT), COUNT))
)
"""(58,) the signal on the other side."""
SIGN: Final[Floats] = np.ones(COUNT, dtype=np.float32)
"""(58,) what a mirror does to a signal beside swapping sides."""
SIGN[[TURN.start + 1, TURN.start + 2, PLACE.start]] = -1.0
_ROWS: Final = np.concatenate([SIDES, COUNT + SIDES, 2 * COUNT + SIDES])
_ROW_SIGN: Final = np.concatenate([SIGN, SIGN, np.ones_like(SIGN)])[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """Frames `part` of a take as the network would have them; k of them."""

    part: slice
    base: Floats
    """(k, 58) real units: as recorded, missing frames drawn through those around."""
    target: Floats
    """(k, 58) real units: the same with what the network adds."""
    pop: Mask
    """(k, 58) a signal leapt away for a frame or two."""


def stretches(frames: Frames) -> list[tuple[int, slice]]:
    """Return the first sample of each stretch that has frames, and which frames."""
    at = np.floor(np.round(frames.times_s * RATE, 6) / STRETCH).astype(np.int64)
    numbers, firsts = np.unique(at, return_index=True)
    ends = [*firsts[1:].tolist(), len(at)]
    return [
        (int(number) * STRETCH, slice(first, last))
        for number, first, last in zip(numbers, firsts.tolist(), ends, strict=True)
    ]


def mend(engine: Engine, frames: Frames, start: int, part: slice) -> Mended:
    """Return one of the `stretches` as the network would have it.

    What the network says may be anything: it is taken for at most 1, and what is not
    finite stays so, for whoever judges the take.
    """
    last = int(np.ceil(round(float(frames.times_s[-1]) * RATE, 6)))
    low, high = max(start - MARGIN, 0), min(start + STRETCH + MARGIN, last) + 1
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
    values, reach = ready(grid, defects), bounds(grid, defects)
    added = reach * _residual(engine, grid, defects, values, reach, start - low)
    rest = stilled(values + added) - values
    # Where the network leaves a sample as it is, so does this.
    added = np.where(added != 0.0, np.clip(rest, -reach, reach), 0.0)
    places = (frames.times_s[part] - low / RATE) * RATE
    inside = slice(part.start - near.start, part.stop - near.start)
    base, made = signals[inside], missing[inside]
    base[made] = (drawn(places, values) / SCALE)[made]
    nearest = np.round((since - low / RATE) * RATE).astype(np.intp)
    pop = defects.pop[np.clip(nearest, 0, len(values) - 1)]
    pop = shown_again(pop, frames.repeat[near])[inside]
    # What the network says, and not the change on the grid, for that leaves all noise
    # in that the grid has smoothed away by itself. Bounds hold on frames as well.
    change = curved(places, values + added) / SCALE - base
    most = drawn(places, reach) / SCALE
    change = np.clip(change, -most, most)
    change[(drawn(places, np.abs(added)) == 0.0).all(axis=1)] = 0.0
    target = base + change
    _draw_past_pops(places, base, made, pop)
    return Mended(part, base, target, pop)


def _draw_past_pops(places: Numbers, base: Floats, made: Mask, pop: Mask) -> None:
    """Draw, in place, missing frames up to a pop through those around: on the grid they
    lie on the way to what was never there, and would pass for an event.

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
    """Return (k, 58) frames, the missing ones drawn through those around in time.

    On the grid they would otherwise mix with the sound frames beside them.
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
    """Return (t, 58) of -1 to 1, right for a stretch from sample `at` on and a hop to
    either side of it.

    Beyond the ends of the take the network sees it in a mirror.
    """
    t = len(values)
    end = min(at + STRETCH, t)
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
    rows = told(values[index], beyond, broken, reach[index])
    out = np.zeros((len(index), COUNT), np.float32)
    for first in range(0, len(index) - LENGTH + 1, HOP):
        here = slice(first, first + LENGTH)
        if reach[index[here]].any():
            out[here] += _FADE * _both_ways(engine, centred(rows[:, here]))
    whole = np.zeros((t, COUNT), np.float32)
    begin, stop = max(at - HOP, 0), min(at + STRETCH + HOP, t)
    whole[begin:stop] = out[begin - firsts[0] : stop - firsts[0]]
    return whole


def _both_ways(engine: Engine, window: Floats) -> Floats:
    """Return (LENGTH, 58), the mean of the window's answer and its mirror image's."""
    there = _answer(engine, window)
    mirrored = window.copy()
    mirrored[: 3 * COUNT] = window[_ROWS] * _ROW_SIGN
    back = _answer(engine, mirrored)[:, SIDES] * SIGN
    return np.asarray(0.5 * (there + back), np.float32)


def _answer(engine: Engine, window: Floats) -> Floats:
    out = engine.run({"window": window[None]})["residual"][0].T
    # np.clip lets NaN through; a copy, for the engine may use its arrays again.
    return np.asarray(np.clip(out, -1.0, 1.0), np.float32)


def _reflected(index: Ints, count: int) -> Ints:
    """Return places within 0 and count - 1, folded back at the ends."""
    period = max(2 * (count - 1), 1)
    folded = index % period
    return np.minimum(folded, period - folded) if count > 1 else np.zeros_like(index)
