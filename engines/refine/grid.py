"""Convert a take's frames to the regular grid that the refiner works on, and back.

Only changes come back from the grid: a frame without a change keeps its exact bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Mask, Numbers
from protocols.easing import smoothstep

Ints = npt.NDArray[np.intp]

RATE: Final = 60
"""Samples per second."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Frames at `RATE`, t of them."""

    signals: Floats
    """(t, 58) real units, interpolated linearly between the take's frames."""
    seen: Mask
    """(t,) the nearest frame shows a face."""
    fresh: Mask
    """(t,) the nearest frame does not repeat the one before."""
    locked: Mask
    """(t,) one of the two frames around it must stay as it is."""


def to_grid(times_s: Numbers, signals: Floats, seen: Mask, locked: Mask) -> Grid:
    """Return the frames on a grid that starts at the first frame.

    Args:
        times_s: (n,) strictly rising.
        signals: (n, 58) real units.
        seen: (n,) a face was found.
        locked: (n,) the frame must stay as it is.
    """
    since = times_s - times_s[0]
    at = np.arange(round(float(since[-1]) * RATE) + 1) / RATE
    return sampled(since, at, signals, seen, ~repeats(signals), locked)


def sampled(
    since: Numbers, at: Numbers, signals: Floats, seen: Mask, fresh: Mask, locked: Mask
) -> Grid:
    """Return the frames sampled at given times.

    Args:
        since: (n,) frame times, strictly rising, seconds.
        at: (t,) sample times on the same clock; the first and last frame are held
            beyond the ends.
        signals: (n, 58) real units.
        seen: (n,) a face was found.
        fresh: (n,) the frame does not repeat the one before.
        locked: (n,) the frame must stay as it is.
    """
    low, share = between(since, at)
    high = np.minimum(low + 1, len(since) - 1)
    weight = share.astype(np.float32)[:, None]
    values = signals[low] + weight * (signals[high] - signals[low])
    near = np.where(share < 0.5, low, high)
    return Grid(
        np.asarray(values, dtype=np.float32),
        seen[near],
        fresh[near],
        locked[low] | (locked[high] & (share > 0.0)),
    )


def from_grid(times_s: Numbers, values: Floats) -> Floats:
    """Return (n, k) values at frame times from (t, k) on the grid, linear between.

    Args:
        times_s: (n,) of the take, as given to `to_grid`.
        values: (t, k)
    """
    return interpolated((times_s - times_s[0]) * RATE, values)


def interpolated(places: Numbers, values: Floats) -> Floats:
    """Return (n, k) values at places between (t, k) samples, interpolated linearly.

    Args:
        places: (n,) in samples; the end values are held beyond the ends.
        values: (t, k)
    """
    place = np.clip(places, 0.0, len(values) - 1.0)
    low = place.astype(np.intp)
    high = np.minimum(low + 1, len(values) - 1)
    share = (place - low).astype(np.float32)[:, None]
    out: Floats = values[low] + share * (values[high] - values[low])
    return out


def interpolated_cubic(places: Numbers, values: Floats) -> Floats:
    """Return (n, k) values at places between (t, k) samples, on cubics through four
    samples.

    Catmull and Rom, "A class of local interpolating splines", 1974: the curve passes
    through the samples, and each value depends only on samples at most two away.

    Args:
        places: (n,) in samples; the end values are held beyond the ends.
        values: (t, k)
    """
    place = np.clip(places, 0.0, len(values) - 1.0)
    low = place.astype(np.intp)
    u = (place - low).astype(np.float32)[:, None]
    a, b, c, d = (
        values[np.clip(low + step, 0, len(values) - 1)] for step in (-1, 0, 1, 2)
    )
    bend = u * (2.0 * a - 5.0 * b + 4.0 * c - d + u * (3.0 * (b - c) + d - a))
    out: Floats = b + 0.5 * u * (c - a + bend)
    return out


def between(since: Numbers, at: Numbers) -> tuple[Ints, Numbers]:
    """Return for each time the frame before it and the share of the way to the next, 0
    to 1.

    Args:
        since: (n,) strictly rising.
        at: (t,) times; the first and last frame are held beyond the ends.
    """
    low = np.clip(np.searchsorted(since, at, side="right") - 1, 0, len(since) - 1)
    high = np.minimum(low + 1, len(since) - 1)
    step = np.maximum(since[high] - since[low], 1e-9)
    share = np.where(high > low, (at - since[low]) / step, 0.0)
    # Rounding puts a frame exactly on a sample despite binary fractions in the times.
    share = np.clip(np.round(share, 6), 0.0, 1.0)
    on = (share == 1.0) & (high > low)
    return low + on, np.where(on, 0.0, share)


LONGEST_REPEAT: Final = 6
"""Longest run of equal frames that counts as repetition. Longer runs are a face at
rest."""


def repeats(signals: Floats) -> Mask:
    """Return (n,) True for frames that repeat the one before, in runs of a few."""
    same = np.zeros(len(signals), dtype=np.bool_)
    same[1:] = (signals[1:] == signals[:-1]).all(axis=1)
    for first, last in runs(same):
        if last - first > LONGEST_REPEAT:
            same[first:last] = False
    return same


def spread_to_repeats(mask: Mask, repeat: Mask) -> Mask:
    """Return (n, k) the mask of frames, extended to the frames that repeat them.

    Args:
        mask: (n, k) of frames.
        repeat: (n,) frames that show the one before.
    """
    out = mask.copy()
    for first, end in runs(repeat):
        out[first:end] |= out[max(first - 1, 0)]
    return out


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Return the first place and the place after the last of every run of True."""
    padded = np.concatenate([[False], mask, [False]])
    edges = np.flatnonzero(np.diff(padded.astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def ramp(distance: Numbers, reach: float) -> Floats:
    """Return 1 at distance 0, eased to 0 at `reach` and beyond."""
    return np.asarray(smoothstep(1.0 - distance / reach), dtype=np.float32)


def distance(mask: Mask) -> Numbers:
    """Return (t,) samples from the nearest True; t if there is none."""
    at = np.arange(len(mask))
    if not mask.any():
        return np.full(len(mask), float(len(mask)))
    places = np.flatnonzero(mask)
    after = np.searchsorted(places, at)
    right = places[np.minimum(after, len(places) - 1)]
    left = places[np.maximum(after - 1, 0)]
    return np.asarray(np.minimum(np.abs(at - left), np.abs(right - at)), np.float64)
