"""Slows a page down that sends too many messages."""

from __future__ import annotations

from typing import Final

from bridge.clock import ClockNs

PER_S: Final = 100.0
"""Messages of one page per second, on average. An upload is then 25 MB/s."""
AT_ONCE: Final = 50.0
"""Messages that may come at once."""


class Pace:
    """Counts messages of one page. A bucket of tokens that fills steadily."""

    def __init__(self, clock_ns: ClockNs) -> None:
        self._clock_ns = clock_ns
        self._left = AT_ONCE
        self._at_ns = clock_ns()

    def next_s(self) -> float:
        """Count a message; return the seconds to wait before it is heard."""
        now_ns = self._clock_ns()
        filled = self._left + (now_ns - self._at_ns) * 1e-9 * PER_S
        self._left, self._at_ns = min(filled, AT_ONCE) - 1.0, now_ns
        return max(0.0, -self._left / PER_S)
