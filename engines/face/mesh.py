"""The mesh of a face: 478 points, found by a network in a region of a picture.

The network is MediaPipe's attention mesh, which looks at lips and eyes twice; it was
turned into our own graph by `facewire-models convert mesh`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.runtime.engine import Engine

from .region import Picture as Picture
from .region import Region, cut

Points = npt.NDArray[np.float32]
"""(478, 3) float32 in MediaPipe's order: x right and y down in pixels, z in pixels
too, smaller toward the camera. 468..472 is the actor's RIGHT iris and 473..477 the
LEFT one, as they are on the left and right of an unmirrored picture."""

SIDE: Final = 192
"""Height and width of what the network sees, pixels."""


class FaceMesh:
    """Finds the points of a face in a region. The engine belongs to its opener."""

    def __init__(
        self, engine: Engine, confidence: float, *, blue_first: bool = False
    ) -> None:
        """Use a loaded network.

        Args:
            engine: of the graph MESH.
            confidence: 0 to 1, how likely the region must show a face.
            blue_first: True if its pictures are BGR, False if they are RGB.
        """
        self._engine = engine
        self._order = slice(None, None, -1 if blue_first else 1)
        self._least = _logit(confidence)
        self._feed = np.empty((1, 3, SIDE, SIDE), dtype=np.float32)

    def look(self, picture: Picture, region: Region) -> Points | None:
        """Return (478, 3) float32 pixels of a picture, or None without a face."""
        seen = cut(picture, region, SIDE, black=False)
        planes = seen.transpose(2, 0, 1)[self._order]
        np.multiply(planes, np.float32(1.0 / 255.0), out=self._feed[0])
        out = self._engine.run({"picture": self._feed})
        points = out["points"][0]
        # If one number is not finite, neither is the sum of squares.
        known = math.isfinite(float(np.vdot(points, points)))
        if not known or not float(out["presence"][0, 0]) >= self._least:
            return None
        (a, b, x), (c, d, y) = region.matrix(SIDE).tolist()
        # Depth has the scale of x.
        turn = ((a, c, 0.0), (b, d, 0.0), (0.0, 0.0, region.size / SIDE))
        placed: Points = points @ np.array(turn, dtype=np.float32)
        placed += np.array((x, y, 0.0), dtype=np.float32)
        return placed


def _logit(probability: float) -> float:
    """Return the logit of a probability from 0 to 1."""
    if probability <= 0.0:
        return -math.inf
    if probability >= 1.0:
        return math.inf
    return math.log(probability / (1.0 - probability))
