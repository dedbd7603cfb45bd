"""The character that pages show: it may be changed by any page, and all see it."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from bridge.errors import CharacterError
from engines.character.character import Character
from engines.character.mapping import Mapping
from protocols.frame import FaceFrame
from protocols.page_posture import MOST_SLOTS

from .character_message import character_message
from .poser import Poser
from .staged import Staged, Tried


class Stage:
    """Holds the character of the pages. From any thread, except `posture`."""

    def __init__(self, character: Character, mapping: Mapping, file: bytes) -> None:
        """Show a character; arguments and errors as for `put`."""
        self._lock = threading.Lock()
        self._now = Staged(1, _small(character), file, mapping, mapping)
        self._pose = Poser(lambda: self._now)

    @property
    def now(self) -> Staged:
        """The character that is shown. Take it once for several questions."""
        return self._now

    @property
    def number(self) -> int:
        """The number of the character; it rises with each."""
        return self._now.number

    def put(self, character: Character, mapping: Mapping, file: bytes) -> Staged:
        """Show another character from now on.

        Args:
            character: what is shown.
            mapping: what moves it.
            file: one GLB with the same nodes and morph targets.

        Raises:
            CharacterError: it has too many morph targets for a page.
        """
        _small(character)
        with self._lock:
            number = self._now.number + 1
            self._now = Staged(number, character, file, mapping, mapping)
            return self._now

    def remap(self, mapping: Mapping, solo: Collection[str] = ()) -> Staged:
        """Move the character by another mapping from now on.

        Args:
            mapping: what moves it.
            solo: sources of drives; if there are any, only these act on pages.
        """
        acting = mapping
        if solo:
            drives = tuple(one for one in mapping.drives if one.source in solo)
            acting = replace(mapping, drives=drives)
        with self._lock:
            self._now = replace(self._now, mapping=mapping, acting=acting)
            return self._now

    def test(self, test: Tried | None) -> None:
        """Let one source act instead of the faces; None lets the faces act again."""
        with self._lock:
            self._now = replace(self._now, test=test)

    def posture(self, frame: FaceFrame, place: int) -> bytes | None:
        """Return the message of kind 3 for a frame of a face. For one thread."""
        return self._pose(frame, place)

    def message(self) -> dict[str, Any]:
        """Return the text message that describes the character."""
        return character_message(self._now)

    def file(self) -> bytes:
        """Return the GLB that the browser loads."""
        return self._now.file


def _small(character: Character) -> Character:
    if len(character.slots) > MOST_SLOTS:
        raise CharacterError(
            f"{character.name}: has {len(character.slots)} morph targets, at most "
            f"{MOST_SLOTS} can be shown"
        )
    return character
