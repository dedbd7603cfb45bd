"""Emotions of a character, from the eight probabilities of an expression.

An emotion is held as `engines/expression/held.py` says: it begins when its probability
has been at least 0.6 for 150 ms, ends when it has been below 0.4 for as long, and stays
for half a second at least. It fades in and out. At most one is shown.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engines.expression.fade import Fade
from engines.expression.held import Held, Rule
from protocols.channels import EXPRESSIONS, Vector

from .mapping import EMOTIONS

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

    def __init__(self, has: Collection[str], rule: Rule | None = None) -> None:
        """Start without an emotion.

        Args:
            has: the emotions that the character can show.
            rule: when an emotion begins and ends.
        """
        self._shares = shares(has)
        self._held = Held(rule)
        self._fade = Fade(len(EMOTIONS))

    def __call__(self, expression: Vector, ns: int) -> list[float]:
        """Return the weight of each of `EMOTIONS`, 0 to 1.

        Args:
            expression: (8,) probabilities; zeros if nothing was identified.
            ns: the time of the frame; if it stands still or runs back, nothing fades.
        """
        chances = expression.tolist()
        sums = [sum(chances[at] for at in parts) for parts in self._shares]
        return self._fade(self._held(sums, ns), ns)
