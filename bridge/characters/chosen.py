"""Chooses what moves a character: a file of the user, or what is recognised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engines.character.character import Character
from engines.character.mapping import Mapping
from engines.character.retarget import Retarget
from protocols.wording import shown

from .known import known
from .mapping_file import beside, load_mapping

RECOGNISED: Final = "recognised"
MOST: Final = 10
"""Names that a sentence lists."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What moves a character, and who says so."""

    mapping: Mapping
    source: str
    """Name of the mapping's file, or `recognised`."""
    alarms: tuple[str, ...] = ()
    """Sentences about what is odd in the character's file or in the mapping's."""


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
        loaded = load_mapping(path)
        return Chosen(loaded, path.name, absent(character, loaded, path.name))
    found = known(character, tell=tell)
    return Chosen(found.mapping, RECOGNISED, found.alarms)


def absent(character: Character, mapping: Mapping, source: str) -> tuple[str, ...]:
    """Return a sentence about what a mapping names and the character does not have.

    Args:
        character: from a file.
        mapping: of it, or of another character.
        source: name of the mapping's file.
    """
    names = Retarget(character, mapping).unknown
    if not names:
        return ()
    told = ", ".join(shown(name) for name in names[:MOST])
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return (f"{source} names what the character does not have: {told}{more}",)
