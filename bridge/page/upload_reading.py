"""Reads an uploaded character, in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from bridge.characters.known import known
from bridge.characters.open import open_character, packed_file
from bridge.errors import CharacterError
from engines.character.character import Character
from engines.character.mapping import Mapping

from .child import Progress


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that a page has sent."""

    path: Path
    name: str
    """Of the character."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadUpload:
    """What was found in it."""

    character: Character
    mapping: Mapping
    data: bytes
    """One GLB."""
    alarms: tuple[str, ...]


def read_upload(uploaded: Uploaded, progress: Progress) -> ReadUpload:
    """Return the character of a file, and what moves it.

    Raises:
        CharacterError: the file is damaged or no character.
    """
    try:
        character = replace(open_character(uploaded.path), name=uploaded.name)
        data = packed_file(uploaded.path)
    except CharacterError as error:
        # People know the file by its own name.
        told = str(error).replace(str(uploaded.path), uploaded.name)
        raise CharacterError(told) from None
    progress(0.3)
    found = known(character)
    return ReadUpload(character, found.mapping, data, found.alarms)
