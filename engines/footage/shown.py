"""Convert coded pictures to what players show: square pixels, upright.

A phone stores pictures as the sensor gives them, with the rotation beside them. Old
camcorders and broadcast use pixels that are not square. OpenCV returns the pictures as
coded.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np

from protocols.container.contents import Turn

from .opencv import Capture, Pixels

STRAIGHT: Final = Turn(0)

ROTATIONS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
"""OpenCV's constants for degrees clockwise."""

SQUARE: Final = 0.01
"""Pixels whose ratio differs from 1 by less than this count as square."""

WIDEST: Final = 8.0
"""Largest ratio of a pixel's sides in any format."""


class AsShown:
    """A capture whose pictures look as players show them."""

    def __init__(self, capture: Capture, turn: Turn = STRAIGHT) -> None:
        """Own a capture; `turn` is applied to every picture."""
        self._capture = capture
        self._turn = turn
        # Some builds of OpenCV rotate by themselves, but not mirrored pictures.
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)

    def grab(self) -> bool:
        """Fetch the next picture."""
        return self._capture.grab()

    def retrieve(self) -> tuple[bool, Any]:
        """Return whether the fetched picture can be decoded, and its pixels as
        shown."""
        good, pixels = self._capture.retrieve()
        if not good or pixels is None or pixels.size == 0:
            return False, None
        # The ratio may change during the stream, and some files state it per picture
        # only.
        wide = self.get(cv2.CAP_PROP_SAR_NUM)
        high = self.get(cv2.CAP_PROP_SAR_DEN)
        return True, turned(squared(pixels, wide, high), self._turn)

    def get(self, prop: int, /) -> float:
        """Return one of OpenCV's CAP_PROP_ values."""
        return self._capture.get(prop)

    def set(self, prop: int, value: float, /) -> bool:
        """Request a value."""
        return self._capture.set(prop, value)

    def release(self) -> None:
        """Close the capture."""
        self._capture.release()


def squared(pixels: Pixels, wide: float, high: float) -> Pixels:
    """Return a picture with square pixels, enlarged in one direction.

    Args:
        pixels: as coded.
        wide: width of a pixel, relative to `high`; an invalid ratio leaves the picture
            as it is.
        high: height of a pixel.
    """
    ratio = wide / high if wide > 0 and high > 0 else 1.0
    if not 1.0 / WIDEST <= ratio <= WIDEST or abs(ratio - 1.0) < SQUARE:
        return pixels
    height, width = pixels.shape[:2]
    if ratio > 1.0:
        width = round(width * ratio)
    else:
        height = round(height / ratio)
    return np.asarray(cv2.resize(pixels, (width, height)), np.uint8)


def turned(pixels: Pixels, turn: Turn) -> Pixels:
    """Return a picture mirrored and rotated."""
    if turn.mirrored:
        pixels = np.asarray(cv2.flip(pixels, 1), np.uint8)
    rotation = ROTATIONS.get(turn.degrees)
    if rotation is not None:
        pixels = np.asarray(cv2.rotate(pixels, rotation), np.uint8)
    return pixels


def quarter_turn(degrees: float) -> Turn | None:
    """Return the rotation for an angle from OpenCV; None if it is not a quarter turn.

    Args:
        degrees: clockwise, of any size; 0 if unknown.
    """
    quarters = degrees / 90.0
    if not abs(quarters) < 1000.0 or abs(quarters - round(quarters)) > 0.02:
        return None
    return Turn(round(quarters) % 4 * 90)
