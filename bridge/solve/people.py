"""The people who were seen, including those who left."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from engines.face.likeness import Likeness, apart

from .recognition import KNOWN, Person

NEAR: Final = 1.1
"""Two likenesses that are nearer than this are the same person's."""
REMEMBERED: Final = 8
"""How many people who left are remembered."""


class People:
    """Stores people by their likeness. Each has a number."""

    def __init__(self) -> None:
        self._people: list[Person] = []
        self._next = 0

    def introduce(
        self, seen: Likeness, count: int, seated: Collection[Person]
    ) -> Person:
        """Return a new person. Beyond `REMEMBERED`, the oldest one is forgotten.

        Args:
            seen: the mean of the person's likenesses.
            count: of how many.
            seated: people who have a place and are not forgotten.
        """
        gone = [person for person in self._people if person not in seated]
        for person in gone[: max(0, len(gone) - REMEMBERED + 1)]:
            self._people.remove(person)
        self._people.append(Person(self._next, seen, count))
        self._next += 1
        return self._people[-1]

    def nearest(self, seen: Likeness, other_than: Person) -> Person | None:
        """Return the person with this likeness, other than `other_than`, or None."""
        known = [
            (apart(person.mean, seen), person.number, person)
            for person in self._people
            if person is not other_than and person.count >= KNOWN
        ]
        distance, _, person = min(known, default=(NEAR, -1, None))
        return person if distance < NEAR else None
