"""Emotions of a character, from the eight probabilities of an expression.

An emotion begins when its probability has been at least 0.6 for 150 ms, and ends when
it has been below 0.4 for as long. It fades in and out. At most one is shown: two cannot
both be at least 0.6.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final

from protocols.channels import EXPRESSIONS, Vector

from .mapping import EMOTIONS

ENTER: Final = 0.6
LEAVE: Final = 0.4
"""Probabilities at which an emotion begins and ends."""

HOLD_S: Final = 0.15
"""How long a probability must stay there."""

FADE_S: Final = 0.1
"""Time constant of each of the two low-pass filters of a fade: 90 % after 0.39 s."""

LONGEST_S: Final = 0.25
"""A longer time between two frames counts as this long: a stopped source must not make
an emotion jump."""

_AT: Final = {name: index for index, name in enumerate(EXPRESSIONS)}


def shares(has: Collection[str]) -> list[tuple[int, ...]]:
    """Return which of the eight probabilities add up to each of `EMOTIONS`.

    Disgust and contempt are shown as anger, fear as surprise or else as sadness. A
    character with relaxed joy alone shows happiness with that.

    Args:
        has: the emotions that the character can show.
    """
    made_of = {
        "happy": ["happiness"],
        "angry": ["anger", "disgust", "contempt"],
        "sad": ["sadness"],
        "relaxed": [] if "happy" in has else ["happiness"],
        "surprised": ["surprise"],
    }
    made_of["surprised" if "surprised" in has else "sad"].append("fear")
    return [
        tuple(_AT[part] for part in made_of[name]) if name in has else ()
        for name in EMOTIONS
    ]


class Emotions:
    """Follows one face's probabilities, in time order. Not thread-safe."""

    def __init__(self, has: Collection[str]) -> None:
        """Start without an emotion.

        Args:
            has: the emotions that the character can show.
        """
        self._shares = shares(has)
        self._shown = -1
        self._wanted = -1
        self._since_ns = 0
        self._at_ns: int | None = None
        self._first = [0.0] * len(EMOTIONS)
        self._second = [0.0] * len(EMOTIONS)

    def __call__(self, expression: Vector, ns: int) -> list[float]:
        """Return the weight of each of `EMOTIONS`, 0 to 1.

        Args:
            expression: (8,) probabilities; zeros if nothing was identified.
            ns: the time of the frame; if it stands still or runs back, nothing fades.
        """
        chances = expression.tolist()
        sums = [sum(chances[at] for at in parts) for parts in self._shares]
        before, self._at_ns = self._at_ns, ns
        self._choose(sums, ns, started=before is not None and ns >= before)
        if before is not None and ns > before:
            step_s = min((ns - before) / 1e9, LONGEST_S)
            self._fade(1.0 - math.exp(-step_s / FADE_S))
        return self._second.copy()

    def _choose(self, sums: list[float], ns: int, *, started: bool) -> None:
        """Set the shown emotion when another one has been wanted long enough."""
        wanted = self._shown
        if wanted >= 0 and sums[wanted] < LEAVE:
            wanted = -1
        best = max(range(len(sums)), key=sums.__getitem__)
        if sums[best] >= ENTER:
            wanted = best
        if wanted != self._wanted or not started:
            self._wanted, self._since_ns = wanted, ns
        if ns - self._since_ns >= HOLD_S * 1e9:
            self._shown = self._wanted

    def _fade(self, part: float) -> None:
        for at in range(len(EMOTIONS)):
            goal = 1.0 if at == self._shown else 0.0
            self._first[at] += part * (goal - self._first[at])
            self._second[at] += part * (self._first[at] - self._second[at])
