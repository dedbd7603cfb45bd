"""Which face is whose, picture after picture.

The tracker gives faces in any order and forgets them when they hide. A place remembers
where its face was, how it moved, how large it was and whose it is; every face of a new
picture goes to the place it fits best, all of them taken together. Where that turns out
to be the person of another place, the two places change over, so that a name stays with
a person; where it is nobody's, somebody new has come (`recognition.py`).
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
"""Between two pictures so far apart somebody else may have sat down."""


@dataclass(frozen=True, slots=True)
class Seated:
    """A face that has a place."""

    place: int
    """From 0."""
    landmarks: Landmarks
    person: int | None
    """Whose face it is: people are counted from 0 as they come. None as long as nobody
    in this place has looked ahead."""


@dataclass(slots=True)
class _Place:
    """What is remembered of one face."""

    track: Track | None = None
    recognition: Recognition = field(default_factory=Recognition)
    missed: bool = False
    """True while pictures come without it."""
    person: Person | None = None


class Identities:
    """Stable places, 0 to `faces` - 1, for the faces of a stream."""

    def __init__(self, faces: int) -> None:
        self._places = [_Place() for _ in range(faces)]
        self._people = People()

    def assign(self, found: list[Landmarks], captured_ns: int) -> list[Seated]:
        """Return every face that has a place, by place.

        A face without a place, because more are in the picture than places, is left
        out; the larger ones come first.
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
        """Return the faces by the place that each fits best, and follow them there."""
        only = len(self._places) == 1 and len(found) == 1
        # One place and one face: nothing to tell apart, until there is.
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
        """Return a place never used, else the one lost longest, if for long enough."""
        for slot, place in enumerate(self._places):
            if place.track is None and slot not in taken:
                return slot
        # An only place has nobody to be kept for.
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
        # Pictures that are slow to come are no gap.
        return away_s > (RECENT_S if place.missed else STALL_S)

    def _may_be_another(self, place: _Place, face: Sighting) -> bool:
        if place.track is None:
            return False
        # People who hide each other may have changed places meanwhile.
        hidden = place.missed and len(self._places) > 1
        return hidden or place.track.leapt(face)

    def _recognise(
        self, slot: int, faces: dict[int, Sighting], captured_ns: int
    ) -> None:
        """Look whether the place's person is who is there, and put it right if not."""
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
        """Find out who is in a place, where it is not the person of the place."""
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
        """Tell whether a place's own person is not there: nobody is, or the other."""
        recognition = self._places[slot].recognition
        if slot not in faces:
            return True
        if recognition.count < NEWEST:
            return recognition.asking
        looks = recognition.middle(NEWEST)
        return apart(looks, other.mean) < apart(looks, person.mean)

    def _change_over(self, one: int, other: int, faces: dict[int, Sighting]) -> None:
        """Let two places go on with each other's faces."""
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
