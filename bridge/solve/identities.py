"""Which face is whose, picture after picture.

The tracker gives faces in any order and forgets them when they hide. A place remembers
where its face was, how it moved, how large it was and how it is built; every face of a
new picture goes to the place it fits best, all of them taken together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .tracker import Landmarks, Points

_SPANS: Final = np.array(
    [
        # Eyes, between the eyes, cheekbones, temples, beside the ears.
        *((33, 133), (362, 263), (133, 362), (33, 263), (116, 345), (127, 356)),
        # Sides, heights of forehead, nose and foot of the nose, wings, jaw.
        *((234, 454), (10, 168), (168, 4), (4, 2), (98, 327), (2, 152)),
    ]
)
"""Distances on the face that expressions change little."""

_FROM, _TO = _SPANS[:, 0], _SPANS[:, 1]

RECENT_S: Final = 0.4
"""So long a lost face is expected to go on moving as it did."""

MEMORY_S: Final = 10.0
"""So long a lost face can come back to its place."""

WEIGHT_BUILD: Final = 8.0
"""Mean difference of log proportions to the same units as distance in face sizes: two
people differ by 0.03 to 0.07, one person's turns and laughs by 0.01 to 0.03."""

LIMIT: Final = 1.3
"""A face that fits worse than this is somebody else."""

PARKED: Final = 2.0
"""Cost of leaving a face without a place it knows; above `LIMIT`, so that knowing
wins."""


@dataclass(slots=True)
class _Place:
    """What is remembered of one face."""

    centre: tuple[float, float]
    """Pixels."""
    size: float
    """Square root of the box's area, pixels."""
    velocity: tuple[float, float]
    """Pixels a second."""
    build: npt.NDArray[np.float32]
    seen_ns: int


@dataclass(frozen=True, slots=True)
class _Face:
    """What is seen of one face."""

    centre: tuple[float, float]
    size: float
    build: npt.NDArray[np.float32]


class Identities:
    """Stable places, 0 to `faces` - 1, for the faces of a stream."""

    def __init__(self, faces: int) -> None:
        self._places: list[_Place | None] = [None] * faces
        self._only: tuple[Landmarks, int] | None = None

    def assign(
        self, found: list[Landmarks], captured_ns: int
    ) -> list[tuple[int, Landmarks]]:
        """Return (place, landmarks) for every face that has one, by place.

        A face without a place, because more are in the picture than places, is left
        out; the larger ones come first.
        """
        if len(self._places) == 1 and len(found) == 1:
            # One place and one face: nothing to tell apart, until there is.
            self._only = (found[0], captured_ns)
            return [(0, found[0])]
        if self._only is not None:
            landmarks, seen_ns = self._only
            self._places[0] = _moved(self._places[0], _look(landmarks), seen_ns)
            self._only = None
        seen = [(_look(landmarks), landmarks) for landmarks in found]
        seen.sort(key=lambda pair: -pair[0].size)
        costs = [
            [self._cost(place, face, captured_ns) for place in self._places]
            for face, _ in seen
        ]
        taken = _cheapest(costs, len(self._places))
        for row, (face, _) in enumerate(seen):
            if taken[row] is None:
                taken[row] = self._vacant(captured_ns, taken)
            slot = taken[row]
            if slot is not None:
                self._places[slot] = _moved(self._places[slot], face, captured_ns)
        placed = [
            (slot, landmarks)
            for slot, (_, landmarks) in zip(taken, seen, strict=True)
            if slot is not None
        ]
        return sorted(placed, key=lambda pair: pair[0])

    def _cost(self, place: _Place | None, face: _Face, captured_ns: int) -> float:
        """Return how badly a face fits a place, infinite where it cannot."""
        if place is None:
            return math.inf
        away_s = (captured_ns - place.seen_ns) * 1e-9
        if away_s > MEMORY_S:
            return math.inf
        ahead_s = min(away_s, RECENT_S)
        x = place.centre[0] + place.velocity[0] * ahead_s
        y = place.centre[1] + place.velocity[1] * ahead_s
        size = 0.5 * (place.size + face.size)
        distance = math.hypot(face.centre[0] - x, face.centre[1] - y) / size
        # The longer it was away, the less its old position says.
        distance /= 1.0 + 2.0 * max(0.0, away_s - RECENT_S)
        zoom = abs(math.log(face.size / place.size))
        built = float(np.abs(face.build - place.build).sum()) / len(_SPANS)
        cost = distance + zoom + WEIGHT_BUILD * built
        return cost if cost < LIMIT else math.inf

    def _vacant(self, captured_ns: int, taken: list[int | None]) -> int | None:
        """Return a place never used, else the one lost longest, if out of memory."""
        for slot, place in enumerate(self._places):
            if place is None and slot not in taken:
                return slot
        # An only place has nobody to be kept for.
        patience_ns = RECENT_S * 1e9 if len(self._places) > 1 else -math.inf
        lost = [
            (place.seen_ns, slot)
            for slot, place in enumerate(self._places)
            if place is not None
            and slot not in taken
            and captured_ns - place.seen_ns > patience_ns
        ]
        return min(lost)[1] if lost else None


def _look(landmarks: Landmarks) -> _Face:
    points: Points = landmarks.points
    x0, y0, x1, y1 = landmarks.box().tolist()
    spans = points[_FROM] - points[_TO]
    lengths = np.sqrt(np.einsum("ij,ij->i", spans, spans)) + 1e-3
    logs = np.log(lengths)
    return _Face(
        centre=(0.5 * (x0 + x1), 0.5 * (y0 + y1)),
        size=math.sqrt(max(1.0, (x1 - x0) * (y1 - y0))),
        build=logs - logs.mean(),
    )


def _moved(place: _Place | None, face: _Face, captured_ns: int) -> _Place:
    """Return a place after its face was seen again."""
    since_s = math.inf if place is None else (captured_ns - place.seen_ns) * 1e-9
    if place is None or not 0.0 < since_s < MEMORY_S:
        return _Place(face.centre, face.size, (0.0, 0.0), face.build, captured_ns)
    if since_s > RECENT_S:
        velocity = (0.0, 0.0)
    else:
        keep = math.exp(-since_s / 0.1)
        velocity = (
            _blend(place.velocity[0], face.centre[0] - place.centre[0], since_s, keep),
            _blend(place.velocity[1], face.centre[1] - place.centre[1], since_s, keep),
        )
    known = math.exp(-since_s / 2.0)
    build = known * place.build + (1.0 - known) * face.build
    return _Place(face.centre, face.size, velocity, build, captured_ns)


def _blend(velocity: float, step: float, since_s: float, keep: float) -> float:
    return keep * velocity + (1.0 - keep) * step / since_s


def _cheapest(costs: list[list[float]], places: int) -> list[int | None]:
    """Return the place of every face (row) so that the sum of costs is least.

    A face may stay without a place for `PARKED`. Tried one face after the other over
    every set of places taken so far, 2 ** places at most.
    """
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {0: (0.0, ())}
    for row in costs:
        after: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        for taken, (cost, chosen) in best.items():
            options: list[tuple[int, float, int | None]] = [(taken, PARKED, None)]
            options += [
                (taken | 1 << slot, row[slot], slot)
                for slot in range(places)
                if not taken >> slot & 1 and row[slot] < math.inf
            ]
            for key, added, slot in options:
                total = cost + added
                if key not in after or total < after[key][0]:
                    after[key] = (total, (*chosen, slot))
        best = after
    return list(min(best.values(), key=lambda entry: entry[0])[1])
