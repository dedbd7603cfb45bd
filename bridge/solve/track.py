"""Follows one face from picture to picture and predicts where it is next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.face.likeness import Likeness, apart, likeness
from engines.face.preprocess import align
from protocols.rotation import matrix_to_vector

from .recognition import AHEAD
from .tracker import Landmarks

RECENT_S: Final = 0.4
"""A lost face is expected to keep its velocity this long."""

MEMORY_S: Final = 10.0
"""The position of a lost face is used this long."""

WEIGHT_LIKENESS: Final = 0.2
"""Factor from a difference in likeness to a distance in face sizes."""

UNLIKE: Final = 4.0
"""Larger differences in likeness count as this much."""

LIMIT: Final = 1.3
"""A face with a higher cost is another person's."""

LEAP: Final = 0.15
"""In face sizes. A face that moves, grows or shrinks by more from one picture to the
next may be another one: it was found elsewhere, or the film was cut. Heads reach 0.13
in 1/15 s."""


class Sighting:
    """One face in one picture. Slow values are computed when they are first read."""

    __slots__ = ("_ahead", "_looked", "_looks", "centre", "landmarks", "size")

    def __init__(self, landmarks: Landmarks) -> None:
        x0, y0, x1, y1 = landmarks.box().tolist()
        self.landmarks = landmarks
        self.centre: tuple[float, float] = (0.5 * (x0 + x1), 0.5 * (y0 + y1))
        """Pixels."""
        self.size = math.sqrt(max(1.0, (x1 - x0) * (y1 - y0)))
        """Square root of the box's area, pixels."""
        self._looks: Likeness | None = None
        self._ahead = self._looked = False

    @property
    def looks(self) -> Likeness | None:
        """The face's likeness; None if the points are not a face."""
        self._look()
        return self._looks

    @property
    def ahead(self) -> bool:
        """True if the head looks ahead enough to be recognised."""
        self._look()
        return self._ahead

    def _look(self) -> None:
        if self._looked:
            return
        self._looked = True
        alignment = align(self.landmarks.points)
        if alignment is not None:
            x, y, _ = matrix_to_vector(alignment.rotation)
            self._ahead = math.hypot(x, y) < AHEAD
            self._looks = likeness(alignment.points)


@dataclass(slots=True)
class Track:
    """Where a face was, how it moved and what it looked like."""

    centre: tuple[float, float]
    """Pixels."""
    size: float
    """Square root of the box's area, pixels."""
    velocity: tuple[float, float]
    """Pixels a second."""
    looks: Likeness | None
    """A mean of two seconds; None if it is not wanted."""
    seen_ns: int

    def leapt(self, face: Sighting) -> bool:
        """Return whether a face is too far away to be the same one picture later."""
        size = 0.5 * (self.size + face.size)
        step = math.dist(face.centre, self.centre) / size
        return step + abs(math.log(face.size / self.size)) > LEAP

    def cost(self, face: Sighting, known: Likeness | None, captured_ns: int) -> float:
        """Return how badly a face fits; infinite if it cannot be the same.

        Args:
            face: in the new picture.
            known: the likeness of this track's person, if it is known.
            captured_ns: of the new picture.
        """
        away_s = (captured_ns - self.seen_ns) * 1e-9
        ahead_s = min(away_s, RECENT_S)
        x = self.centre[0] + self.velocity[0] * ahead_s
        y = self.centre[1] + self.velocity[1] * ahead_s
        size = 0.5 * (self.size + face.size)
        distance = math.dist(face.centre, (x, y)) / size
        # The longer it was away, the less its old position counts.
        distance /= 1.0 + 2.0 * max(0.0, away_s - RECENT_S)
        zoom = abs(math.log(face.size / self.size))
        if away_s > MEMORY_S:
            distance = zoom = 0.0
        unlike = [
            min(apart(looks, face.looks), UNLIKE)
            for looks in (self.looks, known)
            if looks is not None and face.looks is not None
        ]
        cost = distance + zoom + WEIGHT_LIKENESS * min(unlike, default=0.0)
        return cost if cost < LIMIT else math.inf


def moved(
    track: Track | None, face: Sighting, captured_ns: int, *, look: bool
) -> Track:
    """Return a track after its face was seen again.

    Args:
        track: until now; None for a face that was never seen.
        face: in the new picture.
        captured_ns: of the new picture.
        look: keep its likeness.
    """
    looks = face.looks if look else None
    since_s = math.inf if track is None else (captured_ns - track.seen_ns) * 1e-9
    if track is None or not 0.0 < since_s < MEMORY_S:
        return Track(face.centre, face.size, (0.0, 0.0), looks, captured_ns)
    velocity = (0.0, 0.0)
    if since_s <= RECENT_S:
        keep = math.exp(-since_s / 0.1)
        velocity = (
            _blend(track.velocity[0], face.centre[0] - track.centre[0], since_s, keep),
            _blend(track.velocity[1], face.centre[1] - track.centre[1], since_s, keep),
        )
    if looks is not None and track.looks is not None:
        looks = looks + np.float32(math.exp(-since_s / 2.0)) * (track.looks - looks)
    return Track(face.centre, face.size, velocity, looks, captured_ns)


def _blend(velocity: float, step: float, since_s: float, keep: float) -> float:
    return keep * velocity + (1.0 - keep) * step / since_s
