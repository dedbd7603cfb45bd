"""Which one of several expressions is held, from probabilities that flicker.

This is a comparator with hysteresis in level and in time (Schmitt 1938, and a debounce
timer): an expression begins when its probability has been high for a time, and ends
when its probability has been low for as long. Whatever the input does, two changes are
at least `Rule.stay_s` and `Rule.hold_s` apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from protocols.channels import EXPRESSIONS, Vector

NOBODY: Final = ""
"""The name of the held expression while no expression was identified."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When an expression begins and ends."""

    enter: float = 0.6
    """Probability from which an expression begins, 0 to 1."""
    leave: float = 0.4
    """Probability below which it ends; not above `enter`."""
    hold_s: float = 0.15
    """How long a probability must stay there, seconds."""
    stay_s: float = 0.5
    """Shortest time between two changes, seconds."""


USUAL: Final = Rule()
"""Chosen on real clips (`facewire-models evaluate mood`)."""


class Held:
    """Follows one face's probabilities, in time order. Not thread-safe."""

    def __init__(self, rule: Rule | None = None) -> None:
        """Start with none held.

        Args:
            rule: when one begins and ends.
        """
        self.rule = rule or USUAL
        self.which = -1
        """The place of the held one among the probabilities; -1 for none."""
        self._wanted = -1
        self._since_ns = 0
        self._changed_ns: int | None = None
        self._at_ns: int | None = None

    def reset(self) -> None:
        """Hold none, and forget what was seen."""
        self.which = self._wanted = -1
        self._changed_ns = self._at_ns = None

    def __call__(self, chances: Sequence[float], ns: int) -> int:
        """Return the place of the one that is held; -1 for none.

        Args:
            chances: the probability of each, 0 to 1.
            ns: time of the frame, nanoseconds. If it runs back, waiting starts again.
        """
        rule, before = self.rule, self._at_ns
        self._at_ns = ns
        wanted = self.which
        if wanted >= 0 and chances[wanted] < rule.leave:
            wanted = -1
        best = max(range(len(chances)), key=chances.__getitem__)
        if chances[best] >= rule.enter:
            wanted = best
        back = before is None or ns < before
        if back:
            self._changed_ns = None
        if wanted != self._wanted or back:
            self._wanted, self._since_ns = wanted, ns
        if wanted == self.which or ns - self._since_ns < rule.hold_s * 1e9:
            return self.which
        changed = self._changed_ns
        if changed is None or ns - changed >= rule.stay_s * 1e9:
            self.which, self._changed_ns = wanted, ns
        return self.which


class HeldExpression:
    """The name of the expression that a face holds. Not thread-safe."""

    def __init__(self, rule: Rule | None = None) -> None:
        """Start with nobody seen."""
        self._held = Held(rule)

    def reset(self) -> None:
        """Expect another person."""
        self._held.reset()

    def __call__(self, expression: Vector, ns: int) -> str:
        """Return the held one of `EXPRESSIONS`, neutral if no other one is held.

        Args:
            expression: (8,) probabilities. All zero means that no expression was
                identified: the answer is then `NOBODY`.
            ns: time of the frame, nanoseconds.
        """
        if not expression.any():
            self._held.reset()
            return NOBODY
        # Neutral is what remains if no other one is held: it needs no place.
        return EXPRESSIONS[1 + self._held(expression[1:].tolist(), ns)]
