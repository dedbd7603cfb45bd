"""Faces out of images: tracker, identities, expression network, one solver a face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bridge.capture.source import Image, Pixels, Source
from bridge.metrics import Stopwatch
from bridge.solve.identities import Seated
from bridge.solve.tracker import Landmarks, Tracker
from protocols.channels import Vector
from protocols.frame import NO_EXPRESSION

from .feed import Solved, SolvedBy, Solves, Times


class Reads(Protocol):
    """Identifies expressions; `bridge.solve.expression.ExpressionReader` does."""

    def __call__(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        """Return (8,) probabilities; ValueError where the points are no face."""


class Assigns(Protocol):
    """Says which face is whose; `bridge.solve.identities.Identities` does."""

    def assign(self, found: list[Landmarks], captured_ns: int) -> list[Seated]:
        """Return every face that has a place, by place."""


class CameraFeed:
    """Implements `Feed` for a source of images. One thread reads."""

    def __init__(
        self,
        source: Source,
        tracker: Tracker,
        identities: Assigns,
        actors: Sequence[Solves],
        watch: Stopwatch,
        read: Reads | None = None,
        *,
        timeline: Times,
        solver: SolvedBy,
    ) -> None:
        """Put the parts together; all of them are open.

        Args:
            source: gives images.
            tracker: finds faces in them.
            identities: says which face is whose.
            actors: solve the faces, one a place.
            watch: times the stages.
            read: identifies expressions, where that is wanted.
            timeline: the timecode of images.
            solver: what the actors solve with.
        """
        self.name, self.own_time = source.name, source.own_time
        self.solver = solver
        self.timelines: Sequence[Times] = [timeline] * len(actors)
        self.actors = actors
        self._source = source
        self._tracker = tracker
        self._identities = identities
        self._watch = watch
        self._read = read
        self._people: dict[int, int] = {}

    @property
    def dropped(self) -> int:
        """Images that a newer one overtook before they were solved."""
        return self._source.dropped

    @property
    def missing(self) -> int:
        """Images that should have come and could not be decoded."""
        return self._source.missing

    @property
    def ended(self) -> bool:
        """True once no more images will come."""
        return self._source.ended

    def read(self, timeout_s: float | None = None) -> Solved | None:
        """Return the faces of the newest image, or None after the time-out."""
        image = self._source.read(timeout_s)
        return None if image is None else self.solve(image)

    def solve(self, image: Image) -> Solved:
        """Return the faces of one image; begins the pass that the pipeline ends."""
        watch = self._watch
        watch.start(image.arrived_ns)
        found = self._tracker.track(image.pixels, image.captured_ns)
        watch.lap()
        placed = self._identities.assign(found, image.captured_ns)
        expressions = [self._express(image.pixels, seat.landmarks) for seat in placed]
        watch.lap()
        changed = self._meet(placed)
        frames = {
            seat.place: self.actors[seat.place].solve(image, seat.landmarks, expression)
            for seat, expression in zip(placed, expressions, strict=True)
        }
        watch.lap()
        return Solved(
            image.index,
            image.captured_ns,
            image.arrived_ns,
            frames,
            changed=changed,
            image=image,
        )

    def close(self) -> None:
        """Close the source; tracker and networks are closed by who opened them."""
        self._source.close()

    def _meet(self, placed: list[Seated]) -> list[int]:
        """Tell solvers whose face it is now; return places with somebody else."""
        changed = []
        for seat in placed:
            before = self._people.get(seat.place)
            if seat.person is None or seat.person == before:
                continue
            self._people[seat.place] = seat.person
            self.actors[seat.place].meet(seat.person)
            if before is not None:
                changed.append(seat.place)
        return changed

    def _express(self, pixels: Pixels, landmarks: Landmarks) -> Vector:
        if self._read is None:
            return NO_EXPRESSION
        try:
            return self._read(pixels, landmarks)
        except ValueError:
            # Landmarks that are no face: the solver will say so too.
            return NO_EXPRESSION
