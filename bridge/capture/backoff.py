"""The pauses between attempts to reopen a source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that double from `first_s` up to `longest_s`."""

    first_s: float = 0.25
    longest_s: float = 4.0

    def pause_s(self, failures: int) -> float:
        """Return the pause in seconds after `failures` (0 or more) failed attempts."""
        # The exponent is limited to avoid an overflow; 2**30 exceeds any longest pause.
        return min(self.first_s * 2.0 ** min(failures, 30), self.longest_s)
