"""Decides whether a place still shows the same person.

A likeness is taken ten times a second while the head looks ahead. The newest ones are
compared with the mean of those before. After a gap, in which the person may have
changed, a small difference is enough to tell another person. While a face is followed
without a gap, the difference must be larger than any expression makes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np

from engines.face.likeness import Likeness, apart

EVERY_S: Final = 0.1
"""Seconds between likenesses that count."""
AHEAD: Final = 0.35
"""Radians. A likeness counts if the head is turned by less."""
RECENT: Final = 20
"""This many newest likenesses are compared with the person, then added to the mean."""
OTHER: Final = ((4, 2.2), (8, 1.7), (15, 1.4), (25, 1.25))
"""(count, distance): after a gap and at least `count` likenesses, a middle that is
farther away is another person's."""
SAME: Final = ((8, 1.0), (15, 1.15), (25, 1.25))
"""(count, distance): as above, a middle that is nearer is the same person's."""
DOUBT: Final = 0.2
"""Added to these limits after a leap, because quick moves look like leaps."""
KNOWN: Final = 8
"""With fewer likenesses, a person is hardly known."""
BARELY: Final = 0.6
"""Added to these limits for a person who is hardly known."""
CHANGED: Final = 2.2
"""Without gap or leap, a middle of `RECENT` that is farther away is another person's. A
hand before the face makes up to 2."""
WELL_KNOWN: Final = 30
"""Without a gap, only a person with this many likenesses can be found replaced."""
NEWEST: Final = 4
"""This many likenesses show who is there right now."""
MEMORY: Final = 300
"""A person's likeness is a mean over the last 300, because light and posture change."""


@dataclass(slots=True, eq=False)
class Person:
    """A person who was seen."""

    number: int
    """Counts people, from 0."""
    mean: Likeness
    count: int = 1
    """Likenesses in the mean."""

    def add(self, seen: Likeness) -> None:
        """Learn from one likeness."""
        self.count = min(self.count + 1, MEMORY)
        self.mean = self.mean + (seen - self.mean) / np.float32(self.count)


@dataclass(slots=True)
class Recognition:
    """The newest likenesses of one place. Time comes with the pictures."""

    asking: bool = False
    """True from a gap or leap until it is decided whether the person is the same."""
    _doubt: float = 0.0
    _recent: deque[Likeness] = field(default_factory=deque)
    _at_ns: int | None = None

    @property
    def count(self) -> int:
        """Likenesses that are not yet part of the person's mean."""
        return len(self._recent)

    def middle(self, newest: int = RECENT) -> Likeness:
        """Return the median of the newest likenesses; there must be at least one."""
        rows = list(islice(reversed(self._recent), newest))
        return np.asarray(np.median(rows, axis=0), dtype=np.float32)

    def due(self, at_ns: int) -> bool:
        """Return whether a likeness at this time would count."""
        if self._at_ns is None:
            return True
        # A little less, because some clocks are read to the microsecond only.
        return not 0 <= at_ns - self._at_ns < round(EVERY_S * 1e9) - 2000

    def ask(self, person: Person | None, *, gap: bool) -> None:
        """Start to check who is seen, after a gap or after a leap."""
        if not self.asking and person is not None:
            for seen in self._recent:
                person.add(seen)
        self._recent.clear()
        self._doubt = 0.0 if gap or (self.asking and not self._doubt) else DOUBT
        self.asking = person is not None

    def take(self, seen: Likeness, at_ns: int, person: Person) -> bool:
        """Take a likeness that is due; return False if it shows another person."""
        self._at_ns = at_ns
        self._recent.append(seen)
        if self.asking:
            return self._answer(person)
        if len(self._recent) > RECENT:
            # The newest one is checked first, because the median is slow.
            far = apart(seen, person.mean) > CHANGED and person.count >= WELL_KNOWN
            if far and self._away(person) > CHANGED:
                return False
            while len(self._recent) > RECENT:
                person.add(self._recent.popleft())
        return True

    def _answer(self, person: Person) -> bool:
        """Decide whether it is the same person, if enough was seen for that."""
        doubt = self._doubt + (BARELY if person.count < KNOWN else 0.0)
        count, away = len(self._recent), self._away(person) - doubt
        if any(count >= enough and away > limit for enough, limit in OTHER):
            return False
        if any(count >= enough and away <= limit for enough, limit in SAME):
            self.asking = False
        return True

    def _away(self, person: Person) -> float:
        return apart(self.middle(), person.mean)
