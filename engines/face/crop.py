"""The expression network's input, made by one function for training and the daemon.

A FER2013 image is a face already cropped to 48 x 48. `whole` resizes it to `SIZE` and
standardises it.

A live face is first made into such an image by `cut`, and so are FER2013's own, for
training. It is turned level, and moved and scaled so that its forehead, eyes and nose
are where they are in the median FER2013 image (eye centres at 0.314 and 0.686 of the
width, 0.393 of the height). It is averaged down to 48 x 48, so that it has no more
detail than the training images. The rest is the same.
"""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

SIZE: Final = 64
"""Height and width of the network's input, pixels."""

SOURCE: Final = 48
"""Height and width of a FER2013 image, pixels."""

FLOOR: Final = 0.05
"""Added to the standard deviation, so that a blank image stays blank."""

Gray = npt.NDArray[np.uint8]
Batch = npt.NDArray[np.float32]

# Median of each point over 6,199 Training images of FER2013, level and from the front,
# in which MediaPipe found a face; left and right averaged. Points that no expression
# moves: an open mouth must not make the face smaller.
_ANCHORS: Final = {
    10: (0.500, 0.095),  # hairline
    151: (0.500, 0.187),
    9: (0.500, 0.278),
    168: (0.500, 0.374),  # bridge of the nose
    6: (0.500, 0.422),
    195: (0.500, 0.503),
    4: (0.500, 0.594),  # tip
    2: (0.500, 0.659),
    98: (0.396, 0.643),  # wings
    327: (0.604, 0.643),
    33: (0.234, 0.386),  # corners of the eyes
    133: (0.394, 0.400),
    362: (0.606, 0.400),
    263: (0.766, 0.386),
    127: (0.098, 0.386),  # temples
    356: (0.902, 0.386),
}
_POINTS: Final = np.array(list(_ANCHORS))
_PLACES: Final = np.array(list(_ANCHORS.values()))
_CENTRE: Final = (float(_PLACES[:, 0].mean()), float(_PLACES[:, 1].mean()))
_OFFSETS: Final = _PLACES - _CENTRE
_OFFSETS_TURNED: Final = np.column_stack([_OFFSETS[:, 1], -_OFFSETS[:, 0]])
_SPREAD: Final = float((_OFFSETS**2).sum())
_SUMS: Final = np.stack(
    [
        np.tile([1.0 / len(_PLACES), 0.0], len(_PLACES)),
        np.tile([0.0, 1.0 / len(_PLACES)], len(_PLACES)),
        _OFFSETS.ravel(),
        _OFFSETS_TURNED.ravel(),
    ]
)
"""(4, 2n): times all points' x and y, their mean and their products with the offsets.
"""

_FINE: Final = 2 * SOURCE
"""Height and width of the image that is averaged down, against aliasing."""


def standardise(crops: npt.NDArray[np.uint8] | npt.NDArray[np.float32]) -> Batch:
    """Return (n, 1, h, w) float32 of zero mean and about unit deviation.

    Takes (n, h, w) grey levels, 0 to 255. Gain and offset of the light are removed, so
    the network needs no constants of a data set.
    """
    out: Batch = crops.astype(np.float32)
    for crop, row in zip(crops, out, strict=True):
        # OpenCV takes both in one pass, in a third of numpy's time.
        mean, deviation = cv2.meanStdDev(crop)
        row -= np.float32(mean[0, 0])
        row *= np.float32(1.0 / (deviation[0, 0] + 255.0 * FLOOR))
    return out[:, None]


def whole(images: Gray, size: int = SIZE) -> Batch:
    """Return (n, 1, size, size) from (n, h, w) images that are already face crops."""
    resized = np.empty((len(images), size, size), dtype=np.uint8)
    for image, out in zip(images, resized, strict=True):
        cv2.resize(image, (size, size), dst=out)
    return standardise(resized)


def cut(pixels: npt.NDArray[np.uint8], points: npt.NDArray[np.float32]) -> Gray:
    """Return (48, 48) uint8, the face cropped as in FER2013.

    Args:
        pixels: (h, w, 3) uint8 BGR, or (h, w) uint8 grey.
        points: (478, 3) or (478, 2) landmarks in MediaPipe's order, pixels.

    Raises:
        ValueError: the points are not finite, or all in one place.
    """
    a, b, u, v = _fit(points[_POINTS, :2].astype(np.float64))
    # The part of the picture that the crop needs, with the corners of a turned face.
    square = a * a + b * b
    x = (a * (0.5 - u) + b * (0.5 - v)) / square
    y = (a * (0.5 - v) - b * (0.5 - u)) / square
    reach = 0.5 * (abs(a) + abs(b)) / square + 3.0
    height, width = pixels.shape[:2]
    x0, y0 = _within(x - reach, width - 1), _within(y - reach, height - 1)
    x1 = max(x0 + 1, _within(x + reach, width))
    y1 = max(y0 + 1, _within(y + reach, height))
    face: npt.NDArray[Any] = pixels[y0:y1, x0:x1]
    if face.ndim == 3:
        face = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)
    # A face far larger than the crop is averaged by a whole factor first: bilinear
    # sampling alone would skip pixels, and lashes and beards would shimmer.
    shrink = int(1.0 / (math.sqrt(square) * _FINE * 1.5))
    if shrink > 1 and min(face.shape) > shrink:
        rows, columns = face.shape[0] // shrink, face.shape[1] // shrink
        face = face[: rows * shrink, : columns * shrink]
        face = cv2.resize(face, (columns, rows), interpolation=cv2.INTER_AREA)
    else:
        shrink = 1
    # Pixel centres: crop pixel c shows place (c + 0.5) / _FINE; the same holds for the
    # picture.
    left, top = x0 + shrink / 2, y0 + shrink / 2
    p, q = a * _FINE * shrink, b * _FINE * shrink
    matrix = np.array(
        [
            [p, -q, _FINE * (a * left - b * top + u) - 0.5],
            [q, p, _FINE * (b * left + a * top + v) - 0.5],
        ]
    )
    fine = cv2.warpAffine(
        face,
        matrix,
        (_FINE, _FINE),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    out = cv2.resize(fine, (SOURCE, SOURCE), interpolation=cv2.INTER_AREA)
    return out.astype(np.uint8, copy=False)


def face_input(pixels: npt.NDArray[np.uint8], points: npt.NDArray[np.float32]) -> Batch:
    """Return (1, 1, 64, 64) float32 of the live face; arguments as for `cut`."""
    return whole(cut(pixels, points)[None])


def _fit(points: npt.NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Return (a, b, u, v): pixel (x, y) is place (ax - by + u, bx + ay + v).

    Least squares without reflection, in closed form. Plain numbers, because numpy on
    such small arrays takes longer than the crop itself.
    """
    # The products need no centred points: the offsets are centred.
    x, y, along, across = (_SUMS @ points.reshape(-1)).tolist()
    centred = points - (x, y)
    spread = float(np.vdot(centred, centred))
    if not 1e-6 < spread < 1e12:
        raise ValueError(f"crop: landmarks spread over {spread:.3g} square pixels")
    # A regression would shrink what does not match, such as a face from the side. So
    # only its direction is used; the size is the ratio of the spreads.
    size = math.sqrt(_SPREAD / spread) / max(math.hypot(along, across), 1e-12)
    a, b = along * size, across * size
    return a, b, _CENTRE[0] - a * x + b * y, _CENTRE[1] - b * x - a * y


def _within(value: float, limit: int) -> int:
    return int(min(max(value, 0.0), limit))
