"""Shows the tongue only if it stays out.

A speaker's tongue is seen behind the teeth for a tenth or two of a second at a time,
and the network takes that for a tongue that is put out. An avatar that puts its tongue
out while its actor talks is a fault that everybody sees. A tongue that is really out
stays longer, so what counts is the least that was seen in the last `STAYS_S`. It comes
out that much late, and goes in at once.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from engines.one_euro import MAX_GAP_S

STAYS_S: Final = 0.25
"""On 13 clips of people who talk, the network sees a tongue for up to 0.25 s at 25 and
30 pictures a second."""
FAINT: Final = 0.2
"""A tongue that is out by less is not shown."""


class Tongue:
    """Follows one face's tongue. Not thread-safe."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()
        """Seconds and weights, rising in both: a weight before a lower one is not
        needed."""
        self._at_s = 0.0

    def reset(self) -> None:
        """Forget the face."""
        self._seen.clear()

    def __call__(self, weight: float, at_s: float) -> float:
        """Return tongueOut to send, 0 to 1.

        Args:
            weight: tongueOut as solved, 0 to 1. The first one, and one after a gap or a
                step back in time, counts as it is.
            at_s: when the picture was taken.
        """
        seen = self._seen
        if not 0.0 < at_s - self._at_s <= MAX_GAP_S:
            seen.clear()
        self._at_s = at_s
        while seen and seen[-1][1] >= weight:
            seen.pop()
        seen.append((at_s, weight))
        while seen[0][0] < at_s - STAYS_S:
            seen.popleft()
        return max(0.0, seen[0][1] - FAINT) / (1.0 - FAINT)
