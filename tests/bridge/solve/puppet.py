"""A face made of the canonical points, to turn, move and pull at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bridge.capture.source import Image
from bridge.solve.tracker import Landmarks
from engines.face.canonical_face import CANONICAL
from engines.face.features import PARTNER
from protocols.rotation import Quaternion, to_matrix

WIDTH, HEIGHT = 640, 480
FRAME_NS = 33_333_333

RIGHT_UPPER_LID = (246, 161, 160, 159, 158, 157, 173)
RIGHT_LOWER_LID = (7, 163, 144, 145, 153, 154, 155)
LEFT_UPPER_LID = (466, 388, 387, 386, 385, 384, 398)
LEFT_LOWER_LID = (249, 390, 373, 374, 380, 381, 382)

GREY = np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8)
"""The picture behind it, where nobody looks at that."""

Face = npt.NDArray[np.float64]


def face() -> Face:
    """Return a fresh neutral face, (478, 3) canonical centimetres."""
    return CANONICAL.copy()


def shut(points: Face, side: str, share: float = 1.0) -> Face:
    """Lower the upper lid of the actor's `left` or `right` eye to the lower one."""
    upper, lower = (
        (LEFT_UPPER_LID, LEFT_LOWER_LID)
        if side == "left"
        else (RIGHT_UPPER_LID, RIGHT_LOWER_LID)
    )
    shut = points.copy()
    shut[list(upper)] += share * (points[list(lower)] - points[list(upper)])
    return shut


def shifted(points: Face, moves: dict[int, tuple[float, float, float]]) -> Face:
    """Move points by centimetres."""
    moved = points.copy()
    for point, by in moves.items():
        moved[point] += by
    return moved


def both(points: tuple[int, ...]) -> list[int]:
    """Return points and their mirror images."""
    return [*points, *(PARTNER[p] for p in points if p in PARTNER)]


def seen(
    points: Face,
    turn: Quaternion = (0.0, 0.0, 0.0, 1.0),
    *,
    scale: float = 12.0,
    at: tuple[float, float] = (WIDTH / 2, HEIGHT / 2),
) -> Landmarks:
    """Return the face as a tracker reports it, under a similarity."""
    turned = points @ to_matrix(turn).T * scale
    picture = np.stack(
        [at[0] + turned[:, 0], at[1] - turned[:, 1], -turned[:, 2]], axis=1
    )
    return Landmarks(picture.astype(np.float32), WIDTH, HEIGHT)


def shot(index: int) -> Image:
    """Return the grey picture as frame `index` of 30 a second."""
    return Image(index, index * FRAME_NS, 0, GREY)
