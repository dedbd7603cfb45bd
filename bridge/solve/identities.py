"""Keeps each person's face in one place, picture after picture.

The tracker gives faces in any order and loses hidden ones. A place stores where its
face was, how it moved, how large it was and whose it is. The faces of a new picture are
assigned to the places that fit best at the least total cost. If the face in a place is
recognised as the person of another place, the two places swap, so that a name stays
with a person. If it is nobody who is known, it is a new person (`recognition.py`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from engines.face.likeness import apart

from .assignment import cheapest
from .people import People
from .recognition import NEWEST, RECENT, Person, Recognition
from .track import RECENT_S, Sighting, Track, moved
from .tracker import Landmarks

STALL_S: Final = 2.0
"""Another person may have come between two pictures that are farther apart."""


@dataclass(frozen=True, slots=True)
class Seated:
    """A face that has a place."""

    place: int
    """From 0."""
    landmarks: Landmarks
    person: int | None
    """Number of the person. People are counted from 0 in the order they come. None
    until somebody in this place has looked ahead."""


@dataclass(slots=True)
class _Place:
    """The stored state of one face."""

    track: Track | None = None
    recognition: Recognition = field(default_factory=Recognition)
    missed: bool = False
    """True while pictures do not show it."""
    person: Person | None = None


class Identities:
    """Stable places, 0 to `faces` - 1, for the faces of a stream."""

    def __init__(self, faces: int) -> None:
        self._places = [_Place() for _ in range(faces)]
        self._people = People()

    def assign(self, found: list[Landmarks], captured_ns: int) -> list[Seated]:
        """Return every face that has a place, by place.

        If there are more faces than places, the smaller faces are left out.
        """
        faces = self._put([Sighting(landmarks) for landmarks in found], captured_ns)
        for slot in sorted(faces):
            self._recognise(slot, faces, captured_ns)
        for slot, place in enumerate(self._places):
            place.missed = slot not in faces
        return [
            Seated(slot, face.landmarks, self._number(slot))
            for slot, face in sorted(faces.items())
        ]

    def _put(self, found: list[Sighting], captured_ns: int) -> dict[int, Sighting]:
        """Return the faces by the place that fits best, and update those places."""
        only = len(self._places) == 1 and len(found) == 1
        # With one place and one face there is nothing to choose.
        chosen = [(0, found[0])] if only else self._chosen(found, captured_ns)
        for slot, face in chosen:
            place = self._places[slot]
            gone = self._was_gone(place, captured_ns)
            if gone or self._may_be_another(place, face):
                place.recognition.ask(place.person, gap=gone)
            place.track = moved(place.track, face, captured_ns, look=not only)
        return dict(chosen)

    def _chosen(
        self, found: list[Sighting], captured_ns: int
    ) -> list[tuple[int, Sighting]]:
        found = sorted(found, key=lambda face: -face.size)
        costs = [
            [self._cost(place, face, captured_ns) for place in self._places]
            for face in found
        ]
        taken = cheapest(costs, len(self._places))
        for row in range(len(found)):
            slot = taken[row]
            if slot is None:
                taken[row] = slot = self._vacant(captured_ns, taken)
                if slot is not None:
                    place = self._places[slot]
                    place.recognition.ask(place.person, gap=True)
        return [
            (slot, face)
            for slot, face in zip(taken, found, strict=True)
            if slot is not None
        ]

    def _cost(self, place: _Place, face: Sighting, captured_ns: int) -> float:
        if place.track is None:
            return math.inf
        known = None if place.person is None else place.person.mean
        return place.track.cost(face, known, captured_ns)

    def _vacant(self, captured_ns: int, taken: list[int | None]) -> int | None:
        """Return an unused place, else the one whose face was lost longest ago."""
        for slot, place in enumerate(self._places):
            if place.track is None and slot not in taken:
                return slot
        # A single place need not be kept for anybody.
        patience_ns = RECENT_S * 1e9 if len(self._places) > 1 else -math.inf
        lost = [
            (place.track.seen_ns, slot)
            for slot, place in enumerate(self._places)
            if place.track is not None
            and slot not in taken
            and captured_ns - place.track.seen_ns > patience_ns
        ]
        return min(lost)[1] if lost else None

    def _was_gone(self, place: _Place, captured_ns: int) -> bool:
        if place.track is None:
            return False
        away_s = (captured_ns - place.track.seen_ns) * 1e-9
        # A slow camera is not a gap.
        return away_s > (RECENT_S if place.missed else STALL_S)

    def _may_be_another(self, place: _Place, face: Sighting) -> bool:
        if place.track is None:
            return False
        # People who hide each other may have changed places in that time.
        hidden = place.missed and len(self._places) > 1
        return hidden or place.track.leapt(face)

    def _recognise(
        self, slot: int, faces: dict[int, Sighting], captured_ns: int
    ) -> None:
        """Check that a place's face is its person's, and correct the place if not."""
        place, face = self._places[slot], faces[slot]
        if not place.recognition.due(captured_ns) or not face.ahead:
            return
        looks = face.looks
        if looks is None:
            return
        if place.person is None:
            place.person = self._people.introduce(looks, 1, self._seated())
        elif not place.recognition.take(looks, captured_ns, place.person):
            self._put_right(slot, place.person, faces)

    def _put_right(self, slot: int, person: Person, faces: dict[int, Sighting]) -> None:
        """Find out who is in a place, after it was found not to be its person."""
        place = self._places[slot]
        count = min(place.recognition.count, RECENT // 2)
        looks = place.recognition.middle(count)
        known = self._people.nearest(looks, other_than=person)
        seats = [k for k, each in enumerate(self._places) if each.person is known]
        if known is not None and not seats:
            place.person = known
        elif known is not None and self._is_free(seats[0], known, person, faces):
            self._change_over(slot, seats[0], faces)
            return
        else:
            place.person = self._people.introduce(looks, count, self._seated())
            place.recognition = Recognition()
        place.recognition.asking = False

    def _is_free(
        self, slot: int, person: Person, other: Person, faces: dict[int, Sighting]
    ) -> bool:
        """Return True if a place is empty or shows the other person."""
        recognition = self._places[slot].recognition
        if slot not in faces:
            return True
        if recognition.count < NEWEST:
            return recognition.asking
        looks = recognition.middle(NEWEST)
        return apart(looks, other.mean) < apart(looks, person.mean)

    def _change_over(self, one: int, other: int, faces: dict[int, Sighting]) -> None:
        """Swap the faces of two places."""
        here, there = self._places[one], self._places[other]
        here.track, there.track = there.track, here.track
        here.recognition, there.recognition = there.recognition, here.recognition
        here.missed, there.missed = there.missed, here.missed
        faces_here, faces_there = faces.pop(one, None), faces.pop(other, None)
        for slot, face in ((one, faces_there), (other, faces_here)):
            if face is not None:
                faces[slot] = face
        for place in (here, there):
            place.recognition.asking = False

    def _number(self, slot: int) -> int | None:
        person = self._places[slot].person
        return None if person is None else person.number

    def _seated(self) -> list[Person]:
        return [place.person for place in self._places if place.person is not None]
