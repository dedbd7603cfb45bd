"""A live calibration: prompts a person in front of a camera and records the face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.capture.source import Image, Source
from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import BridgeError
from bridge.solve.tracker import Landmarks, Points, Tracker
from engines.face.preprocess import Alignment, align
from protocols.arrays import Floats, Mask
from protocols.channels import ARKIT

from .calm import ahead, middle
from .script import Move, Part, Walk
from .take import Solves, Take, check_rest, stack, weigh

PATIENCE_S: Final = 60.0
"""The calibration fails after this long without a face."""

WAIT_S: Final = 0.25
"""Wait for a picture before the screen reports that none arrives."""

NO_PICTURE: Final = "Paused: the camera sends no picture"
NO_FACE: Final = "Paused: no face in the picture"
TURNED: Final = "Paused: turn your face to the camera"


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What the screen shows at one instant."""

    walk: Walk
    weights: Floats
    """(52,) weights of the newest face."""
    problem: str = ""
    """Why the script is paused; empty while it runs."""


Show = Callable[[Moment], None]


def take_live(
    source: Source,
    tracker: Tracker,
    actor: Solves,
    moves: Sequence[Move],
    show: Show,
    clock_ns: ClockNs = monotonic_ns,
) -> Take:
    """Prompt a person through the moves and return the take.

    Args:
        source: a camera or stream.
        tracker: finds the face.
        actor: a new actor; this sets its neutral face.
        moves: the script, with "learn" before "rest" before "move".
        show: called for every picture, and after every wait without one.
        clock_ns: monotonic nanoseconds.

    Raises:
        BridgeError: the source ended, no face was seen for `PATIENCE_S`, or the face
            was not calm during the rest prompts.
    """
    walk, record = Walk(moves), _Record(source.name, actor)
    weights = np.zeros(len(ARKIT), dtype=np.float32)
    seen_ns = clock_ns()
    while not walk.done:
        image = source.read(WAIT_S)
        if image is None and source.ended:
            raise BridgeError(
                f"{source.name}: ended before the last move; expected a camera or a "
                "live stream; check the connection and calibrate again"
            )
        problem = NO_PICTURE
        if image is not None:
            problem, found = _look(tracker, image, walk.move.part)
            if found is not None:
                seen_ns = clock_ns()
                weights = record.add(walk, image, *found, counts=not problem)
            walk.step(image.captured_ns / 1e9, runs=not problem)
        show(Moment(walk, weights, problem))
        if clock_ns() - seen_ns > PATIENCE_S * 1e9:
            raise BridgeError(
                f"{source.name}: no face for {PATIENCE_S:g} s; check that the camera "
                "sees you and that there is light on your face"
            )
    return record.take()


def _look(
    tracker: Tracker, image: Image, part: Part
) -> tuple[str, tuple[Landmarks, Alignment] | None]:
    """Return the problem with a picture, or "", and the face if there is one."""
    for landmarks in tracker.track(image.pixels, image.captured_ns)[:1]:
        alignment = align(landmarks.points)
        if alignment is not None:
            turned = part in ("learn", "rest") and not ahead(alignment)
            return TURNED if turned else "", (landmarks, alignment)
    return NO_FACE, None


class _Record:
    """Collects a take, frame by frame."""

    def __init__(self, source: str, actor: Solves) -> None:
        self._source = source
        self._actor = actor
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
        )
