"""A character that is sent live: what its frames are fitted to, on every wire."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bridge.shape.finish import Finish
from engines.character.character import Character
from engines.character.mapping import Mapping
from engines.character.retarget import Retarget
from engines.character.told import told
from engines.expression.held import Rule


@dataclass(frozen=True, slots=True, eq=False)
class LiveCharacter:
    """A character and what moves it."""

    character: Character
    mapping: Mapping
    finish: Finish
    """Fits a frame to the character."""
    sentence: str
    """What it gets, for people, without its name."""
    rule: Rule = field(default_factory=Rule)
    """When its emotions begin and end."""

    def retarget(self, *, emotions: bool = True) -> Retarget:
        """Return a retargeting of its own for one face on one wire.

        Args:
            emotions: False plays none, whatever the mapping says.
        """
        mapping = self.mapping
        return Retarget(
            self.character,
            mapping if emotions else replace(mapping, emotions="off"),
            self.rule,
        )


def live(
    character: Character, mapping: Mapping, rule: Rule | None = None
) -> LiveCharacter:
    """Return a character with what moves it, ready to be sent.

    Args:
        character: to be moved.
        mapping: what moves it.
        rule: when its emotions begin and end.
    """
    retarget = Retarget(character, mapping)
    finish = Finish(retarget.fit, retarget.fit.doubt)
    return LiveCharacter(
        character,
        mapping,
        finish,
        told(retarget),
        rule or Rule(),
    )
