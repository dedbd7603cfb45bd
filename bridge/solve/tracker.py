"""What every face tracker gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from bridge.capture.source import Pixels
from engines.face.mesh import Points as Points  # what a tracker returns


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """One face found in one image."""

    points: Points
    width: int
    """Of the image, pixels."""
    height: int
    """Of the image, pixels."""
    weights: npt.NDArray[np.float32] | None = None
    """(52,) in `ARKIT` order, 0 to 1, from a tracker that makes curves as well."""

    def box(self) -> npt.NDArray[np.float32]:
        """Return (x0, y0, x1, y1) around all points, pixels."""
        # One axis at a time: a fifth of the time that both together take.
        x, y = self.points[:, 0], self.points[:, 1]
        return np.array([x.min(), y.min(), x.max(), y.max()])


class Tracker(Protocol):
    """Finds faces. Not thread-safe: one tracker, one thread."""

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        """Return every face in a BGR image, at most as many as it was opened for.

        Args:
            pixels: (h, w, 3) uint8 BGR.
            captured_ns: of the image, for trackers that follow a face through time.
        """

    def close(self) -> None:
        """Free the graph. Safe to call twice."""
