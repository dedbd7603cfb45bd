"""Finds several faces in one picture: one graph for each, on a cut-out around its face.

MediaPipe's own mode for many faces detects on a copy of the picture of 128 pixels, and
misses every face that is small in the picture. Here a detector for small faces runs
from time to time. Each face that it finds is given to one graph, which then gets a
cut-out with that face only, large and in the middle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from bridge.capture.source import Pixels

from .tracker import Points

SIDE: Final = 320
"""Height and width of a cut-out, pixels. The face fills half of it; the graph scales
that to 192."""
ROOM: Final = 2.0
"""Side of a cut-out, in sizes of the face."""
DRIFT: Final = 0.08
"""The cut-out follows if the face has moved by more than this share of it."""
GROWTH: Final = 1.2
"""The cut-out follows if the face has grown or shrunk by more than this factor."""
PATIENCE: Final = 12
"""A graph is free for another face after this many pictures without its own."""
LOOK_EVERY: Final = 8
"""Pictures between detections while a graph is free."""
SAME: Final = 0.6
"""Two boxes are one face if their distance, in sizes, is less."""


@dataclass(frozen=True, slots=True)
class Box:
    """A square around a face, pixels."""

    x: float
    """Of its centre."""
    y: float
    size: float

    def is_at(self, other: Box) -> bool:
        """Return whether both boxes are of one face."""
        apart = math.hypot(self.x - other.x, self.y - other.y)
        return apart < SAME * max(1.0, min(self.size, other.size))


class Graph(Protocol):
    """Finds one face; `engines.face.face_graph.FaceFollower` does."""

    def find(self, picture: Pixels) -> Points | None:
        """Return (478, 3) pixels in a picture, or None."""

    def forget(self) -> None:
        """Look everywhere for the next face."""


class Finder(Protocol):
    """Finds where faces are; `own_tracker.SmallFaces` does."""

    def find(self, picture: Pixels) -> list[Box]:
        """Return boxes in a picture, the most certain first."""


@dataclass(slots=True)
class _Watch:
    """A graph and the face that it follows."""

    graph: Graph
    face: Box | None = None
    frame: Box | None = None
    """Where the cut-out is."""
    missed: int = 0


class ManyFaces:
    """Gives each face to a graph and follows it, picture after picture."""

    def __init__(self, graphs: Sequence[Graph], finder: Finder) -> None:
        self._watches = [_Watch(graph) for graph in graphs]
        self._finder = finder
        self._since_look = LOOK_EVERY

    @property
    def busy(self) -> bool:
        """True while a graph follows a face."""
        return any(watch.face is not None for watch in self._watches)

    def find(self, picture: Pixels) -> list[Points]:
        """Return (478, 3) float32 pixels of every face in a picture."""
        self._since_look += 1
        if self._since_look >= LOOK_EVERY and any(
            w.face is None for w in self._watches
        ):
            self._since_look = 0
            self._hand_out(self._finder.find(picture))
        found: list[Points] = []
        seen: list[Box] = []
        for watch in self._watches:
            points = _look(watch, picture)
            # Where two faces met, two graphs may follow one: the second is freed.
            if points is not None and watch.face is not None:
                if any(watch.face.is_at(box) for box in seen):
                    _leave(watch)
                    continue
                seen.append(watch.face)
                found.append(points)
        return found

    def _hand_out(self, boxes: list[Box]) -> None:
        known = [w.face for w in self._watches if w.face is not None]
        free = [w for w in self._watches if w.face is None]
        for box in boxes:
            if not free:
                return
            if not any(box.is_at(face) for face in known):
                watch = free.pop()
                watch.face = watch.frame = box
                watch.missed = 0
                known.append(box)


def _look(watch: _Watch, picture: Pixels) -> Points | None:
    if watch.face is None or watch.frame is None:
        return None
    drift = math.hypot(watch.face.x - watch.frame.x, watch.face.y - watch.frame.y)
    growth = abs(math.log(watch.face.size / watch.frame.size))
    if drift > DRIFT * ROOM * watch.frame.size or growth > math.log(GROWTH):
        watch.frame = watch.face
    # Pixels of the picture for one of the cut-out.
    step = ROOM * watch.frame.size / SIDE
    left, top = (at - 0.5 * SIDE * step for at in (watch.frame.x, watch.frame.y))
    points = watch.graph.find(_cut(picture, left, top, step))
    if points is None:
        watch.missed += 1
        if watch.missed > PATIENCE:
            _leave(watch)
        return None
    points *= np.float32(step)
    points[:, :2] += np.array([left, top], dtype=np.float32)
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    (x, y), size = (0.5 * (low + high)).tolist(), float((high - low).max())
    watch.face = Box(x, y, max(size, 8.0))
    watch.missed = 0
    return points


def _leave(watch: _Watch) -> None:
    watch.face = watch.frame = None
    watch.missed = 0
    watch.graph.forget()


def _cut(picture: Pixels, left: float, top: float, step: float) -> Pixels:
    """Return (SIDE, SIDE, 3) of a picture; black outside of it."""
    import cv2

    # Maps cut-out to picture, so that the centres of pixels match.
    to_picture = np.array(
        [[step, 0.0, left + 0.5 * step - 0.5], [0.0, step, top + 0.5 * step - 0.5]]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut = cv2.warpAffine(picture, to_picture, (SIDE, SIDE), flags=flags)
    return np.asarray(cut, dtype=np.uint8)
