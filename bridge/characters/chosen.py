"""Chooses what moves a character: a file of the user, or what is recognised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engines.character.character import Character
from engines.character.mapping import Mapping

from .known import known
from .mapping_file import beside, load_mapping

RECOGNISED = "recognised"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What moves a character, and who says so."""

    mapping: Mapping
    source: str
    """Name of the mapping's file, or `recognised`."""
    alarms: tuple[str, ...] = ()
    """Sentences about what is odd in the character's file."""


def chosen_mapping(
    character: Character,
    file: Path,
    mapping: Path | None = None,
    tell: Callable[[str], object] = lambda sentence: None,
) -> Chosen:
    """Return what moves a character. A file that hands may have changed always wins.

    Args:
        character: from `file`.
        file: the character's.
        mapping: the mapping's file; None for `NAME.character.toml` beside the
            character's, or else what facewire recognises.
        tell: gets a sentence before work that takes seconds.

    Raises:
        ConfigError: the mapping cannot be read, or says something wrong.
    """
    path = beside(file) if mapping is None and beside(file).is_file() else mapping
    if path is not None:
        return Chosen(load_mapping(path), path.name)
    found = known(character, tell=tell)
    return Chosen(found.mapping, RECOGNISED, found.alarms)
