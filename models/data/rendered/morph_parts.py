"""What stands behind the holes of the exported face: mouth, tongue and eyeballs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Ints
from protocols.channels import ARKIT, INDEX

from .head import LANDMARKS, Head
from .tongue import tongue_triangles, tongue_vertices

Floats = npt.NDArray[np.float64]
Colour = tuple[int, int, int]

DEPTH_M: Final = 0.016
"""Of the mouth, behind the lips."""

RINGS: Final = np.deg2rad([8.0, 9.5, 20.0, 23.0, 45.0, 70.0, 100.0])
"""Of an eyeball, from the line of sight: pupil, iris (11 mm wide), white."""
AROUND: Final = 16
LESS_M: Final = 0.0012
"""The eyeball is so much smaller than the head's: coarse lids cut a chord."""

SKIN: Final[Colour] = (214, 170, 148)
LIPS: Final[Colour] = (184, 106, 100)
BROWS: Final[Colour] = (104, 74, 58)
MOUTH: Final[Colour] = (52, 20, 22)
TONGUE: Final[Colour] = (190, 92, 96)
WHITE: Final[Colour] = (236, 234, 230)
IRIS: Final[Colour] = (92, 116, 132)
PUPIL: Final[Colour] = (16, 14, 14)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of the mesh."""

    points: Floats
    """(n, 3) metres, head frame."""
    triangles: Ints
    """(t, 3), anticlockwise from outside."""
    morphs: Floats
    """(52, n, 3) metres at weight 1."""
    colours: npt.NDArray[np.uint8]
    """(n, 3) sRGB."""
    bone: str = "head"


def mouth(face: Part, rim: tuple[int, ...]) -> Part:
    """A bag behind the lips: their rim, the same further back, and a bottom.

    Its triangles face the lips: it is seen from within.

    Args:
        face: holds the rim.
        rim: its points, from the actor's right along the upper lip and back.
    """
    n, at = len(rim), list(rim)
    edge = face.points[at]
    behind = edge - [0.0, 0.0, DEPTH_M]
    points = np.concatenate([edge, behind, behind.mean(axis=0, keepdims=True)])
    moves = face.morphs[:, at]
    morphs = np.concatenate([moves, moves, moves.mean(axis=1, keepdims=True)], axis=1)
    triangles = []
    for k in range(n):
        a, b = k, (k + 1) % n
        triangles += [(a, n + a, b), (b, n + a, n + b), (n + a, 2 * n, n + b)]
    return _part(points, np.array(triangles), morphs, MOUTH)


def tongue(head: Head) -> Part:
    """The renderer's tongue; it lies on the lower lip, and moves with it."""
    parted = head.neutral.copy()
    # Between shut lips it would be a sheet: it is shaped for a mouth a little open.
    jaw = INDEX["jawOpen"]
    lower = LANDMARKS[66]
    parted[lower] += 0.3 * head.shapes[jaw, lower]
    shift = head.neutral[lower] - parted[lower]
    weights = np.zeros(len(ARKIT), np.float32)
    rest = tongue_vertices(parted, weights)[0] + shift
    weights[INDEX["tongueOut"]] = 1.0
    out = tongue_vertices(parted, weights)[0] + shift
    moves = head.shapes[:, lower] * head.reach[:, None]
    morphs = np.repeat(moves[:, None], len(rest), axis=1).astype(np.float64)
    morphs[INDEX["tongueOut"]] = out - rest
    return _part(rest.astype(np.float64), tongue_triangles(), morphs, TONGUE)


def eye(head: Head, side: int) -> Part:
    """An eyeball that looks along +Z; its bone turns it, and no morph."""
    centre, radius = head.eyes[side, :3], head.eyes[side, 3] - LESS_M
    turn = np.linspace(0.0, 2 * np.pi, AROUND, endpoint=False)
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    points = [np.array([[0.0, 0.0, 1.0]])]
    for angle in RINGS:
        depth = np.full((AROUND, 1), np.cos(angle))
        points.append(np.hstack([np.sin(angle) * ring, depth]))
    triangles = [(0, 1 + k, 1 + (k + 1) % AROUND) for k in range(AROUND)]
    for first in range(1, 1 + (len(RINGS) - 1) * AROUND, AROUND):
        for k in range(AROUND):
            a, b = first + k, first + (k + 1) % AROUND
            triangles += [(a, a + AROUND, b), (b, a + AROUND, b + AROUND)]
    where = centre + radius * np.concatenate(points)
    kinds = (PUPIL, IRIS, IRIS, WHITE, WHITE, WHITE, WHITE)
    colours = np.array([PUPIL, *(kind for kind in kinds for _ in turn)], np.uint8)
    still = np.zeros((len(ARKIT), len(where), 3))
    bone = ("leftEye", "rightEye")[side]
    return Part(where, np.array(triangles), still, colours, bone)


def _part(
    points: Floats,
    triangles: Ints | npt.NDArray[np.int32],
    morphs: Floats,
    colour: Colour,
) -> Part:
    colours = np.tile(np.array(colour, np.uint8), (len(points), 1))
    return Part(points, triangles.astype(np.int64), morphs, colours)
