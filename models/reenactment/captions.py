"""Light type on dark ground, for contact sheets and videos."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from engines.face.mesh import Picture

GROUND: Final = (30, 28, 27)
"""BGR."""
INK: Final = (225, 225, 225)
FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
SIZE: Final = 0.42
"""Of the type: capitals of about 9 pixels."""
LINE: Final = 17
"""Pixels from one line to the next."""


def blank(width: int, height: int) -> Picture:
    """Return (height, width, 3) of ground."""
    out: Picture = np.empty((height, width, 3), dtype=np.uint8)
    out[:] = GROUND
    return out


def write(on: Picture, text: str, x: int, y: int, width: int) -> None:
    """Write one line in place.

    Args:
        on: changed.
        text: letters that the type has not, are written as `?`.
        x: of the left edge.
        y: of the upper edge.
        width: what is longer ends in dots.
    """
    plain = text.encode("ascii", "replace").decode()
    short = plain
    while short and text_width(short) > width:
        short = short[:-1].rstrip(". ") if len(short) < 4 else short[:-4] + "..."
    place = (x, y + LINE - 5)
    cv2.putText(on, short, place, FONT, SIZE, INK, 1, cv2.LINE_AA)


def text_width(text: str) -> int:
    """Return how wide a line is, in pixels."""
    (width, _), _ = cv2.getTextSize(text, FONT, SIZE, 1)
    return int(width)
