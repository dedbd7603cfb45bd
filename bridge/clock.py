"""The only place that reads a clock. Everything below takes time as a value."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

ClockNs = Callable[[], int]
"""Nanoseconds that only ever rise."""

monotonic_ns: ClockNs = time.perf_counter_ns
"""One clock for everything, good to a microsecond on every system: CLOCK_MONOTONIC on
Linux, mach_absolute_time on macOS, QueryPerformanceCounter on Windows, where
`time.monotonic_ns` ticks every 15.6 ms before Python 3.13.

All programs on one machine read the same clock (on Windows since Python 3.10), so a
stamp means the same in another process until the machine starts anew. While the machine
sleeps the clock stands still on Linux and macOS and goes on on Windows."""

Wait = Callable[[threading.Event, float], bool]
"""Waits so many seconds for an event; returns True if it is set."""

COARSE_S: Final = 0.035
"""`Event.wait` may return so much too late on Windows: two ticks of 15.6 ms."""

SLICE_S: Final = 0.005
"""The longest sleep that an event cannot end."""


def wait_finely(
    event: threading.Event,
    seconds: float,
    *,
    clock_ns: ClockNs = monotonic_ns,
    coarse: Wait = threading.Event.wait,
    sleep: Callable[[float], object] = time.sleep,
) -> bool:
    """Wait for an event, and return on time where `Event.wait` returns too late.

    On Windows a wait with a time-out ends at a tick of the system's timer, every
    15.6 ms. `time.sleep` uses a timer of high resolution there (Python 3.11 and later).

    Args:
        event: what ends the wait early, up to `SLICE_S` after it is set.
        seconds: how long to wait.
        clock_ns: monotonic nanoseconds.
        coarse: waits for most of a long time.
        sleep: waits for the rest.
    """
    end_ns = clock_ns() + round(seconds * 1e9)
    while not event.is_set():
        left_s = (end_ns - clock_ns()) / 1e9
        if left_s <= 0.0:
            return False
        if left_s > COARSE_S:
            coarse(event, left_s - COARSE_S)
        else:
            sleep(min(left_s, SLICE_S))
    return True


wait_for: Wait = wait_finely if sys.platform == "win32" else threading.Event.wait
"""Waits for an event, or until something is due to within about a millisecond."""

TRIES: Final = 5
"""So often the two clocks are compared; the comparison that took least time counts."""


@dataclass(frozen=True, slots=True)
class Offset:
    """What to add to a monotonic stamp to get local time."""

    utc_ns: int
    """To get UTC, in ns since 1970."""
    zone_ns: int
    """Local time less UTC, daylight saving included."""
    doubt_ns: int = 0
    """`utc_ns` is right to within this much."""

    @property
    def local_ns(self) -> int:
        """To get local time; midnight is at whole days of it."""
        return self.utc_ns + self.zone_ns


if sys.platform == "win32":
    from ctypes import byref, windll, wintypes

    def _utc_ns() -> int:
        """Return UTC; `time.time_ns` ticks every 15.6 ms before Python 3.13."""
        now = wintypes.FILETIME()
        windll.kernel32.GetSystemTimePreciseAsFileTime(byref(now))
        return unix_ns(now.dwHighDateTime, now.dwLowDateTime)

else:
    _utc_ns = time.time_ns


def unix_ns(high: int, low: int) -> int:
    """Return ns since 1970 of a Windows FILETIME: 100 ns since 1601, in two halves."""
    return ((high << 32 | low) - 116_444_736_000_000_000) * 100


def read_offset(
    clock_ns: ClockNs = monotonic_ns, utc_ns: Callable[[], int] = _utc_ns
) -> Offset:
    """Compare the monotonic clock with the time of day, now.

    Args:
        clock_ns: monotonic nanoseconds.
        utc_ns: nanoseconds since 1970, UTC.
    """
    found = None
    for _ in range(TRIES):
        before_ns, now_ns, after_ns = clock_ns(), utc_ns(), clock_ns()
        doubt_ns = after_ns - before_ns
        if found is None or doubt_ns < found[1]:
            found = now_ns - (before_ns + after_ns) // 2, doubt_ns
    assert found is not None
    if sys.platform != "win32":
        time.tzset()  # Otherwise a new time zone of the system is never noticed.
    zone_s = time.localtime(now_ns / 1e9).tm_gmtoff
    return Offset(found[0], zone_s * 1_000_000_000, found[1])
