"""One encoder for each face's name, made when the name is first sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST: Final = 64
"""Encoders that are kept. Names may come from other programs."""


class BySubject(Generic[T]):
    """Encoders by name. Not thread-safe."""

    def __init__(self, make: Callable[[str], T], subjects: Iterable[str]) -> None:
        """Make the encoders of the known names.

        Args:
            make: creates the encoder of a name.
            subjects: names of the faces.
        """
        self._make = make
        self._made = {name: make(name) for name in subjects}

    def __getitem__(self, name: str) -> T:
        """Return a name's encoder; forget the oldest one if there are too many."""
        found = self._made.get(name)
        if found is None:
            if len(self._made) >= MOST:
                del self._made[next(iter(self._made))]
            found = self._made[name] = self._make(name)
        return found
