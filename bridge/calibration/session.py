"""A person's way through a calibration: picture by picture, from wherever they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.capture.source import Image
from bridge.solve.tracker import Landmarks, Points
from engines.face.preprocess import Alignment, align
from protocols.arrays import Floats, Mask
from protocols.channels import ARKIT

from .calm import ahead, middle
from .script import Move, Part, Walk
from .take import Reads, Rest, Solves, Take, check_rest, stack, weigh

PATIENCE_S: Final = 60.0
"""The calibration fails after this long without a face."""

WAIT_S: Final = 0.25
"""Wait for a picture before people are told that none arrives."""

NO_PICTURE: Final = "Paused: the camera sends no picture"
NO_FACE: Final = "Paused: no face in the picture"
TURNED: Final = "Paused: turn your face to the camera"


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What people are shown at one instant."""

    walk: Walk
    weights: Floats
    """(52,) weights of the newest face."""
    problem: str = ""
    """Why the script is paused; empty while it runs."""


class Session:
    """One calibration. Not thread-safe."""

    def __init__(
        self,
        source: str,
        actor: Solves,
        moves: Sequence[Move],
        read: Reads | None = None,
    ) -> None:
        """Begin with the first move.

        Args:
            source: where the pictures come from, for messages.
            actor: a new actor; this sets its neutral face.
            moves: the script, with "learn" before "rest" before "move".
            read: identifies expressions; None leaves them out.
        """
        self.walk = Walk(moves)
        self.seen = False
        """True if the last picture had a face."""
        self._record = _Record(source, actor, Rest(read))
        self._weights: Floats = np.zeros(len(ARKIT), dtype=np.float32)

    def miss(self) -> Moment:
        """Note that no picture comes."""
        self.seen = False
        return Moment(self.walk, self._weights, NO_PICTURE)

    def see(self, image: Image, faces: Sequence[Landmarks]) -> Moment:
        """Take a picture and the faces that were found in it; the first one counts.

        Raises:
            BridgeError: the face was not calm during the rest prompts.
        """
        walk = self.walk
        problem, found = _look(faces, walk.move.part)
        self.seen = found is not None
        if found is not None:
            self._weights = self._record.add(walk, image, *found, counts=not problem)
        walk.step(image.captured_ns / 1e9, runs=not problem)
        return Moment(walk, self._weights, problem)

    def take(self) -> Take:
        """Return the take, once the script is over."""
        return self._record.take()


def _look(
    faces: Sequence[Landmarks], part: Part
) -> tuple[str, tuple[Landmarks, Alignment] | None]:
    """Return the problem with a picture, or "", and the face if there is one."""
    for landmarks in faces[:1]:
        alignment = align(landmarks.points)
        if alignment is not None:
            turned = part in ("learn", "rest") and not ahead(alignment)
            return TURNED if turned else "", (landmarks, alignment)
    return NO_FACE, None


class _Record:
    """Collects a take, frame by frame."""

    def __init__(self, source: str, actor: Solves, at_rest: Rest) -> None:
        self._source = source
        self._actor = actor
        self._at_rest = at_rest
        self._rested = False
        self._calm: list[Alignment] = []
        self._points: Points | None = None
        self._rest: list[Floats] = []
        self._motion: list[Floats] = []
        self._asked: list[Mask] = []

    def add(
        self,
        walk: Walk,
        image: Image,
        landmarks: Landmarks,
        alignment: Alignment,
        *,
        counts: bool,
    ) -> Floats:
        """Solve a face, keep what the current move needs, and return the weights."""
        part = walk.move.part
        if self._points is None and self._calm and part != "learn":
            self._points = middle(self._calm)
            self._actor.know_neutral(self._points)
        if not self._rested and self._rest and part != "rest":
            # Checked now, so that the person does not play all moves in vain.
            check_rest(self._source, stack(self._rest))
            self._rested = True
        weights = weigh(self._actor, image, landmarks)
        if counts and part == "learn":
            self._calm.append(alignment)
        elif counts and part == "rest":
            self._rest.append(weights)
            self._at_rest.add(image, landmarks)
        elif counts and part == "move":
            self._motion.append(weights)
            self._asked.append(walk.asked())
        return weights

    def take(self) -> Take:
        """Return the take, once the script is over."""
        assert self._points is not None, "a script without a neutral face"
        return Take(
            self._source,
            self._points,
            stack(self._rest),
            stack(self._motion),
            np.array(self._asked, dtype=np.bool_).reshape(-1, len(ARKIT)),
            self._at_rest.expression(),
        )
