"""Orders on a face whose images other threads solve: one at a time."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from bridge.capture.source import Image
from bridge.shape.profile import Points
from bridge.solve.actor import Actor
from bridge.solve.tracker import Landmarks
from protocols.channels import Vector
from protocols.frame import FaceFrame


class LockedActor:
    """Implements `Solves` and `Calibrates`; any thread may use it."""

    def __init__(self, actor: Actor) -> None:
        """Use this actor, and nobody else may use it."""
        self._actor = actor
        self._lock = threading.Lock()

    @property
    def guarded(self) -> int:
        """See `Actor.guarded`."""
        return self._actor.guarded

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        """See `Actor.solve`."""
        with self._lock:
            return self._actor.solve(image, landmarks, expression)

    def meet(self, person: int) -> None:
        """See `Actor.meet`."""
        with self._lock:
            self._actor.meet(person)

    def calibrate(self, seconds: float) -> None:
        """See `Actor.calibrate`."""
        with self._lock:
            self._actor.calibrate(seconds)

    def know_neutral(self, points: Points | None) -> None:
        """See `Actor.know_neutral`."""
        with self._lock:
            self._actor.know_neutral(points)

    def know_rest(self, expression: Vector | None) -> None:
        """See `Actor.know_rest`."""
        with self._lock:
            self._actor.know_rest(expression)

    def reset_neutral(self) -> bool:
        """See `Actor.reset_neutral`."""
        with self._lock:
            return self._actor.reset_neutral()


class JointActor:
    """Gives orders on the mixed face to all actors that solve it."""

    def __init__(self, actors: Sequence[LockedActor]) -> None:
        """Use the actors of one face in several cameras; at least one."""
        self._actors = actors

    @property
    def guarded(self) -> int:
        """The sum of all actors."""
        return sum(actor.guarded for actor in self._actors)

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        """Solve an image of the first camera."""
        return self._actors[0].solve(image, landmarks, expression)

    def meet(self, person: int) -> None:
        """Tell the first actor; the others follow people in their own images."""
        self._actors[0].meet(person)

    def calibrate(self, seconds: float) -> None:
        """See `Actor.calibrate`."""
        for actor in self._actors:
            actor.calibrate(seconds)

    def know_neutral(self, points: Points | None) -> None:
        """See `Actor.know_neutral`."""
        for actor in self._actors:
            actor.know_neutral(points)

    def know_rest(self, expression: Vector | None) -> None:
        """See `Actor.know_rest`."""
        for actor in self._actors:
            actor.know_rest(expression)

    def reset_neutral(self) -> bool:
        """Return True if all actors use given points."""
        given = [actor.reset_neutral() for actor in self._actors]
        return all(given)
