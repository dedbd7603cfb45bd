"""The character that the pages show, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from engines.character.character import Character
from engines.character.mapping import Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A source that acts alone, so that people see what it moves."""

    source: str
    value: float
    """0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A character, what moves it now, and the file that a browser loads."""

    number: int
    """Rises with each character."""
    character: Character
    file: bytes
    """One GLB; its nodes and morph targets have the character's numbers."""
    mapping: Mapping
    """What moves it."""
    acting: Mapping
    """What moves it on pages: the mapping, or only the drives that are played solo."""
    test: Tried | None = None
    """Acts instead of the faces."""
