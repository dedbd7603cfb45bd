"""The turned square of a picture that a network looks at, and how to cut it out.

The rules are those of MediaPipe's graphs (`face_landmark_landmarks_to_roi.pbtxt`,
`face_detection_front_detection_to_roi.pbtxt` and its ImageToTensorCalculator,
Apache-2.0), so that its networks see what they were trained on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""(h, w, 3) uint8."""

ROOM: Final = 1.5
"""Side of the square, in sizes of the face."""

EYE_CORNERS: Final = (33, 263)
"""The outer corners of the right and the left eye: the square's x axis."""


CALM: Final = 0.1
"""Share of the way that the square follows a face which hardly moves."""

QUICK: Final = 0.03
"""A face that moves by this share of the square, or more, is followed at once."""


@dataclass(frozen=True, slots=True)
class Region:
    """A square in a picture, pixels; y is down."""

    x: float
    """Of the centre."""
    y: float
    size: float
    angle: float = 0.0
    """How far its x axis is turned toward y, radians."""

    def matrix(self, side: int) -> npt.NDArray[np.float64]:
        """Return the (2, 3) map from pixels of a cut-out to pixels of the picture."""
        step = self.size / side
        cos, sin = step * math.cos(self.angle), step * math.sin(self.angle)
        half = 0.5 * side
        return np.array(
            [
                [cos, -sin, self.x - half * (cos - sin)],
                [sin, cos, self.y - half * (sin + cos)],
            ]
        )


def whole(width: int, height: int) -> Region:
    """Return the smallest square around a whole picture."""
    return Region(0.5 * width, 0.5 * height, float(max(width, height)))


def around_points(points: npt.NDArray[np.float32]) -> Region:
    """Return the region of a face whose (n, 2 or more) mesh points are known."""
    x, y = points[:, 0], points[:, 1]
    low_x, high_x = float(x.min()), float(x.max())
    low_y, high_y = float(y.min()), float(y.max())
    right, left = EYE_CORNERS
    return Region(
        0.5 * (low_x + high_x),
        0.5 * (low_y + high_y),
        ROOM * max(high_x - low_x, high_y - low_y),
        math.atan2(float(y[left] - y[right]), float(x[left] - x[right])),
    )


def followed(before: Region, now: Region) -> Region:
    """Return where to look next: near `before` while the face moves little.

    The points change a little with the square that they are looked for in, and the
    square follows from the points. Unsmoothed, that loop makes the points of a still
    face tremble by a hundredth of its width.

    Args:
        before: the square that the points were found in.
        now: the square around these points.
    """
    turn = math.remainder(now.angle - before.angle, 2.0 * math.pi)
    moved = max(
        math.hypot(now.x - before.x, now.y - before.y) / before.size,
        abs(math.log(now.size / before.size)),
        0.5 * abs(turn),
    )
    share = min(1.0, CALM + moved / QUICK)
    return Region(
        before.x + share * (now.x - before.x),
        before.y + share * (now.y - before.y),
        before.size + share * (now.size - before.size),
        before.angle + share * turn,
    )


def cut(picture: Picture, region: Region, side: int, *, black: bool) -> Picture:
    """Return a region as (side, side, 3).

    Args:
        picture: (h, w, 3) uint8.
        region: what to cut out; it may reach beyond the picture.
        side: height and width of the result, pixels.
        black: True fills with black beyond the picture, False with its nearest pixels.
    """
    import cv2

    found: Picture = np.asarray(
        cv2.warpAffine(
            picture,
            region.matrix(side),
            (side, side),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT if black else cv2.BORDER_REPLICATE,
        ),
        dtype=np.uint8,
    )
    return found
