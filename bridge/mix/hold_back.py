"""How far faster sources are held back, so that slower ones show the same instant."""

from __future__ import annotations

from collections import deque
from typing import Final

NS: Final = 1_000_000_000

KEPT: Final = 48
"""Newest looks that a source's lateness is computed from."""

USUAL: Final = 0.96
"""Share of the frames for which a source must be in time."""

SPEED: Final = 0.1
"""The wait changes by this share of the time that passes: time runs 10 % slower or
faster meanwhile, which nobody sees."""


class Lateness:
    """How late one source usually is. Not thread-safe."""

    def __init__(self) -> None:
        self._late: deque[int] = deque(maxlen=KEPT)
        self.usual_ns = 0
        """What it takes that the source is in time in most frames; 0 or more."""

    def add(self, late_ns: int) -> None:
        """Take how much later than its newest face an instant was; below 0 if not."""
        self._late.append(late_ns)
        ordered = sorted(self._late)
        self.usual_ns = max(0, ordered[int(USUAL * len(ordered))])


class HoldBack:
    """The wait of a mix. Not thread-safe."""

    def __init__(self, most_ns: int) -> None:
        """Start without a wait.

        Args:
            most_ns: the longest wait.
        """
        self.now_ns = 0
        """The wait: the mix shows the instant this long ago."""
        self._most_ns = most_ns

    def follow(self, wanted_ns: int, step_ns: int) -> int:
        """Move the wait toward what is wanted; return it.

        Args:
            wanted_ns: the lateness of the slowest source that counts.
            step_ns: time since the last call.
        """
        reach = round(SPEED * max(step_ns, 0))
        off = min(wanted_ns, self._most_ns) - self.now_ns
        self.now_ns += max(-reach, min(off, reach))
        return self.now_ns
