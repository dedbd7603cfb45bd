"""Cuts faces out of pictures: actors' and avatars', to stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.face.face_graph import FaceGraph
from engines.face.mesh import Picture, Points
from models.solver.clips import frames
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT

from .avatar import Avatar, Indices
from .captions import blank

MARGIN: Final = 1.35
"""The side of a cut, in heights of the face from brow to chin."""
STEADY: Final = 9
"""Pictures over which a moving cut is averaged, so that it does not tremble."""


@dataclass(frozen=True, slots=True)
class Square:
    """A square part of a picture, in pixels."""

    x: float
    """Of its middle."""
    y: float
    side: float


def square_around(points: Points) -> Square:
    """Return the square around (478, 3) points of a face."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    x, y = (low + high) / 2
    return Square(float(x), float(y), MARGIN * float((high - low).max()))


class Framed:
    """An avatar, cut out like the actors, so that faces beside each other match."""

    def __init__(self, avatar: Avatar, size: int) -> None:
        """Find its face once, at rest.

        Args:
            avatar: drawn by `draw`.
            size: pixels a side of each picture.
        """
        self._avatar, self._size = avatar, size
        rest = avatar.draw(np.zeros(len(ARKIT), dtype=np.float32))
        graph = FaceGraph()
        try:
            rgb = cv2.cvtColor(rest, cv2.COLOR_BGR2RGB)
            points = graph.find(np.asarray(rgb, np.uint8))
        finally:
            graph.close()
        height, width = rest.shape[:2]
        whole = Square(width / 2, height / 2, float(min(height, width)))
        self._part = whole if points is None else square_around(points)

    def draw(self, weights: Floats) -> Picture:
        """Return (size, size, 3) BGR; empty ground for weights that are NaN."""
        if not np.isfinite(weights).all():
            return blank(self._size, self._size)
        return cut(self._avatar.draw(weights), self._part, self._size)


def cut(picture: Picture, part: Square, size: int) -> Picture:
    """Return a part as (size, size, 3), with the border repeated beyond the edge."""
    scale = size / max(part.side, 1.0)
    place = np.array(
        [
            [scale, 0.0, size / 2 - scale * part.x],
            [0.0, scale, size / 2 - scale * part.y],
        ]
    )
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    if scale < 0.5:
        # warpAffine has no area filter: a large picture is first made smaller.
        factor = 2 * scale
        picture = np.asarray(
            cv2.resize(picture, None, fx=factor, fy=factor, interpolation=way), np.uint8
        )
        place[:, :2] /= factor
    found = cv2.warpAffine(
        picture, place, (size, size), borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.uint8)


def cut_faces(path: Path, kept: Indices, size: int) -> Iterator[Picture]:
    """Yield (size, size, 3) BGR for each kept picture of a clip, the face in it.

    The cut follows the face slowly. Without any face, the whole picture is shown.

    Args:
        path: of the clip.
        kept: numbers of its pictures, rising.
        size: pixels a side.
    """
    squares = _steady(_squares(path, kept))
    for part, picture in zip(squares, _kept(path, kept), strict=False):
        yield cut(picture, part, size)


def _kept(path: Path, kept: Indices) -> Iterator[Picture]:
    wanted = set(kept.tolist())
    last = max(wanted, default=-1)
    for i, (_, picture) in enumerate(frames(path)):
        if i in wanted:
            yield picture
        if i >= last:
            return


def _squares(path: Path, kept: Indices) -> Numbers:
    """Return (n + 1, 3) middle and side, NaN without a face; last the whole picture."""
    graph = FaceGraph()
    rows, height, width = [], 1, 1
    try:
        for picture in _kept(path, kept):
            height, width = picture.shape[:2]
            rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
            points = graph.find(rgb)
            if points is None:
                rows.append((np.nan, np.nan, np.nan))
            else:
                part = square_around(points)
                rows.append((part.x, part.y, part.side))
    finally:
        graph.close()
    rows.append((width / 2, height / 2, float(max(height, width))))
    return np.array(rows)


def _steady(rows: Numbers) -> list[Square]:
    """Return the squares averaged over neighbours, missing ones between the others."""
    whole, rows = rows[-1], rows[:-1].copy()
    known = np.flatnonzero(np.isfinite(rows[:, 0]))
    if not len(known):
        return [Square(*whole.tolist())] * len(rows)
    for column in range(3):
        rows[:, column] = np.interp(
            np.arange(len(rows)), known, rows[known, column].copy()
        )
    reach = min(STEADY // 2, (len(rows) - 1) // 2)
    padded = np.pad(rows, ((reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0)
    return [Square(*row) for row in windows.mean(axis=-1).tolist()]
