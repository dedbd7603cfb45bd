"""The same face looked at once more: what changes between two looks is not the face's.

A tracker answers to half a pixel, to noise, and to which side of the picture a face is
on. A network that is shown both looks at one rendered face, and told that they are the
same, learns what of its inputs not to trust.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from engines.face import mirror
from engines.face.patches import pictures

from .head import Floats
from .renderer import Picture
from .sensor import compress, decompress

Rng = np.random.Generator


def shake(picture: Picture, rng: Rng) -> Picture:
    """Return a picture moved by up to a pixel and 1.5 %, with noise, coded anew."""
    height, width = picture.shape[:2]
    middle = np.array([width, height]) / 2
    scale = 1.0 + rng.uniform(-0.015, 0.015)
    shift = middle - scale * middle + rng.uniform(-1.0, 1.0, 2)
    matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    moved = cv2.warpAffine(
        picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    moved += rng.uniform(0.5, 3.5) * rng.standard_normal(moved.shape, np.float32)
    shown = np.clip(moved, 0, 255).astype(np.uint8)
    return decompress(compress(shown, int(rng.integers(55, 97))))


def unmirrored_points(points: Floats, width: int) -> Floats:
    """Return (478, 3) pixels of a face found in a mirror, as it stands before it."""
    out = points[mirror.POINTS] * mirror.SIGN
    out[:, 0] += width
    return np.asarray(out, dtype=np.float32)


def unmirrored_patches(flat: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return (SIZE,) patches of a face seen in a mirror, as it stands before it."""
    eyes, mouth = pictures(flat.astype(np.float32))
    turned = (eyes[::-1, :, ::-1].reshape(-1), mouth[:, ::-1].reshape(-1))
    out: npt.NDArray[np.uint8] = np.concatenate(turned).astype(np.uint8)
    return out
