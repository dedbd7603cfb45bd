"""Pictures of a character in plain light, in any posture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from engines.character.character import Posture
from protocols.arrays import Floats
from protocols.rotation import from_yaw_pitch_roll, to_matrix

from .camera import Camera, project
from .develop import Picture, develop
from .drawable import Drawable
from .pose import pose
from .raster import Fill, blank, rasterise
from .shading import shade

HEAD_M: Final = 0.25
"""Metres: what every head's height is taken for."""
AWAY_M: Final = 1.3
"""Metres from the camera to the head's middle."""
ROOM: Final = {"head": 1.35, "bust": 2.3}
"""Heads that fit into the picture's shorter side."""
LOWER: Final = {"head": 0.0, "bust": 0.42}
"""Heads by which the picture's middle is below the head's."""


@dataclass(frozen=True, slots=True)
class View:
    """How a picture is taken."""

    width: int = 512
    """Pixels."""
    height: int = 512
    shot: str = "head"
    """`head` or `bust`."""
    yaw: float = 0.0
    """Radians by which the whole character is turned to its own left."""
    fine: int = 2
    """Pixels a side drawn for each one returned; 2 has smooth edges, 1 is quicker."""


def draw(
    subject: Drawable, posture: Posture, view: View, fill: Fill | None = None
) -> Picture:
    """Return (height, width, 3) uint8 BGR.

    Args:
        subject: from `drawable`.
        posture: of the same character.
        view: size, part and turn.
        fill: the z-buffer's implementation; the fastest there is without it.
    """
    fine = camera(view).scaled(view.fine)
    seen_from = in_view(subject, pose(subject.made, posture), view)
    screen = project(seen_from, fine)
    seen = blank(fine.width, fine.height)
    rasterise(
        *(seen, screen, subject.triangles, subject.solid),
        both=subject.double,
        fill=fill,
    )
    for part, cutout in subject.cutouts:
        rasterise(
            *(seen, screen, subject.triangles, part, cutout, subject.double),
            fill=fill,
        )
    light = shade(subject, seen, seen_from, screen)
    if view.fine > 1:
        size = (view.width, view.height)
        small = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
        light = np.asarray(small, dtype=np.float32)
    return develop(light)


def camera(view: View) -> Camera:
    """Return the camera of a view."""
    side = min(view.width, view.height)
    focal = side * AWAY_M / (ROOM[view.shot] * HEAD_M)
    return Camera(view.width, view.height, focal)


def in_view(subject: Drawable, points: Floats, view: View) -> Floats:
    """Return (N, 3) points of the scene in metres in the camera's frame."""
    frame = subject.frame
    half = 0.0 if frame.facing > 0 else np.pi
    turn = to_matrix(from_yaw_pitch_roll(view.yaw + half, 0.0, 0.0))
    turn = (turn * (HEAD_M / frame.size)).astype(np.float32)
    found: Floats = (points - frame.middle.astype(np.float32)) @ turn.T
    lift = np.float32(LOWER[view.shot] * HEAD_M)
    found += np.array([0.0, lift, -AWAY_M], dtype=np.float32)
    return found
