"""Prepares the order that gives every wire another character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from bridge.sinks.fitting import Fitting

from .order import SetCharacter

if TYPE_CHECKING:
    from bridge.characters.live import LiveCharacter


class Wears(Protocol):
    """Sends for a character. Implemented by `bridge.sinks.open.Route`."""

    def fitting(self, character: LiveCharacter | None) -> Fitting:
        """Prepare what is done for another character."""

    def wear(self, fitting: Fitting) -> None:
        """Send for another character from the next frame on."""


def character_order(
    routes: Sequence[Wears], character: LiveCharacter | None
) -> SetCharacter:
    """Return the order for a character; None is the actor's own curves.

    It prepares all tables, which takes milliseconds, so do not call it on the
    pipeline's thread.

    Args:
        routes: of the daemon.
        character: and what moves it.
    """
    name = "" if character is None else character.character.name
    return SetCharacter(name, tuple(route.fitting(character) for route in routes))
