"""Finds out what moves a character: by names, and by its shape if names say little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from engines.character.character import Character
from engines.character.recognise import Recognition, needs_geometry, recognise

from .seen import look

LOOKING: Final = "looking at what its morph targets move"
FACELESS: Final = (
    "no face is found on its picture, so what its morph targets move cannot be "
    "compared with a face: only names count"
)


def known(
    character: Character,
    *,
    geometry: bool = False,
    tell: Callable[[str], object] = lambda sentence: None,
) -> Recognition:
    """Return what moves a character.

    Args:
        character: from a file.
        geometry: look at its shape even if names say enough, and check names by it.
        tell: gets a sentence before work that takes seconds.
    """
    found = recognise(character)
    if not (geometry or needs_geometry(found, character)) or not character.slots:
        return found
    tell(f"{character.name}: {LOOKING}")
    seen = look(character, found.mapping.facing)
    if seen is None:
        return replace(found, alarms=(*found.alarms, FACELESS))
    return recognise(character, seen)
