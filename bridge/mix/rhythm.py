"""Even instants for a source without timecode, from the rhythm in which it comes.

A second-order loop: it expects the next face one interval after the last one, and
corrects both a little by how much later or sooner the face comes. Lost faces are whole
intervals. A source without a steady rhythm keeps its arrivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

FOLLOW: Final = 0.08
"""Share of an error by which the expected instant moves."""

LEARN: Final = 0.002
"""Share of an error by which the interval moves."""

FAR_NS: Final = 25_000_000
"""A face that is off by more has left the rhythm."""

MISSED: Final = 6
"""Faces in a row that leave the rhythm before it is learned again."""

UNEVEN: Final = 0.24
"""Mean error, as a share of an interval, above which there is no rhythm. It is 0.25 for
faces that come at any time."""

EVEN: Final = 0.18
"""Mean error below which there is a rhythm again."""

FIRST: Final = 40
"""Faces from which the first interval is taken."""

TRIES: Final = 24
"""Faces in a row that must keep the rhythm before it is used."""

PAUSE_NS: Final = 250_000_000
"""After a longer pause the rhythm is learned again."""


class Rhythm:
    """Turns arrivals into even instants. Not thread-safe."""

    def __init__(self) -> None:
        self._first: list[int] = []
        self._last_ns = 0.0
        self._interval_ns = 0.0
        self._kept = self._missed = 0
        self._uneven = 0.0
        self._even = True

    def at(self, arrived_ns: int) -> int:
        """Return the instant of a face that arrived; call it in time order."""
        if not self._first or arrived_ns - self._last_ns > PAUSE_NS:
            self._start(arrived_ns)
            return arrived_ns
        if len(self._first) < FIRST:
            self._first.append(arrived_ns)
            self._last_ns = float(arrived_ns)
            if len(self._first) == FIRST:
                self._interval_ns = interval_of(self._first)
            return arrived_ns
        interval = self._interval_ns
        steps = max(0, round((arrived_ns - self._last_ns) / interval))
        expected = self._last_ns + steps * interval
        error = arrived_ns - expected
        if abs(error) > FAR_NS:
            return self._miss(arrived_ns, expected)
        self._missed = 0
        self._kept += 1
        self._last_ns = expected + max(FOLLOW, 1.0 / self._kept) * error
        self._interval_ns = max(interval + LEARN * error / max(steps, 1), 1.0)
        self._uneven += FOLLOW * (abs(error) / interval - self._uneven)
        self._even = self._uneven < (UNEVEN if self._even else EVEN)
        used = self._even and self._kept >= TRIES
        return round(self._last_ns) if used else arrived_ns

    def _miss(self, arrived_ns: int, expected: float) -> int:
        """Pass over a face that comes at a wrong time; start again after a few."""
        self._missed += 1
        if self._missed >= MISSED:
            self._start(arrived_ns)
        return round(expected) if self._kept >= TRIES else arrived_ns

    def _start(self, arrived_ns: int) -> None:
        self._first, self._last_ns = [arrived_ns], float(arrived_ns)
        self._kept = self._missed = 0


def interval_of(arrivals: Sequence[int]) -> float:
    """Return the interval of faces, of which some may be lost; 1 or more.

    Args:
        arrivals: at least two rising instants.
    """
    apart = [b - a for a, b in pairwise(arrivals)]
    usual = max(median(apart), 1.0)
    count = sum(round(each / usual) for each in apart)
    return max((arrivals[-1] - arrivals[0]) / max(count, 1), 1.0)
