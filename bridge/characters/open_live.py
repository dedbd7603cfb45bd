"""Opens the character that the settings name, with what moves it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bridge.errors import ConfigError

from .settings import CharacterFile

if TYPE_CHECKING:
    from engines.expression.held import Rule

    from .live import LiveCharacter

logger = logging.getLogger(__name__)


def open_live(
    settings: CharacterFile, rule: Rule | None = None
) -> LiveCharacter | None:
    """Return the character, or None if the settings name none; log what it gets.

    Args:
        settings: its file.
        rule: when its emotions begin and end.

    Raises:
        BridgeError: its file or its mapping cannot be read.
    """
    if settings.file is None:
        if settings.mapping is not None:
            raise ConfigError(
                "character.mapping: names what moves a character, but no "
                "character.file is given; give it, or delete this line"
            )
        return None
    # Recognition needs SciPy, which a run without a character need not load.
    from .chosen import chosen_mapping
    from .live import live
    from .open import open_character

    character = open_character(settings.file)
    chosen = chosen_mapping(
        character,
        settings.file,
        settings.mapping,
        lambda sentence: logger.info("- %s", sentence),
    )
    opened = live(character, chosen.mapping, rule)
    logger.info("- %s: %s (%s)", character.name, opened.sentence, chosen.source)
    for sentence in chosen.alarms:
        logger.warning("- %s: %s", character.name, sentence)
    return opened
