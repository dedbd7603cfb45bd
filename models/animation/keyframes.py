"""The traditional way to animate: poses at some instants, and curves between them.

    frames ── place ──► keys ── between ──► frames

A keyframer sets whole poses, so that all curves have their keys at the same instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.interpolate import CubicHermiteSpline, PchipInterpolator

from protocols.arrays import Ints, Numbers

Curve = Literal["linear", "cardinal", "clamped"]
Placed = Literal["evenly", "at poses"]

TENSIONS: Final = (0.0, 0.25, 0.5)
"""Of cardinal splines. At 1 they would stop at every key."""


@dataclass(frozen=True, slots=True)
class Keying:
    """How keys are set and joined."""

    every_s: float = 0.5
    """Seconds of a performance for one key."""
    placed: Placed = "evenly"
    """`evenly`; or `at poses`: first where the pose differs most from what the keys so
    far give, as a person sets keys at extremes."""
    curve: Curve = "linear"
    """`linear`; `cardinal`, a cubic through the keys; or `clamped`, the cubic that
    never goes beyond two neighbouring keys (Fritsch and Carlson 1980), which animation
    programs call automatic or clamped handles."""
    tension: float = 0.0
    """0 to 1, of a cardinal spline. 0 is Catmull and Rom's."""

    @property
    def told(self) -> str:
        """The setting in words."""
        kind = self.curve
        if kind == "cardinal":
            return f"every {self.every_s:g} s {self.placed}, tension {self.tension:g}"
        return f"every {self.every_s:g} s {self.placed}, {kind}"


def place(values: Numbers, times: Numbers, keying: Keying) -> Ints:
    """Return the rows at which keys are set, rising; the first and last among them.

    Args:
        values: (F, C) finite, F at least 2.
        times: (F,) seconds, rising.
        keying: `every_s` and `placed` count.
    """
    last = len(times) - 1
    count = max(2, round(float(times[-1] - times[0]) / keying.every_s) + 1)
    count = min(count, len(times))
    if keying.placed == "evenly":
        wanted = np.linspace(times[0], times[-1], count)
        nearest = np.abs(times[:, None] - wanted).argmin(axis=0)
        return np.array(sorted(set(nearest.tolist())), dtype=np.int64)
    chosen = [0, last]
    while len(chosen) < count:
        joined = _linear(times[chosen], values[chosen], times)
        away = ((values - joined) ** 2).sum(axis=1)
        away[chosen] = -1.0
        chosen = sorted([*chosen, int(away.argmax())])
    return np.array(chosen, dtype=np.int64)


def between(
    key_times: Numbers, keys: Numbers, times: Numbers, keying: Keying
) -> Numbers:
    """Return (F, C) values between keys; the outer keys hold before and after.

    Args:
        key_times: (K,) seconds, rising, K at least 2.
        keys: (K, C).
        times: (F,) seconds.
        keying: `curve` and `tension` count.
    """
    inside = np.clip(times, key_times[0], key_times[-1])
    found: Numbers
    if keying.curve == "linear":
        found = _linear(key_times, keys, inside)
    elif keying.curve == "clamped":
        found = PchipInterpolator(key_times, keys, axis=0)(inside)
    else:
        slopes = np.zeros_like(keys)
        across = (key_times[2:] - key_times[:-2])[:, None]
        slopes[1:-1] = (1.0 - keying.tension) * (keys[2:] - keys[:-2]) / across
        found = CubicHermiteSpline(key_times, keys, slopes, axis=0)(inside)
    return found


def keyed(values: Numbers, times: Numbers, keying: Keying) -> Numbers:
    """Return (F, C): a performance made again from some of its own frames.

    Args:
        values: (F, C); rows with NaN are never keys. At least two rows have none.
        times: (F,) seconds, rising.
        keying: how.

    Raises:
        ValueError: fewer than two rows are finite.
    """
    seen = np.flatnonzero(np.isfinite(values).all(axis=1))
    if len(seen) < 2:
        raise ValueError("fewer than two frames show a face; expected a performance")
    rows = seen[place(values[seen], times[seen], keying)]
    return between(times[rows], values[rows], times, keying)


def _linear(key_times: Numbers, keys: Numbers, times: Numbers) -> Numbers:
    after = np.clip(np.searchsorted(key_times, times), 1, len(key_times) - 1)
    before = after - 1
    share = (times - key_times[before]) / (key_times[after] - key_times[before])
    found: Numbers = keys[before] + share[:, None] * (keys[after] - keys[before])
    return found
