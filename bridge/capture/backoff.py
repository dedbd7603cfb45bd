"""How long to wait before trying again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that double from the first to the longest, then stay."""

    first_s: float = 0.25
    longest_s: float = 4.0

    def pause_s(self, failures: int) -> float:
        """Return the pause after `failures` fruitless tries, 0 or more of them."""
        # 2**30 times anything worth waiting is past any longest pause, and a float.
        return min(self.first_s * 2.0 ** min(failures, 30), self.longest_s)
