"""Finds faces in a picture with MediaPipe's detectors, on our own engines.

A detector looks at the whole picture at once. Around each of its anchors it says how
likely a face is there, and where its box and six of its points are. Boxes that overlap
are averaged, weighted by their scores (`ssd_anchors`, `tensors_to_detections` and
`non_max_suppression` in MediaPipe, Apache-2.0).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.runtime.engine import Engine

from .region import ROOM, Picture, Region, cut, whole

SAME: Final = 0.3
"""Boxes are of one face if their intersection over union is more than this."""

CLIP: Final = 100.0
"""Logits are limited to this, to either side."""

FARTHEST: Final = 8.0
"""Places are at most this many pictures away from their anchors."""


@dataclass(frozen=True, slots=True)
class Detector:
    """What is known of a detector's network: its picture and its anchors."""

    side: int
    """Height and width of the picture, pixels."""
    cells: tuple[tuple[int, int], ...]
    """(stride in pixels, anchors in each cell) of each grid."""

    def anchors(self) -> npt.NDArray[np.float32]:
        """Return the (n, 2) centres of the anchors, pixels."""
        grids = []
        for stride, count in self.cells:
            cells = self.side // stride
            y, x = np.mgrid[0:cells, 0:cells]
            centres = (np.stack([x, y], axis=2).reshape(-1, 2) + 0.5) * stride
            grids.append(np.repeat(centres, count, axis=0))
        anchors: npt.NDArray[np.float32] = np.concatenate(grids).astype(np.float32)
        return anchors


NEAR: Final = Detector(128, ((8, 2), (16, 6)))
"""For faces that fill a good part of the picture: up to about 2 m away."""

FAR: Final = Detector(192, ((4, 1),))
"""For small faces too: up to about 5 m away."""


@dataclass(frozen=True, slots=True)
class Found:
    """A face in a picture, pixels."""

    score: float
    """0 to 1."""
    x: float
    """Of the box's centre."""
    y: float
    width: float
    height: float
    angle: float
    """From the right eye to the left one, toward y, radians."""

    def region(self) -> Region:
        """Return where to look for the points of this face."""
        return Region(self.x, self.y, ROOM * max(self.width, self.height), self.angle)


class FaceDetector:
    """Finds the faces of pictures, each by itself. The engine belongs to its opener."""

    def __init__(
        self,
        engine: Engine,
        kind: Detector,
        confidence: float,
        *,
        blue_first: bool = False,
    ) -> None:
        """Use a loaded network.

        Args:
            engine: of the graph that belongs to `kind`.
            kind: NEAR or FAR.
            confidence: 0 to 1, the least score of a face.
            blue_first: True if its pictures are BGR, False if they are RGB.
        """
        self._order = slice(None, None, -1 if blue_first else 1)
        self._engine, self._side = engine, kind.side
        self._confidence = confidence
        self._anchors = kind.anchors()

    def find(self, picture: Picture) -> list[Found]:
        """Return the faces in a picture, the most certain first."""
        height, width = picture.shape[:2]
        region = whole(width, height)
        seen = cut(picture, region, self._side, black=True)
        feed = seen[np.newaxis, :, :, self._order].astype(np.float32)
        feed *= np.float32(2.0 / 255.0)
        feed -= np.float32(1.0)
        out = self._engine.run({"picture": feed})
        # In float64, in which no logit within these limits overflows.
        logits = out["scores"][0, :, 0].astype(np.float64)
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits, -CLIP, CLIP)))
        (likely,) = np.nonzero(scores >= self._confidence)
        likely = likely[np.argsort(-scores[likely], kind="stable")]
        # Centres and points are relative to their anchors.
        raw = out["boxes"][0, likely].reshape(len(likely), 8, 2)
        raw = np.clip(raw, -FARTHEST * self._side, FARTHEST * self._side)
        places = raw + self._anchors[likely, np.newaxis]
        places[:, 1] = raw[:, 1]
        step = region.size / self._side
        corner = region.matrix(self._side)[:, 2]
        return [
            _found(float(score), mean, step, corner)
            for score, mean in _merged(scores[likely], places)
        ]


def _found(
    score: float,
    place: npt.NDArray[np.float32],
    step: float,
    corner: npt.NDArray[np.float64],
) -> Found:
    x, y = (step * place[0] + corner).tolist()
    width, height = (step * place[1]).tolist()
    way = (place[3] - place[2]).tolist()
    return Found(score, x, y, width, height, math.atan2(way[1], way[0]))


def _merged(
    scores: npt.NDArray[np.float64], places: npt.NDArray[np.float32]
) -> Sequence[tuple[float, npt.NDArray[np.float32]]]:
    """Return one (score, place) for each group of boxes that overlap.

    Args:
        scores: (n,), falling.
        places: (n, 8, 2): centre, size, and six points of each.
    """
    merged = []
    while len(scores):
        same = _overlap(places[0], places) > SAME
        same[0] = True
        weight = scores[same]
        mean = np.average(places[same], axis=0, weights=weight).astype(np.float32)
        merged.append((float(scores[0]), mean))
        scores, places = scores[~same], places[~same]
    return merged


def _overlap(
    one: npt.NDArray[np.float32], others: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return the (n,) intersections over unions of one box with others."""
    low = np.maximum(one[0] - one[1] / 2, others[:, 0] - others[:, 1] / 2)
    high = np.minimum(one[0] + one[1] / 2, others[:, 0] + others[:, 1] / 2)
    both = np.prod(np.maximum(high - low, 0.0), axis=1)
    areas = np.prod(others[:, 1], axis=1)
    union = np.prod(one[1]) + areas - both
    found: npt.NDArray[np.float32] = both / np.maximum(union, 1e-9)
    return found
