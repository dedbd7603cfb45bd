"""Whether a place still has the person that it had.

A likeness is taken ten times a second while the head looks ahead. What was seen for
long is the person's; the newest second is compared with it. After a gap, in which
somebody else may have come, little is enough to tell; while a face is followed without
a gap, only a difference that no expression makes.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np

from engines.face.likeness import Likeness, apart

EVERY_S: Final = 0.1
"""Between likenesses that count."""
AHEAD: Final = 0.35
"""Radians of turn up to which a likeness counts."""
RECENT: Final = 20
"""Likenesses that are compared with the person before they become theirs."""
OTHER: Final = ((4, 2.2), (8, 1.7), (15, 1.4), (25, 1.25))
"""After a gap: from so many likenesses on, a mean that is farther away is somebody
else's."""
SAME: Final = ((8, 1.0), (15, 1.15), (25, 1.25))
"""After a gap: from so many on, a mean that is nearer is the same person's."""
DOUBT: Final = 0.2
"""Added to these limits after a leap, for quick moves leap as well."""
KNOWN: Final = 8
"""Fewer likenesses say little of a person."""
BARELY: Final = 0.6
"""Added to these limits for such a person."""
CHANGED: Final = 2.2
"""Without gap or leap, a mean of `RECENT` that is farther away is somebody else's; a
hand that is held before the face makes up to 2."""
WELL_KNOWN: Final = 30
"""Of fewer likenesses a person is not known well enough to be missed without a gap."""
NEWEST: Final = 4
"""Likenesses that say who is there right now."""
MEMORY: Final = 300
"""A person's likeness is a mean over the last so many: light and posture change."""


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who was seen."""

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
    """What was lately seen in one place. Time comes with the pictures."""

    asking: bool = False
    """True from a gap or a leap until it is told whether it is the same person."""
    _doubt: float = 0.0
    _recent: deque[Likeness] = field(default_factory=deque)
    _at_ns: int | None = None

    @property
    def count(self) -> int:
        """Likenesses that are not yet the person's."""
        return len(self._recent)

    def middle(self, newest: int = RECENT) -> Likeness:
        """Return the median of the newest likenesses; there must be some."""
        rows = list(islice(reversed(self._recent), newest))
        return np.asarray(np.median(rows, axis=0), dtype=np.float32)

    def due(self, at_ns: int) -> bool:
        """Tell whether a likeness at this time would count."""
        if self._at_ns is None:
            return True
        # A little less, for clocks that are read to the microsecond.
        return not 0 <= at_ns - self._at_ns < round(EVERY_S * 1e9) - 2000

    def ask(self, person: Person | None, *, gap: bool) -> None:
        """Whoever is seen next may be somebody else, after a gap or after a leap."""
        if not self.asking and person is not None:
            for seen in self._recent:
                person.add(seen)
        self._recent.clear()
        self._doubt = 0.0 if gap or (self.asking and not self._doubt) else DOUBT
        self.asking = person is not None

    def take(self, seen: Likeness, at_ns: int, person: Person) -> bool:
        """Take a likeness that is due; False where it tells of somebody else."""
        self._at_ns = at_ns
        self._recent.append(seen)
        if self.asking:
            return self._answer(person)
        if len(self._recent) > RECENT:
            # The newest first, for the median takes its time.
            far = apart(seen, person.mean) > CHANGED and person.count >= WELL_KNOWN
            if far and self._away(person) > CHANGED:
                return False
            while len(self._recent) > RECENT:
                person.add(self._recent.popleft())
        return True

    def _answer(self, person: Person) -> bool:
        """Answer the question whether the same person is back, if it can be told."""
        doubt = self._doubt + (BARELY if person.count < KNOWN else 0.0)
        count, away = len(self._recent), self._away(person) - doubt
        if any(count >= enough and away > limit for enough, limit in OTHER):
            return False
        if any(count >= enough and away <= limit for enough, limit in SAME):
            self.asking = False
        return True

    def _away(self, person: Person) -> float:
        return apart(self.middle(), person.mean)
