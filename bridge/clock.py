"""The only place that reads a clock. Everything below takes time as a value."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

ClockNs = Callable[[], int]
"""Monotonic nanoseconds."""

monotonic_ns: ClockNs = time.monotonic_ns


def midnight_offset_ns() -> int:
    """Return what to add to `monotonic_ns` to get local time of day in ns."""
    now = datetime.now().astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    of_day = (now - midnight) // timedelta(microseconds=1) * 1000
    return of_day - time.monotonic_ns()
