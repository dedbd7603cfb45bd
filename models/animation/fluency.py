"""How fluent a character's motion is: jerk, breaks, and time in which nothing moves.

Measured on points of the posed mesh, not on pictures, so that no tracker's noise
counts. A smooth motion is not yet a good one: a face that never moves has no jerk. So
these numbers stand beside the fidelity, and lids count for dead time only. A blink is
quick, and a method that misses it would count as smoother.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats, Mask, Numbers

RATE_HZ: Final = 30.0
"""Motion is measured at this rate, whatever that of the clip."""
WINDOW_S: Final = 1.0
"""Jerk is measured in windows of this length."""
MOVES: Final = 0.2
"""Eye distances a second, about 12 mm: a window in which no point is as fast has no
jerk, for that would be the jerk of breath and noise."""
DEAD: Final = 0.01
"""Eye distances a second, about 0.6 mm: slower motion than that is not seen."""
ALONE: Final = 4.0
"""A break is an acceleration so many times those two frames before and after."""
SUDDEN: Final = 0.5
"""Eye distances a second squared, mean of all points: the least of a break."""


@dataclass(frozen=True, slots=True)
class Fluency:
    """Of one performance; NaN where it is too short or too still to tell."""

    jerk: float
    """Log dimensionless jerk, mean over windows: the larger, the rougher. A motion of
    least jerk from rest to rest that fills a window has 5.0."""
    breaks: float
    """A minute: instants at which speed or direction change within one frame, with
    steady motion before and after."""
    dead: float
    """0 to 1: the share of time in which no point moves."""


def fluency(places: Floats, times: Numbers, lids: Mask) -> Fluency:
    """Return how fluent a motion is.

    Args:
        places: (F, P, 3) points in eye distances.
        times: (F,) seconds, rising.
        lids: (P,) the points that a blink moves.
    """
    nothing = Fluency(math.nan, math.nan, math.nan)
    if len(times) < 2:
        return nothing
    points = evenly(places, times)
    if len(points) < 6:
        return nothing
    speed = np.diff(points, axis=0) * RATE_HZ
    fastest = np.linalg.norm(speed, axis=2).max(axis=1)
    seconds = len(speed) / RATE_HZ
    return Fluency(
        jerk=_jerk(speed[:, ~lids]),
        breaks=60.0 * count_breaks(speed[:, ~lids]) / seconds,
        dead=float((fastest < DEAD).mean()),
    )


def evenly(places: Floats, times: Numbers) -> Numbers:
    """Return (N, P, 3) at `RATE_HZ`: each place is between the two frames around."""
    count = math.floor(float(times[-1] - times[0]) * RATE_HZ) + 1
    wanted = times[0] + np.arange(count) / RATE_HZ
    if len(times) == count and np.abs(times - wanted).max() < 0.1 / RATE_HZ:
        # Resampling by a hair would only smooth.
        return places.astype(np.float64)
    after = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    share = (wanted - times[after - 1]) / (times[after] - times[after - 1])
    before = places[after - 1].astype(np.float64)
    found: Numbers = before + share[:, None, None] * (places[after] - before)
    return found


def count_breaks(speed: Numbers) -> int:
    """Return how often the motion breaks.

    Args:
        speed: (N, P, 3) eye distances a second, at `RATE_HZ`.
    """
    change = np.linalg.norm(np.diff(speed, axis=0) * RATE_HZ, axis=2).mean(axis=1)
    if len(change) < 5:
        return 0
    around = np.maximum(change[:-4], change[4:])
    middle = change[2:-2]
    # A jump is two changes in a row; the larger neighbour must not count it twice.
    highest = (middle >= change[1:-3]) & (middle > change[3:-1])
    return int((highest & (middle > SUDDEN) & (middle > ALONE * around)).sum())


def _jerk(speed: Numbers) -> float:
    size = round(WINDOW_S * RATE_HZ)
    step = 1.0 / RATE_HZ
    found = []
    for first in range(0, max(len(speed) - size, 0) + 1, size // 2):
        part = speed[first : first + size]
        peak = float(np.linalg.norm(part, axis=2).max())
        if len(part) < 4 or peak < MOVES:
            continue
        bend = np.diff(part, n=2, axis=0) / step**2
        lasts = step * len(part)
        # Hogan and Sternad 2009, over all points: the sum of squares is the motion's.
        top = float((part**2).sum(axis=(1, 2)).max())
        whole = float((bend**2).sum()) * step * lasts**3 / top
        found.append(math.log(max(whole, 1e-12)))
    return float(np.mean(found)) if found else math.nan
