"""When a face arrived, without the jitter of its way.

Packets come sooner or later than the one before, by milliseconds. Their timecode does
not jitter: its distance to the clock is averaged, and gives even instants. Without
timecode, the rhythm of the packets does.
"""

from __future__ import annotations

from typing import Final

from protocols.timecode import Timecode

from .rhythm import Rhythm

NS: Final = 1_000_000_000

SLOW: Final = 120
"""The distance is averaged over about this many faces."""

FAR_NS: Final = 60_000_000
"""A face this far from its expected instant means that the sender's time has jumped, or
does not run like ours."""

TRIES: Final = 12
"""Faces in a row that must be near before the sender's time is used."""


class SteadyClock:
    """Turns arrivals of one source into even instants. Not thread-safe."""

    def __init__(self) -> None:
        self._distance_ns = 0.0
        self._near = 0
        self._rhythm = Rhythm()

    def at(self, arrived_ns: int, sent_ns: int | None) -> int:
        """Return the instant of a face on the clock of `arrived_ns`.

        Args:
            arrived_ns: monotonic ns of its arrival.
            sent_ns: the sender's own time, with any zero. None if it has none.
        """
        if sent_ns is None:
            self._near = 0
            return self._rhythm.at(arrived_ns)
        distance_ns = arrived_ns - sent_ns
        off_ns = distance_ns - self._distance_ns
        if not self._near or abs(off_ns) > FAR_NS:
            self._distance_ns, self._near = float(distance_ns), 1
            return arrived_ns
        self._near += 1
        self._distance_ns += off_ns / min(self._near, SLOW)
        if self._near <= TRIES:
            return arrived_ns
        return sent_ns + round(self._distance_ns)


def sent_ns_of(time: Timecode | None) -> int | None:
    """Return a timecode as ns since midnight; None without one."""
    if time is None:
        return None
    frames = time.frame + time.subframe
    return round(frames * time.rate_den * NS / time.rate_num)


def moved(time: Timecode, by_ns: int) -> Timecode:
    """Return a timecode that is `by_ns` later; earlier if it is below 0."""
    num, den = time.rate_num, time.rate_den
    total = time.frame + time.subframe + by_ns * num / (den * NS)
    day = 86_400 * num // den
    frame = int(total // 1.0)
    subframe = min(total - frame, 1.0 - 2.0**-16)
    if time.frame < day:
        frame %= day
    return Timecode(max(0, min(frame, 2**31 - 1)), max(0.0, subframe), num, den)
