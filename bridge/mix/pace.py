"""Limits how often a source is read, so that a flood costs others nothing."""

from __future__ import annotations

from typing import Final

RATE: Final = 250.0
"""Reads per second that no source exceeds for long."""

BURST: Final = 8.0
"""Reads that may follow each other at once."""


class Pace:
    """A bucket of reads that fills at a fixed rate. Not thread-safe."""

    def __init__(self) -> None:
        self._left = BURST
        self._last_ns: int | None = None

    def pause_s(self, now_ns: int) -> float:
        """Count a read that ends now; return the seconds to wait before the next."""
        if self._last_ns is not None:
            passed_s = max(0, now_ns - self._last_ns) / 1e9
            self._left = min(self._left + RATE * passed_s, BURST)
        self._last_ns = now_ns
        self._left -= 1.0
        return 0.0 if self._left >= 0.0 else -self._left / RATE
