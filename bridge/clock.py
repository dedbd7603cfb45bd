"""The only module that reads a clock. All other code gets the time as a value."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

ClockNs = Callable[[], int]
"""Returns monotonic nanoseconds."""

monotonic_ns: ClockNs = time.perf_counter_ns
"""The clock for everything, with a resolution of a microsecond or better:
CLOCK_MONOTONIC on Linux, mach_absolute_time on macOS, QueryPerformanceCounter on
Windows. (On Windows, `time.monotonic_ns` ticks every 15.6 ms before Python 3.13.)

All programs on one machine read the same clock (on Windows since Python 3.10), so a
timestamp is valid in other processes until the machine restarts. While the machine
sleeps, the clock stops on Linux and macOS and continues on Windows."""

Wait = Callable[[threading.Event, float], bool]
"""Waits for an event for a number of seconds; returns True if it is set."""

COARSE_S: Final = 0.035
"""`Event.wait` may return this much too late on Windows: two ticks of 15.6 ms."""

SLICE_S: Final = 0.005
"""The longest sleep that an event cannot interrupt."""


def wait_finely(
    event: threading.Event,
    seconds: float,
    *,
    clock_ns: ClockNs = monotonic_ns,
    coarse: Wait = threading.Event.wait,
    sleep: Callable[[float], object] = time.sleep,
) -> bool:
    """Wait for an event with an exact timeout, unlike `Event.wait` on Windows.

    On Windows a wait with a timeout ends at a tick of the system timer, every 15.6 ms.
    `time.sleep` uses a high-resolution timer there (Python 3.11 and later).

    Args:
        event: ends the wait early, at most `SLICE_S` after it is set.
        seconds: the timeout.
        clock_ns: monotonic nanoseconds.
        coarse: waits for most of a long timeout.
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
"""Waits for an event, with a timeout that is exact to about a millisecond."""

TRIES: Final = 5
"""Number of comparisons of the two clocks; the fastest comparison counts."""


@dataclass(frozen=True, slots=True)
class Offset:
    """The difference between local time and the monotonic clock."""

    utc_ns: int
    """Added to a monotonic time, gives UTC in ns since 1970."""
    zone_ns: int
    """Local time minus UTC, including daylight saving time."""
    doubt_ns: int = 0
    """The largest error of `utc_ns`."""

    @property
    def local_ns(self) -> int:
        """Added to a monotonic time, gives local time in ns since midnight of a day."""
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
    """Return ns since 1970 of a Windows FILETIME (100 ns units since 1601)."""
    return ((high << 32 | low) - 116_444_736_000_000_000) * 100


def read_offset(
    clock_ns: ClockNs = monotonic_ns, utc_ns: Callable[[], int] = _utc_ns
) -> Offset:
    """Compare the monotonic clock with the current time of day.

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
        time.tzset()  # Without it, a changed system time zone is never noticed.
    zone_s = time.localtime(now_ns / 1e9).tm_gmtoff
    return Offset(found[0], zone_s * 1_000_000_000, found[1])
