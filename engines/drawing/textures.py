"""Textures of a character: decoded once, and looked up for many pixels at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from engines.stderr import muted
from protocols.arrays import Floats

from .picture_size import picture_size

LARGEST: Final = 1024
"""Texels a side; larger textures are reduced to that, for no picture shows more."""
MOST: Final = 1 << 26
"""Pixels of a picture that is decoded: 8192 x 8192."""
_WIDE: Final = 4096
"""OpenCV looks up at most 32767 columns of pixels at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """A picture that surfaces are painted with."""

    light: Floats
    """(h, w, 3) linear red, green, blue, 0 to 1."""
    alpha: Floats | None
    """(h, w) 0 to 1; None if it is 1 everywhere."""


WHITE: Final = Texture(np.ones((1, 1, 3), dtype=np.float32), None)
"""In place of a picture that cannot be had."""


def texture(content: bytes) -> Texture:
    """Return a PNG, JPEG or WebP file as a texture.

    A file that is none, or has over `MOST` pixels, is `WHITE`.
    """
    size = picture_size(content)
    if size is None or not 0 < size[0] * size[1] <= MOST:
        return WHITE
    # libpng warns of colour profiles that make no difference here.
    with muted():
        try:
            found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
        except cv2.error:
            found = None
    if found is None or found.dtype not in (np.uint8, np.uint16):
        return WHITE
    height, width = found.shape[:2]
    if max(height, width) > LARGEST:
        scale = LARGEST / max(height, width)
        less = (max(1, round(width * scale)), max(1, round(height * scale)))
        found = cv2.resize(found, less, interpolation=cv2.INTER_AREA)
    share = found.astype(np.float32) / (255 if found.dtype == np.uint8 else 65535)
    share = share.reshape(*share.shape[:2], -1)
    alpha = None
    if share.shape[2] in (2, 4):
        alpha = np.ascontiguousarray(share[..., -1])
        share = share[..., :-1]
    if share.shape[2] == 1:
        share = np.repeat(share, 3, axis=2)
    light = np.ascontiguousarray(share[..., ::-1] ** np.float32(2.2))
    return Texture(light, None if alpha is None or alpha.min() == 1 else alpha)


def look_up(found: Texture, uv: Floats) -> Floats:
    """Return (P, 3) light at places, between the nearest four texels.

    Args:
        found: is repeated in both directions.
        uv: (P, 2) shares of its width and height.
    """
    height, width = found.light.shape[:2]
    rows = -(-len(uv) // _WIDE)
    places = np.zeros((rows * _WIDE, 2), dtype=np.float32)
    places[: len(uv)] = (uv - np.floor(uv)) * np.array([width, height], np.float32)
    places -= np.float32(0.5)
    grid = places.reshape(rows, _WIDE, 2)
    out = cv2.remap(
        found.light,
        grid[..., 0],
        grid[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    return np.asarray(out, dtype=np.float32).reshape(-1, 3)[: len(uv)]
