"""Which mapping moves a character: a named file, the one beside it, or what is
found."""

from __future__ import annotations

from pathlib import Path

from engines.character.character import Character
from engines.character.mapping import Mapping
from engines.character.recognise import recognise

from .mapping_file import beside, load_mapping


def choose_mapping(character: Character, file: Path, path: Path | None) -> Mapping:
    """Return what moves a character.

    Args:
        character: from `file`.
        file: the character's.
        path: the mapping's file; None for the one beside the character's, if any.

    Raises:
        ConfigError: the file is no mapping.
    """
    if path is None and beside(file).is_file():
        path = beside(file)
    return recognise(character).mapping if path is None else load_mapping(path)
