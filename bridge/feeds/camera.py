"""Finds and solves the faces in images: tracker, identities, expressions, solvers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bridge.capture.source import Image, Source
from bridge.metrics import Stopwatch
from bridge.solve.identities import Seated
from bridge.solve.tracker import Landmarks, Tracker

from .expressions import Expressions, Reads
from .feed import Solved, SolvedBy, Solves, Times


class Assigns(Protocol):
    """Assigns faces to persons. See `bridge.solve.identities.Identities`."""

    def assign(self, found: list[Landmarks], captured_ns: int) -> list[Seated]:
        """Return all faces that have a place, in the order of the places."""


class CameraFeed:
    """Implements `Feed` for a source of images. `read` is not thread-safe."""

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
        express_later: bool = False,
    ) -> None:
        """Use these parts; all of them are open.

        Args:
            source: provides images.
            tracker: finds faces in them.
            identities: assigns faces to persons.
            actors: solve the faces, one per place.
            watch: measures the stages.
            read: identifies expressions; None to leave them out.
            timeline: the timecode of images.
            solver: the solver of the actors.
            express_later: True if a frame takes the expression of the image before,
                and is sent earlier.
        """
        self.name, self.own_time = source.name, source.own_time
        self.solver = solver
        self.timelines: Sequence[Times] = [timeline] * len(actors)
        self.actors = actors
        self._source = source
        self._tracker = tracker
        self._identities = identities
        self._watch = watch
        self._express = Expressions(read, watch.expression, later=express_later)
        self._people: dict[int, int] = {}

    @property
    def dropped(self) -> int:
        """Images that a newer image replaced before they were solved."""
        return self._source.dropped

    @property
    def missing(self) -> int:
        """Images that could not be decoded."""
        return self._source.missing

    @property
    def ended(self) -> bool:
        """True if there will be no more images."""
        return self._source.ended

    def read(self, timeout_s: float | None = None) -> Solved | None:
        """Return the faces of the newest image; None after the timeout.

        The faces of the image before have been sent now: there is time for what was
        left for later.
        """
        self._express.catch_up()
        image = self._source.read(timeout_s)
        return None if image is None else self.solve(image)

    def solve(self, image: Image) -> Solved:
        """Return the faces of one image. Starts a measurement; the pipeline ends it."""
        watch = self._watch
        watch.start(image.arrived_ns)
        found = self._tracker.track(image.pixels, image.captured_ns)
        watch.lap()
        placed = self._identities.assign(found, image.captured_ns)
        expressions = self._express(image.pixels, placed)
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
            landmarks={seat.place: seat.landmarks for seat in placed},
        )

    def close(self) -> None:
        """Close the source. The caller closes the tracker and networks."""
        self._source.close()

    def _meet(self, placed: list[Seated]) -> list[int]:
        """Tell solvers about new persons; return places whose person has changed."""
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
