"""Fades from one held expression to the next, so that no frame jumps."""

from __future__ import annotations

import math
from typing import Final

FADE_S: Final = 0.1
"""Time constant of each of the two low-pass filters of a fade: 90 % after 0.39 s."""

LONGEST_S: Final = 0.25
"""A longer time between two frames counts as this long: a stopped source must not make
an expression jump."""


class Fade:
    """The weights of several expressions, of which one is held at a time. Not
    thread-safe."""

    def __init__(self, count: int) -> None:
        """Start with all at 0.

        Args:
            count: how many there are.
        """
        self._at_ns: int | None = None
        self._first = [0.0] * count
        self._second = [0.0] * count

    def __call__(self, which: int, ns: int) -> list[float]:
        """Return the weight of each, 0 to 1; their sum is at most 1.

        Args:
            which: the place of the held one; -1 for none.
            ns: time of the frame, nanoseconds; if it stands still or runs back, nothing
                fades.
        """
        before, self._at_ns = self._at_ns, ns
        if before is not None and ns > before:
            step_s = min((ns - before) / 1e9, LONGEST_S)
            part = 1.0 - math.exp(-step_s / FADE_S)
            for at in range(len(self._first)):
                goal = 1.0 if at == which else 0.0
                self._first[at] += part * (goal - self._first[at])
                self._second[at] += part * (self._first[at] - self._second[at])
        return self._second.copy()
