"""How far a drawn character is from doing what its actor does.

    actor's points  ── align ── less the actor's neutral  ──┐
                                                             ├── distance
    drawn character ── FaceMesh ── align ── less its rest ──┘

Place, turn and size of the head are taken out. Both faces are in their own eye
distances, seen from the front; the depth that FaceMesh guesses does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.face.canonical_face import COUNT
from engines.face.mesh import Points
from engines.face.preprocess import align
from protocols.arrays import Numbers

_EYES: Final = ((33, 133), (263, 362))
"""FaceMesh's points of the corners of the right and of the left eye."""


@dataclass(frozen=True, slots=True, eq=False)
class Neutral:
    """A face at rest."""

    points: Numbers
    """(478, 2) canonical centimetres, seen from the front."""
    eyes: float
    """Distance between the eyes, canonical centimetres."""


def neutral(points: Numbers) -> Neutral:
    """Return a face at rest from its aligned points.

    Args:
        points: (478, 3) canonical centimetres.
    """
    right, left = (points[list(corners)].mean(axis=0) for corners in _EYES)
    return Neutral(
        np.asarray(points[:, :2], np.float64), float(np.linalg.norm(left - right))
    )


def aligned(points: Points | None) -> Numbers:
    """Return (478, 3) canonical centimetres of tracked points; NaN without a face."""
    found = None if points is None else align(points)
    if found is None:
        return np.full((COUNT, 3), np.nan)
    return found.points.astype(np.float64)


def moved(points: Numbers, rest: Neutral) -> Numbers:
    """Return (..., 478, 2): how far each point is from rest, in eye distances.

    Args:
        points: (..., 478, 3) aligned.
        rest: of the same face.
    """
    found: Numbers = (points[..., :2] - rest.points) / rest.eyes
    return found


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Means over pictures in which both faces were found; NaN without any."""

    pictures: int
    distance: float
    """Eye distances from the actor's points to the character's, mean of all."""
    share: float
    """The same as a share of what the actor moves: 0 is the actor's own motion, and 1
    is what a character at rest has."""


def distances(actor: Numbers, drawn: Numbers) -> Numbers:
    """Return (n,) mean distance of each picture's points; NaN without a face.

    Args:
        actor: (n, 478, 2) from `moved`.
        drawn: (n, 478, 2) likewise, of the character.
    """
    away: Numbers = np.linalg.norm(actor - drawn, axis=2).mean(axis=1)
    return away


def fidelity(actor: Numbers, drawn: Numbers) -> Fidelity:
    """Return how far a character is from its actor; the arguments of `distances`."""
    away = distances(actor, drawn)
    moves = np.linalg.norm(actor, axis=2).mean(axis=1)
    seen = np.isfinite(away)
    if not seen.any():
        return Fidelity(0, float("nan"), float("nan"))
    total = max(float(moves[seen].sum()), 1e-9)
    return Fidelity(
        int(seen.sum()), float(away[seen].mean()), float(away[seen].sum()) / total
    )
