"""Everybody who was seen lately, also those who left."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engines.face.likeness import Likeness, apart

from .recognition import KNOWN, Person

NEAR: Final = 1.1
"""Who comes so near is somebody who is remembered."""
REMEMBERED: Final = 8
"""So many people who left are remembered."""


class People:
    """Remembers people by their likeness; each has a number of their own."""

    def __init__(self) -> None:
        self._people: list[Person] = []
        self._next = 0

    def introduce(
        self, seen: Likeness, count: int, seated: Collection[Person]
    ) -> Person:
        """Return somebody new; beyond `REMEMBERED`, who came first is forgotten.

        Args:
            seen: how they look.
            count: of how many likenesses that is the mean.
            seated: who has a place and is not forgotten.
        """
        gone = [person for person in self._people if person not in seated]
        for person in gone[: max(0, len(gone) - REMEMBERED + 1)]:
            self._people.remove(person)
        self._people.append(Person(self._next, seen, count))
        self._next += 1
        return self._people[-1]

    def nearest(self, seen: Likeness, other_than: Person) -> Person | None:
        """Return whoever looks so, but for one who does not; None if nobody does."""
        known = [
            (apart(person.mean, seen), person.number, person)
            for person in self._people
            if person is not other_than and person.count >= KNOWN
        ]
        distance, _, person = min(known, default=(NEAR, -1, None))
        return person if distance < NEAR else None
