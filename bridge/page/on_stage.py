"""The character on stage with its mapping: one owner for pages and wires."""

from __future__ import annotations

import threading
from pathlib import Path

from bridge.characters.live import live
from bridge.errors import ConfigError
from bridge.orders.character import character_order
from engines.character.character import Character
from engines.character.mapping import Mapping

from .mapping_edits import Edits, opened
from .mapping_message import mapping_message
from .running import Running, Tell
from .stage import Stage


class OnStage:
    """Shows a character on the pages, and gives it to the wires. From any thread."""

    def __init__(
        self,
        stage: Stage,
        running: Running,
        tell: Tell,
        *,
        file: Path | None,
        on_wires: bool,
    ) -> None:
        """Own the character of a stage.

        Args:
            stage: shows it.
            running: has the wires.
            tell: sends a message to every page.
            file: where its mapping is saved; None for the built-in head.
            on_wires: True if the wires send for it already.
        """
        self.stage = stage
        self.lock = threading.RLock()
        """Held during a change."""
        self._running = running
        self._tell = tell
        self._wires = stage.number if on_wires else 0
        self._take(stage.now.mapping, file)

    def _take(self, mapping: Mapping, file: Path | None) -> None:
        self.edits = opened(mapping)
        self.solo: frozenset[str] = frozenset()
        self.file = file
        self.content = _content(file)
        """Of the mapping's file when it was read."""

    @property
    def character(self) -> Character:
        """The character on stage."""
        return self.stage.now.character

    @property
    def on_wires(self) -> bool:
        """True if the wires send for the character on stage."""
        return self._wires == self.stage.number

    def show(
        self, character: Character, mapping: Mapping, data: bytes, file: Path | None
    ) -> None:
        """Show another character on the pages; the wires go on as before.

        Args:
            character: what is shown.
            mapping: what moves it.
            data: one GLB.
            file: where its mapping is saved, and may be; None if it cannot be.

        Raises:
            CharacterError: it has too many morph targets.
        """
        with self.lock:
            # Whoever sends frames tells the pages of the new character too.
            self.stage.put(character, mapping, data)
            self._take(mapping, file)
            self.tell_mapping()

    def change(self, edits: Edits, solo: frozenset[str] | None = None) -> str:
        """Use other edits, on pages and wires; return what to add to the answer."""
        with self.lock:
            before = self.edits.now
            self.edits = edits
            self.solo = self.solo if solo is None else solo
            self.stage.remap(edits.now, self.solo)
            told = ""
            if self.on_wires and edits.now != before:
                told = self._give(self._wires)
            if _targets(edits.now) != _targets(before):
                # It says what the character gets from each curve.
                self._tell(self.stage.message())
            self.tell_mapping()
            return told

    def use(self) -> str:
        """Give the character on stage to every wire; return a sentence.

        Raises:
            ConfigError: the daemon refuses it; the wires go on as before.
        """
        with self.lock:
            if told := self._give(self.stage.number):
                raise ConfigError(told)
            self.tell_mapping()
            return f"the wires send for {self.character.name}"

    def use_none(self) -> None:
        """Give the actor's own curves to every wire.

        Raises:
            ConfigError: the daemon refuses; the wires go on as before.
        """
        answer = self._running.orders.ask(character_order(self._running.routes, None))
        if not answer.ok:
            raise ConfigError(answer.sentence)
        self._wires = 0

    def tell_mapping(self) -> None:
        """Tell every page the mapping."""
        self._tell(self.message())

    def message(self) -> dict[str, object]:
        """Return the message `mapping`."""
        return mapping_message(
            self.character,
            self.edits,
            solo=self.solo,
            file="" if self.file is None else str(self.file),
            wires=self.on_wires,
        )

    def _give(self, number: int) -> str:
        """Give the mapping in use to the wires; return why that failed, or ""."""
        character = live(
            self.character, self.edits.now, self._running.config.mood.rule()
        )
        order = character_order(self._running.routes, character)
        answer = self._running.orders.ask(order)
        if not answer.ok:
            return f"the wires were not changed: {answer.sentence}"
        self._wires = number
        return ""


def _targets(mapping: Mapping) -> list[tuple[str, tuple[str, ...]]]:
    return [(drive.source, drive.to) for drive in mapping.drives]


def _content(file: Path | None) -> bytes | None:
    try:
        return None if file is None or not file.exists() else file.read_bytes()
    except OSError:
        return None
