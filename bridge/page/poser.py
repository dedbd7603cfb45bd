"""Turns frames into the postures that pages draw."""

from __future__ import annotations

from collections.abc import Callable

from engines.character.mapping import Mapping
from engines.character.retarget import Retarget
from engines.character.showing import alone
from protocols.frame import FaceFrame
from protocols.page_posture import TESTED, PagePosture, encode_posture

from .staged import Staged


class Poser:
    """Retargets each face by its own `Retarget`. For one thread."""

    def __init__(self, now: Callable[[], Staged], flags: int = 0) -> None:
        """Pose the character that `now` returns.

        Args:
            now: returns the character on stage; it may be another one each time.
            flags: of all messages, see `protocols.page_posture`.
        """
        self._now = now
        self._flags = flags
        self._number = 0
        self._mapping: Mapping | None = None
        self._faces: dict[int, Retarget] = {}
        self._test: Retarget | None = None

    def __call__(self, frame: FaceFrame, place: int) -> bytes:
        """Return the message of kind 3 for a frame.

        Args:
            frame: as it was sent, before it was fitted to a character.
            place: of the face, from 0.
        """
        staged = self._now()
        if (staged.number, staged.acting) != (self._number, self._mapping):
            self._number, self._mapping = staged.number, staged.acting
            self._faces.clear()
            self._test = None
        flags = self._flags
        if staged.test is None:
            retarget = self._faces.get(place)
            if retarget is None:
                retarget = Retarget(staged.character, staged.acting)
                self._faces[place] = retarget
            posture = retarget.perform(
                frame.vector, frame.expression, frame.captured_ns
            )
        else:
            flags |= TESTED
            if self._test is None:
                self._test = Retarget(staged.character, staged.mapping)
            test = staged.test
            posture = alone(staged.character, self._test, test.source, test.value)
        return encode_posture(
            PagePosture(
                *(place, flags, staged.number, frame.captured_ns / 1e6),
                *(posture.weights, posture.turns, posture.places),
            )
        )
