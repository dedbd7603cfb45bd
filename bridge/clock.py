"""The only place that reads a clock. Everything below takes time as a value."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
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


def midnight_offset_ns() -> int:
    """Return what to add to `monotonic_ns` to get local time of day in ns."""
    now = datetime.now().astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    of_day = (now - midnight) // timedelta(microseconds=1) * 1000
    return of_day - monotonic_ns()
