"""Settings of the held expression: when it begins and ends, and whose face it is."""

from __future__ import annotations

from pydantic import model_validator

from bridge.section import Seconds, Section, Share
from engines.expression.held import USUAL, Rule


class Mood(Section):
    """The expression that a face holds, for characters and buttons."""

    enter: Share = USUAL.enter
    """Probability from which an expression begins."""
    leave: Share = USUAL.leave
    """Probability below which it ends; not above `enter`."""
    hold_s: Seconds = USUAL.hold_s
    """How long the probability must stay there before an expression begins or ends."""
    stay_s: Seconds = USUAL.stay_s
    """Shortest time between two changes."""

    own_neutral: bool = True
    """Learn how your face at rest is read, and read that as neutral. Has no effect on
    faces that another program solves."""

    @model_validator(mode="after")
    def _ordered(self) -> Mood:
        if self.leave > self.enter:
            raise ValueError(
                f"leave = {self.leave:g} is above enter = {self.enter:g}; an "
                "expression would end as it begins; choose a lower one"
            )
        return self

    def rule(self) -> Rule:
        """Return these settings as a plain value."""
        return Rule(self.enter, self.leave, self.hold_s, self.stay_s)
