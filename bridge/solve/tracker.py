"""The interface of every face tracker, and what it returns."""

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
    """(52,) in `ARKIT` order, 0 to 1, from a tracker that solves curves as well."""

    def box(self) -> npt.NDArray[np.float32]:
        """Return (x0, y0, x1, y1) around all points, pixels."""
        # One axis at a time takes a fifth of the time of both together.
        x, y = self.points[:, 0], self.points[:, 1]
        return np.array([x.min(), y.min(), x.max(), y.max()])


class Tracker(Protocol):
    """Finds faces. Not thread-safe: one tracker, one thread."""

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        """Return every face in a BGR image, up to the number it was opened for.

        Args:
            pixels: (h, w, 3) uint8 BGR.
            captured_ns: of the image, monotonic, for trackers that smooth over time.
        """

    def close(self) -> None:
        """Free the graph. Safe to call twice."""
