"""Linear light becomes a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats

Picture = npt.NDArray[np.uint8]
"""(H, W, 3) uint8, BGR, as OpenCV has it."""

STEPS: Final = 4096
BRIGHTEST: Final = 4
"""Light that is brighter than this is white."""


def develop(light: Floats) -> Picture:
    """Return the picture of linear light: a soft shoulder, then sRGB, then BGR.

    Args:
        light: (H, W, 3) red, green, blue, 0 or more.
    """
    scale = np.float32((STEPS - 1) / BRIGHTEST)
    at = np.clip(light * scale, 0, STEPS - 1).astype(np.int32)
    return np.ascontiguousarray(_table()[at][..., ::-1])


@lru_cache(maxsize=1)
def _table() -> npt.NDArray[np.uint8]:
    steps = np.linspace(0, BRIGHTEST, STEPS, dtype=np.float32)
    curve = (1 - np.exp(-1.25 * steps)) / (1 - np.exp(-5.0))
    return np.asarray(np.round(255 * curve ** (1 / 2.2)), dtype=np.uint8)
