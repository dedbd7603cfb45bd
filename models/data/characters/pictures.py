"""Textures of a character, as linear light."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from engines.face.mediapipe_mesh import quiet
from protocols.arrays import Floats

from .errors import CharacterError

LARGEST: Final = 1024
"""Texels a side; larger textures are reduced to that, for no picture shows more."""


def read_picture(content: bytes, what: str) -> Floats:
    """Return (h, w, 3) linear light, 0 to 1.

    Args:
        content: a whole PNG, JPEG or WebP file; empty if it cannot be had.
        what: it is, for the error.

    Raises:
        CharacterError: it lies in another file or is damaged.
    """
    if not content:
        raise CharacterError(f"{what} lies in another file; export one GLB file")
    try:
        # libpng warns of colour profiles that make no difference here.
        with quiet():
            found = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        found = None
    if found is None:
        raise CharacterError(f"{what} is no PNG, JPEG or WebP picture")
    height, width = found.shape[:2]
    if max(height, width) > LARGEST:
        scale = LARGEST / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        found = cv2.resize(found, size, interpolation=cv2.INTER_AREA)
    light = (found[..., ::-1].astype(np.float32) / 255) ** np.float32(2.2)
    return np.ascontiguousarray(light)
