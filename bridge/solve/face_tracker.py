"""Finds faces, with one graph for each, wherever its points come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.capture.source import Pixels

from .many_faces import PATIENCE, Finder, Graph, ManyFaces
from .tracker import Landmarks, Points


class FaceTracker:
    """Implements `Tracker`. A single face is found in the whole picture. Several faces,
    or a single one far away, are each found in a cut-out (see `many_faces.py`)."""

    def __init__(
        self,
        graphs: Sequence[Graph],
        finder: Finder,
        close: Callable[[], None],
        converted: Callable[[Pixels], Pixels] | None = None,
    ) -> None:
        """Use open parts.

        Args:
            graphs: one for each face, the most faces that are found in one picture.
            finder: finds small faces.
            close: frees all of these.
            converted: turns a BGR picture into one that these take; None if they take
                BGR.
        """
        if not graphs:
            raise ValueError("tracker: faces is 0, expected 1 or more")
        self._graphs = graphs
        self._many = ManyFaces(graphs, finder)
        # Pictures without the single face. Several faces use cut-outs from the start.
        self._missed = 0 if len(graphs) == 1 else PATIENCE
        self._close: Callable[[], None] | None = close
        self._converted = converted

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        """Return every face in a BGR image, in an order that may change.

        The capture time is not used.
        """
        if self._close is None:
            raise RuntimeError("tracker: used after close")
        height, width = pixels.shape[:2]
        picture = pixels if self._converted is None else self._converted(pixels)
        found = self._one(picture) if len(self._graphs) == 1 else []
        if not found and self._missed >= PATIENCE:
            found = self._many.find(picture)
        return [Landmarks(points, width, height) for points in found]

    def _one(self, picture: Pixels) -> list[Points]:
        """Look for the single face in the whole picture: the fastest and steadiest way.

        It misses a face that is far away. After some pictures without a face, the
        detector for small faces takes over, until it loses its face.
        """
        points = None if self._many.busy else self._graphs[0].find(picture)
        if points is None:
            self._missed += 1
            return []
        self._missed = 0
        return [points]

    def close(self) -> None:
        """Free the parts. Safe to call twice."""
        if self._close is not None:
            self._close()
            self._close = None
