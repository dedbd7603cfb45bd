"""Three cut-outs of a tracked face, as the solver's network looks at it.

Each is a flat window in the face's own frame: 5 cm around an eye with its brow, 11 cm
around the mouth with chin, wings of the nose and cheeks. Where the head turns the
window turns with it, so that a lid or a lip stays at its place in the patch; what the
turn hides is smeared. Training and the daemon cut them with this one function.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from engines.preprocess import Alignment

EYE: Final = 48
"""Height and width of an eye's patch, pixels: 9.6 a centimetre."""
MOUTH: Final = 64
"""Height and width of the mouth's patch, pixels: 5.8 a centimetre."""
SIZE: Final = 2 * EYE * EYE + MOUTH * MOUTH
"""Of all three patches laid end to end: left eye, right eye, mouth."""

FLOOR: Final = 12.75
"""Grey levels added to the standard deviation, so that a blank patch stays blank."""

Flat = npt.NDArray[np.uint8]
"""(SIZE,) grey levels of the three patches, row by row, end to end."""
Standard = npt.NDArray[np.float32]
"""(..., SIZE) the same, each patch of zero mean and about unit deviation."""

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


# The plane of an eye leans back toward the temple.
_WINDOWS: Final = (
    (_window((3.2, 0.4, 1.0), (math.cos(_TILT), 0, -math.sin(_TILT)), _EYE_CM), EYE),
    (_window((-3.2, 0.4, 1.0), (math.cos(_TILT), 0, math.sin(_TILT)), _EYE_CM), EYE),
    (_window((0.0, -8.0, 2.6), (1.0, 0.0, 0.0), _MOUTH_CM), MOUTH),
)
_PLACES: Final = tuple(
    slice(start, start + side * side)
    for start, side in ((0, EYE), (EYE * EYE, EYE), (2 * EYE * EYE, MOUTH))
)


def cut_patches(pixels: npt.NDArray[np.uint8], alignment: Alignment) -> Flat:
    """Return the three patches of a face.

    Args:
        pixels: (h, w, 3) uint8 BGR, or (h, w) uint8 grey: the picture that the
            landmarks behind `alignment` were found in.
        alignment: from `engines.preprocess.align`.
    """
    # Picture axes: y points down there.
    turn = alignment.scale * alignment.rotation[:2] * np.array([[1.0], [-1.0]])
    origin = np.array(alignment.origin)
    maps = []
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for window, _ in _WINDOWS:
        corner, u, v = window @ turn.T
        corner = corner + origin
        maps.append((corner, u, v))
        reach = np.abs(u) + np.abs(v)
        middle = corner + 0.5 * (u + v)
        low = np.minimum(low, middle - 0.5 * reach)
        high = np.maximum(high, middle + 0.5 * reach)
    height, width = pixels.shape[:2]
    x0, y0 = (_within(low[0] - 3, width - 1), _within(low[1] - 3, height - 1))
    x1 = max(x0 + 1, _within(high[0] + 3, width))
    y1 = max(y0 + 1, _within(high[1] + 3, height))
    face = pixels[y0:y1, x0:x1]
    if face.ndim == 3:
        face = np.asarray(cv2.cvtColor(face, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    out = np.empty(SIZE, dtype=np.uint8)
    halved: dict[int, npt.NDArray[np.uint8]] = {1: face}
    for (corner, u, v), (_, side), place in zip(maps, _WINDOWS, _PLACES, strict=True):
        fine = 2 * side
        # A face far larger than the patch is averaged by a whole factor first:
        # bilinear sampling alone would skip pixels, and lashes would shimmer.
        step = max(float(np.hypot(*u)), float(np.hypot(*v))) / fine
        shrink = max(1, min(int(step / 1.3), min(face.shape)))
        if shrink not in halved:
            size = (face.shape[1] // shrink, face.shape[0] // shrink)
            whole = face[: size[1] * shrink, : size[0] * shrink]
            halved[shrink] = np.asarray(
                cv2.resize(whole, size, interpolation=cv2.INTER_AREA), dtype=np.uint8
            )
        # Pixel centres: patch pixel c shows the share (c + 0.5) / fine of the window.
        first = corner - (x0, y0) + 0.5 * (u + v) / fine
        matrix = np.column_stack([u / fine, v / fine, first]) / shrink
        matrix[:, 2] -= 0.5
        drawn = cv2.warpAffine(
            halved[shrink],
            matrix,
            (fine, fine),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        patch = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
        out[place] = patch.reshape(-1)
    return out


def standardise(patches: Flat) -> Standard:
    """Return (..., SIZE) float32: each patch less its mean, over its deviation.

    Gain and offset of the light vanish, for each patch by itself.
    """
    out = patches.astype(np.float32)
    for place in _PLACES:
        part = out[..., place]
        part -= part.mean(axis=-1, keepdims=True)
        part /= part.std(axis=-1, keepdims=True) + np.float32(FLOOR)
    return out


def pictures(patches: Standard) -> tuple[Standard, Standard]:
    """Return views (..., 2, EYE, EYE) of the eyes, left first, and (..., MOUTH, MOUTH)
    of the mouth."""
    lead = patches.shape[:-1]
    eyes = patches[..., : 2 * EYE * EYE].reshape(*lead, 2, EYE, EYE)
    return eyes, patches[..., 2 * EYE * EYE :].reshape(*lead, MOUTH, MOUTH)


def _within(value: float, limit: int) -> int:
    return int(min(max(value, 0.0), limit))
