"""What is wrong with a face in the picture, as lamps on the page."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from bridge.capture.source import Pixels
from bridge.feeds.feed import Solved
from bridge.solve.tracker import Landmarks
from engines.face.preprocess import align
from protocols.frame import FaceFrame
from protocols.rotation import matrix_to_vector

TURNED: Final = 0.6
"""Radians, 34 degrees: from here on the solver's confidence falls."""
UNSURE: Final = 0.55
"""Confidence of a face that looks ahead but does not have a face's shape: measured
below this with half a face hidden, above it with nothing hidden."""
OUTSIDE: Final = 0.05
"""Share of the points that lie outside the picture."""
DARK: Final = 48.0
"""Mean luminance of a face that is too dark, of 255."""
BLACK: Final = 24.0
"""Mean luminance of a picture that is too dark to find a face, of 255."""
EVERY: Final = 4
"""Every n-th pixel of a face is looked at, in each direction."""


@dataclass(frozen=True, slots=True)
class Lamps:
    """The lamps of one face."""

    found: bool = False
    turned: bool = False
    """Turned too far for good curves."""
    dark: bool = False
    """The face is too dark; the whole picture if no face is found."""
    covered: bool = False
    """Partly covered, or partly outside the picture."""

    def as_json(self) -> dict[str, bool]:
        """Return the lamps by name."""
        return asdict(self)


def lamps(solved: Solved | None, place: int) -> Lamps:
    """Return the lamps of one face.

    Args:
        solved: the newest faces; None if there were none yet.
        place: the face, from 0.
    """
    if solved is None or place not in solved.frames:
        # Another face that is found would say that there is light.
        if solved is None or solved.frames or solved.image is None:
            return Lamps()
        return Lamps(dark=black(solved.image.pixels))
    landmarks = solved.landmarks.get(place)
    if landmarks is None:
        # Solved by another program, which sends no picture.
        return Lamps(found=True)
    away = turned(landmarks)
    return Lamps(
        found=True,
        turned=away,
        dark=solved.image is not None and dark(solved.image.pixels, landmarks),
        covered=covered(landmarks, solved.frames[place], away=away),
    )


def turned(landmarks: Landmarks) -> bool:
    """Return True if a face is turned too far for good curves."""
    alignment = align(landmarks.points)
    if alignment is None:
        return False
    pitch, yaw, _ = matrix_to_vector(alignment.rotation)
    return math.hypot(pitch, yaw) > TURNED


def covered(landmarks: Landmarks, frame: FaceFrame | None, *, away: bool) -> bool:
    """Return True if a part of a face is hidden or outside the picture.

    A hand or a mask with the shape of a face is not noticed.

    Args:
        landmarks: of the face.
        frame: the same face, solved.
        away: True if it is turned too far, which makes the solver unsure as well.
    """
    x, y = landmarks.points[:, 0], landmarks.points[:, 1]
    inside = (x >= 0) & (x < landmarks.width) & (y >= 0) & (y < landmarks.height)
    if float(inside.mean()) < 1.0 - OUTSIDE:
        return True
    return frame is not None and not away and frame.confidence < UNSURE


def dark(pixels: Pixels, landmarks: Landmarks) -> bool:
    """Return True if a face in a BGR image is too dark for good curves."""
    height, width = pixels.shape[:2]
    limits = np.array([width, height, width, height])
    box = np.nan_to_num(np.clip(landmarks.box(), 0, limits)).astype(int)
    x0, y0, x1, y1 = box.tolist()
    part = pixels[y0:y1:EVERY, x0:x1:EVERY]
    if part.size == 0:
        return False
    return _light(part) < DARK


def black(pixels: Pixels) -> bool:
    """Return True if a BGR image is too dark to find a face in it."""
    return _light(pixels[::EVERY, ::EVERY]) < BLACK


def _light(pixels: Pixels) -> float:
    """Return the mean luminance by Rec. 601, of 255."""
    blue, green, red = pixels.reshape(-1, 3).mean(axis=0).tolist()
    return float(0.114 * blue + 0.587 * green + 0.299 * red)
