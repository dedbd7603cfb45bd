"""From coded pictures to those that players show: square pixels, upright.

A phone writes its pictures as the sensor gives them, and beside them how they are to be
turned; old camcorders and broadcast code pixels that are wider than high. OpenCV gives
what is coded.
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
"""OpenCV's names for degrees clockwise."""

SQUARE: Final = 0.01
"""Pixels that are so little wider or higher than a square are one."""

WIDEST: Final = 8.0
"""No format has pixels that are more times wider than high, or higher than wide."""


class AsShown:
    """A capture whose pictures are made as players show them."""

    def __init__(self, capture: Capture, turn: Turn = STRAIGHT) -> None:
        """Take over a capture; `turn` is what is done to every picture of it."""
        self._capture = capture
        self._turn = turn
        # Some builds of OpenCV turn by themselves, and not where there is a mirror.
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)

    def grab(self) -> bool:
        """Take the next picture."""
        return self._capture.grab()

    def retrieve(self) -> tuple[bool, Any]:
        """Return whether the picture taken can be decoded, and its pixels as shown."""
        good, pixels = self._capture.retrieve()
        if not good or pixels is None or pixels.size == 0:
            return False, None
        # It may change in mid-stream, and some files say it with each picture only.
        wide = self.get(cv2.CAP_PROP_SAR_NUM)
        high = self.get(cv2.CAP_PROP_SAR_DEN)
        return True, turned(squared(pixels, wide, high), self._turn)

    def get(self, prop: int, /) -> float:
        """Return one of OpenCV's CAP_PROP_ values."""
        return self._capture.get(prop)

    def set(self, prop: int, value: float, /) -> bool:
        """Ask for a value."""
        return self._capture.set(prop, value)

    def release(self) -> None:
        """Close the capture."""
        self._capture.release()


def squared(pixels: Pixels, wide: float, high: float) -> Pixels:
    """Return a picture with square pixels: enlarged in the one direction it lacks.

    Args:
        pixels: as coded.
        wide: of a pixel, to `high`; anything that is no shape leaves the picture.
        high: of a pixel.
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
    """Return a picture mirrored and turned."""
    if turn.mirrored:
        pixels = np.asarray(cv2.flip(pixels, 1), np.uint8)
    rotation = ROTATIONS.get(turn.degrees)
    if rotation is not None:
        pixels = np.asarray(cv2.rotate(pixels, rotation), np.uint8)
    return pixels


def quarter_turn(degrees: float) -> Turn | None:
    """Return the turn for an angle as OpenCV tells it, None where it is no quarter.

    Args:
        degrees: clockwise, of any size; 0 where nothing is known.
    """
    quarters = degrees / 90.0
    if not abs(quarters) < 1000.0 or abs(quarters - round(quarters)) > 0.02:
        return None
    return Turn(round(quarters) % 4 * 90)
