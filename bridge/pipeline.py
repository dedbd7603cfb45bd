"""The data path, top to bottom. Every other file in the daemon serves this one.

image ── track ── solve ── shape ── publish ── sinks
                    │        │         │
           one Actor and one Shaper    one frame an image, or as many as a
              a face                   clock of its own asks for (`output.py`)
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from protocols.channels import Vector
from protocols.frame import NO_EXPRESSION, FaceFrame
from protocols.timecode import Timecode

from .capture.source import Image, Pixels
from .metrics import Stopwatch
from .solve.identities import Seated
from .solve.tracker import Landmarks, Tracker


class Reads(Protocol):
    """Identifies expressions; `bridge.solve.expression.ExpressionReader` does."""

    def __call__(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        """Return (8,) probabilities; ValueError where the points are no face."""


class Solves(Protocol):
    """Turns one actor's face into frames; `bridge.solve.actor.Actor` does."""

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        """Return the solved frame of a face that was found in the image."""

    def meet(self, person: int) -> None:
        """Take the frames of this person from now on, and keep nothing of another's."""


class Shapes(Protocol):
    """Finishes one face's frames; `bridge.shape.shaper.Shaper` does."""

    def take(self, frame: FaceFrame) -> None:
        """Take a solved frame."""

    def lose(self, captured_ns: int) -> None:
        """Take an instant without a face."""

    def meet(self) -> None:
        """Take somebody else's frames from now on."""

    def show(self, index: int, captured_ns: int) -> FaceFrame:
        """Return what is sent for an instant at or after the last that was taken."""


class Assigns(Protocol):
    """Says which face is whose; `bridge.solve.identities.Identities` does."""

    def assign(self, found: list[Landmarks], captured_ns: int) -> list[Seated]:
        """Return every face that has a place, by place."""


class Times(Protocol):
    """Says when a frame is; `protocols.timecode.Timeline` does for a file, and
    `bridge.time_of_day.LiveTimeline` for a camera."""

    def at(self, captured_ns: int) -> Timecode:
        """Return the timecode of one instant; instants come in order."""


class Publishes(Protocol):
    """Takes finished frames; `bridge.sinks.open.Route` does."""

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Send one frame."""


@dataclass(frozen=True, slots=True)
class Face:
    """One place for an actor, from solver to shaper."""

    solver: Solves
    shaper: Shapes


class Pipeline:
    """One image in, every face's frame out to every sink. One thread.

    Paced, images only move the faces on, and `tick` sends them, from any one thread.
    """

    def __init__(
        self,
        tracker: Tracker,
        identities: Assigns,
        faces: Sequence[Face],
        routes: Sequence[Publishes],
        timeline: Times,
        watch: Stopwatch,
        read: Reads | None = None,
        *,
        paced: bool = False,
    ) -> None:
        self._tracker = tracker
        self._read = read
        self._identities = identities
        self._faces = faces
        self._routes = routes
        self._timeline = timeline
        self._watch = watch
        # The first face is announced even before it is seen, so that receivers find
        # their subject; the others come when they come.
        self._seen = {0}
        self._people: dict[int, int] = {}
        self._last = (0, 0)
        self.now_ns = 0
        """The newest instant that the faces were moved on to; the images' timeline."""
        self._paced = paced
        self._ticks = 0
        # Between images and ticks; never held while a network of the solver is at work.
        self._shaping = threading.Lock()
        self.shown: tuple[FaceFrame, ...] = ()
        """The newest frames, one a face, for whoever looks on."""

    def step(self, image: Image) -> tuple[FaceFrame, ...]:
        """Take one image through all stages; return what was sent: paced, nothing."""
        watch = self._watch
        watch.start(image.arrived_ns)
        found = self._tracker.track(image.pixels, image.captured_ns)
        watch.lap()
        placed = self._identities.assign(found, image.captured_ns)
        expressions = [self._express(image.pixels, seat.landmarks) for seat in placed]
        watch.lap()
        changed = self._meet(placed)
        solved = {
            seat.place: self._faces[seat.place].solver.solve(
                image, seat.landmarks, expression
            )
            for seat, expression in zip(placed, expressions, strict=True)
        }
        watch.lap()
        self._last = (image.index, image.captured_ns)
        self.now_ns = image.captured_ns
        with self._shaping:
            watch.shape()
            self._seen |= solved.keys()
            for slot in changed:
                self._faces[slot].shaper.meet()
            for slot in self._seen:
                if slot in solved:
                    self._faces[slot].shaper.take(solved[slot])
                else:
                    self._faces[slot].shaper.lose(image.captured_ns)
            if self._paced:
                watch.hold(tracked=bool(solved))
                return ()
            frames = self._show(image.index, image.captured_ns)
        watch.lap()
        self._publish(frames)
        watch.lap()
        watch.finish(tracked=bool(solved))
        return frames

    def idle(self, since_last_ns: int) -> tuple[FaceFrame, ...]:
        """Publish held faces while no image comes: the camera is away.

        Args:
            since_last_ns: how long ago the last image was.
        """
        index, captured_ns = self._last
        self.now_ns = now = captured_ns + since_last_ns
        with self._shaping:
            self._watch.forget()
            for slot in self._seen:
                self._faces[slot].shaper.lose(now)
            frames = () if self._paced else self._show(index, now)
        self._publish(frames)
        return frames

    def tick(self, captured_ns: int) -> tuple[FaceFrame, ...]:
        """Send every face as it is at an instant; instants come in order.

        Frames are counted by ticks then, not by images.
        """
        watch = self._watch
        with self._shaping:
            watch.tick()
            frames = self._show(self._ticks, captured_ns)
            self._ticks += 1
            watch.shown()
        self._publish(frames)
        watch.sent()
        return frames

    def _meet(self, placed: list[Seated]) -> list[int]:
        """Tell solvers whose face it is now; return places with somebody else."""
        changed = []
        for seat in placed:
            before = self._people.get(seat.place)
            if seat.person is None or seat.person == before:
                continue
            self._people[seat.place] = seat.person
            self._faces[seat.place].solver.meet(seat.person)
            if before is not None:
                changed.append(seat.place)
        return changed

    def _show(self, index: int, captured_ns: int) -> tuple[FaceFrame, ...]:
        return tuple(
            self._faces[slot].shaper.show(index, captured_ns)
            for slot in sorted(self._seen)
        )

    def _express(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        if self._read is None:
            return NO_EXPRESSION
        try:
            return self._read(pixels, landmarks)
        except ValueError:
            # Landmarks that are no face: the solver will say so too.
            return NO_EXPRESSION

    def _publish(self, frames: tuple[FaceFrame, ...]) -> None:
        for frame in frames:
            time = self._timeline.at(frame.captured_ns)
            for route in self._routes:
                route.publish(frame, time)
        if frames:
            self.shown = frames
