"""How much of the accuracy is left when light, sharpness or pose change.

The paper claims that its network adapts to illumination and posture; here that is
measured: the same test faces, changed by one thing at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
Change = Callable[[Gray, float, np.random.Generator], Gray]


def _gamma(face: Gray, level: float, rng: np.random.Generator) -> Gray:
    out: Gray = (255.0 * (face / 255.0) ** level).round().astype(np.uint8)
    return out


def _blur(face: Gray, level: float, rng: np.random.Generator) -> Gray:
    return cv2.GaussianBlur(face, (0, 0), level).astype(np.uint8)


def _noise(face: Gray, level: float, rng: np.random.Generator) -> Gray:
    out: Gray = np.clip(face + rng.normal(0, level, face.shape), 0, 255).astype(
        np.uint8
    )
    return out


def _occlude(face: Gray, level: float, rng: np.random.Generator) -> Gray:
    out = face.copy()
    side = round(level * face.shape[0])
    y, x = rng.integers(0, face.shape[0] - side + 1, 2)
    out[y : y + side, x : x + side] = 0
    return out


def _shift(face: Gray, level: float, rng: np.random.Generator) -> Gray:
    angle = rng.uniform(0, 2 * np.pi)
    x, y = level * face.shape[0] * np.array([np.cos(angle), np.sin(angle)])
    return _warp(face, np.array([[1, 0, x], [0, 1, y]]))


def _turn(face: Gray, level: float, rng: np.random.Generator) -> Gray:
    middle = face.shape[0] / 2 - 0.5
    angle = level if rng.random() < 0.5 else -level
    return _warp(face, cv2.getRotationMatrix2D((middle, middle), angle, 1.0))


def _warp(face: Gray, matrix: npt.NDArray[Any]) -> Gray:
    size = (face.shape[1], face.shape[0])
    return cv2.warpAffine(face, matrix, size, borderMode=cv2.BORDER_REPLICATE).astype(
        np.uint8
    )


CHANGES: Final[dict[str, tuple[str, Change, tuple[float, ...]]]] = {
    "gamma": ("exponent", _gamma, (0.3, 0.5, 0.7, 1.5, 2.0, 3.0)),
    "blur": ("sigma, pixels of 48", _blur, (0.5, 1.0, 1.5, 2.0)),
    "noise": ("sigma, grey levels", _noise, (5.0, 10.0, 20.0, 30.0)),
    "occlusion": ("black square, share of the side", _occlude, (0.15, 0.25, 0.35, 0.5)),
    "shift": ("share of the side", _shift, (0.05, 0.1, 0.15, 0.2)),
    "rotation": ("degrees", _turn, (10.0, 20.0, 30.0, 45.0)),
}
"""Name: unit of the level, the change to a (48, 48) face, levels."""


def changed(images: Gray, name: str, level: float, seed: int = 0) -> Gray:
    """Return (n, 48, 48) with one change at one level; places and sides at random."""
    change = CHANGES[name][1]
    rng = np.random.default_rng(seed)
    return np.stack([change(image, level, rng) for image in images])
