"""How far a character's lips stand apart, by its vertices.

Files do not say which vertices are lips. So the head is drawn with an open mouth, a
tracker finds the inner edges of its lips, and the nearest vertices that lips move are
taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.drawing.camera import project
from engines.face.mesh import Points
from models.data.rendered.head import Ints
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .character import Character
from .draw import AHEAD, CAMERA, pose_vertices
from .errors import CharacterError

UPPER: Final = [82, 13, 312]
"""FaceMesh's points on the inner edge of the upper lip."""
LOWER: Final = [87, 14, 317]
CORNERS: Final = [61, 291]

OPEN: Final[Floats] = np.array([name == "jawOpen" for name in ARKIT], dtype=np.float32)
"""(52,) the face that is drawn to find the lips."""
MOVES_M: Final = 0.001
"""Metres. Shapes of the lips move a lip by more, and no tooth."""

_SHAPES: Final = [
    at
    for at, name in enumerate(ARKIT)
    if name.startswith(("mouthUpperUp", "mouthLowerDown", "mouthRoll", "mouthClose"))
]


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """Where a character's lips are."""

    upper: Ints
    """(3,) vertices of the inner edge."""
    lower: Ints
    width: float
    """Metres between the corners at rest."""

    def gap(self, character: Character, weights: Floats) -> Numbers:
        """Return (n,): how much farther apart the lips stand than at rest.

        Args:
            character: the same as `find_lips` had.
            weights: (n, 52).

        Returns:
            Shares of the mouth's width, below 0 where lips cross.
        """
        up = character.shapes[:, self.upper, 1].mean(axis=1)
        down = character.shapes[:, self.lower, 1].mean(axis=1)
        found: Numbers = weights.astype(np.float64) @ (up - down) / self.width
        return found


def find_lips(character: Character, points: Points) -> Lips:
    """Return a character's lips.

    Args:
        character: the head.
        points: (478, 3) pixels that FaceMesh finds in `draw(character, OPEN)`.

    Raises:
        CharacterError: no vertex is moved by the shapes of lips.
    """
    far = np.linalg.norm(character.shapes[_SHAPES], axis=2).max(axis=0) > MOVES_M
    lips = np.flatnonzero(far)
    if not len(lips):
        raise CharacterError(f"{character.name}: none of its shapes moves lips")
    view = pose_vertices(character, OPEN) @ AHEAD.rotation().T + AHEAD.position()
    places = project(view, CAMERA)[lips, :2]

    def nearest(marks: list[int]) -> Ints:
        away = np.linalg.norm(places[:, None] - points[None, marks, :2], axis=2)
        return np.asarray(lips[away.argmin(axis=0)], dtype=np.int32)

    corners = character.vertices[nearest(CORNERS)]
    width = float(np.linalg.norm(corners[0] - corners[1]))
    return Lips(nearest(UPPER), nearest(LOWER), width)
