"""Cuts three patches of a tracked face: the pictures that the solver's network gets.

Each patch is a flat window in the face's own frame: 5 cm around an eye with its brow,
or 11 cm around the mouth with chin, wings of the nose and cheeks. The window turns with
the head, so that a lid or a lip stays at its place in the patch. Skin that the turn
hides is smeared. Training and the daemon use this one function.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from .preprocess import Alignment

EYE: Final = 48
"""Height and width of an eye's patch, pixels; 9.6 pixels a centimetre."""
MOUTH: Final = 64
"""Height and width of the mouth's patch, pixels; 5.8 pixels a centimetre."""
SIZE: Final = 2 * EYE * EYE + MOUTH * MOUTH
"""Pixels of all three patches: left eye, right eye, mouth."""

FLOOR: Final = 12.75
"""Grey levels added to the standard deviation, so that a blank patch stays blank."""

Flat = npt.NDArray[np.uint8]
"""(SIZE,) grey levels of the three patches, row by row, end to end."""
Quad = tuple[float, float, float, float, float, float]
"""A window in the picture, pixels, y down: its corner, and its steps to the right and
down."""
Standard = npt.NDArray[np.float32]
"""(..., SIZE) the same; each patch has zero mean and about unit deviation."""

_TILT: Final = math.radians(15.0)
_EYE_CM: Final = 5.0
_MOUTH_CM: Final = 11.0
_DOWN: Final = (0.0, -1.0, 0.0)


def _window(
    centre: tuple[float, float, float], across: tuple[float, float, float], side: float
) -> npt.NDArray[np.float64]:
    """Return (3, 3): the corner, and the steps to the right and down, centimetres."""
    u, v = side * np.array(across), side * np.array(_DOWN)
    return np.array([np.array(centre) - 0.5 * u - 0.5 * v, u, v])


# The plane of an eye is tilted back toward the temple.
_SIDES: Final = (EYE, EYE, MOUTH)
_STACKED: Final = np.vstack(
    [
        _window((3.2, 0.4, 1.0), (math.cos(_TILT), 0, -math.sin(_TILT)), _EYE_CM),
        _window((-3.2, 0.4, 1.0), (math.cos(_TILT), 0, math.sin(_TILT)), _EYE_CM),
        _window((0.0, -8.0, 2.6), (1.0, 0.0, 0.0), _MOUTH_CM),
    ]
)
"""(9, 3): three rows for each window, in the order of `_SIDES`."""
_PLACES: Final = tuple(
    slice(start, start + side * side)
    for start, side in ((0, EYE), (EYE * EYE, EYE), (2 * EYE * EYE, MOUTH))
)
_DOWNWARD: Final = np.array([1.0, -1.0])
_MARGIN: Final = 3
"""Pixels around the windows, for interpolation at their edges."""


def cut_patches(pixels: npt.NDArray[np.uint8], alignment: Alignment) -> Flat:
    """Return the three patches of a face.

    Args:
        pixels: (h, w, 3) uint8 BGR, or (h, w) uint8 grey: the picture that the
            landmarks behind `alignment` were found in.
        alignment: from `engines.face.preprocess.align`.
    """
    # For so few numbers, plain floats are faster than arrays.
    turn = (alignment.scale * alignment.rotation[:2].T) * _DOWNWARD
    rows = (_STACKED @ turn).tolist()
    x, y = alignment.origin
    quads = [
        (x + rows[at][0], y + rows[at][1], *rows[at + 1], *rows[at + 2])
        for at in (0, 3, 6)
    ]
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = _around(quads, width, height)
    face = pixels[y0:y1, x0:x1]
    if face.ndim == 3:
        face = np.asarray(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    out = np.empty(SIZE, dtype=np.uint8)
    halved: dict[int, npt.NDArray[np.uint8]] = {1: face}
    for quad, side, place in zip(quads, _SIDES, _PLACES, strict=True):
        left, top, ux, uy, vx, vy = quad
        fine = 2 * side
        # A face far larger than the patch is averaged by a whole factor first.
        # Bilinear sampling alone would skip pixels, and lashes would flicker.
        step = max(math.hypot(ux, uy), math.hypot(vx, vy)) / fine
        shrink = max(1, min(int(step / 1.3), *face.shape))
        if shrink not in halved:
            halved[shrink] = _shrunk(face, shrink)
        # Pixel centres: patch pixel c shows the share (c + 0.5) / fine of the window.
        k, half = 1.0 / (fine * shrink), 0.5 / fine
        first_x = (left - x0 + half * (ux + vx)) / shrink - 0.5
        first_y = (top - y0 + half * (uy + vy)) / shrink - 0.5
        drawn = cv2.warpAffine(
            halved[shrink],
            np.array(((k * ux, k * vx, first_x), (k * uy, k * vy, first_y))),
            (fine, fine),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        cv2.resize(
            drawn,
            (side, side),
            dst=out[place].reshape(side, side),
            interpolation=cv2.INTER_AREA,
        )
    return out


def _around(quads: list[Quad], width: int, height: int) -> tuple[int, int, int, int]:
    """Return x0, y0, x1, y1 of the part of the picture that holds the windows."""
    xs = [x + d for x, _, u, _, v, _ in quads for d in (0.0, u, v, u + v)]
    ys = [y + d for _, y, _, u, _, v in quads for d in (0.0, u, v, u + v)]
    x0 = _within(min(xs) - _MARGIN, width - 1)
    y0 = _within(min(ys) - _MARGIN, height - 1)
    x1 = max(x0 + 1, _within(max(xs) + _MARGIN, width))
    y1 = max(y0 + 1, _within(max(ys) + _MARGIN, height))
    return x0, y0, x1, y1


def _shrunk(face: npt.NDArray[np.uint8], by: int) -> npt.NDArray[np.uint8]:
    size = (face.shape[1] // by, face.shape[0] // by)
    whole = face[: size[1] * by, : size[0] * by]
    small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def standardise(patches: Flat) -> Standard:
    """Return (..., SIZE) float32: each patch less its mean, over its deviation.

    This removes gain and offset of the light, for each patch by itself.
    """
    out = patches.astype(np.float32)
    for grey, row in zip(patches.reshape(-1, SIZE), out.reshape(-1, SIZE), strict=True):
        for place in _PLACES:
            # OpenCV sums bytes exactly, in a third of numpy's time.
            mean, deviation = cv2.meanStdDev(grey[place])
            part = row[place]
            part -= np.float32(mean[0, 0])
            part *= np.float32(1.0 / (deviation[0, 0] + FLOOR))
    return out


def pictures(patches: Standard) -> tuple[Standard, Standard]:
    """Return views (..., 2, EYE, EYE) of the eyes, left first, and (..., MOUTH, MOUTH)
    of the mouth."""
    lead = patches.shape[:-1]
    eyes = patches[..., : 2 * EYE * EYE].reshape(*lead, 2, EYE, EYE)
    return eyes, patches[..., 2 * EYE * EYE :].reshape(*lead, MOUTH, MOUTH)


def _within(value: float, limit: int) -> int:
    return int(min(max(value, 0.0), limit))
