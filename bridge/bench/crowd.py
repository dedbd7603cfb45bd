"""Shows one actor several times in a picture, each copy later than the one before."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace
from typing import Final

import numpy as np

from bridge.capture.source import Image, Pixels, Source

LAG: Final = 30
"""Images between one copy and the next, so that no two faces move alike."""


class Crowd:
    """Implements `Source`: a grid of the newest image and earlier ones."""

    def __init__(self, source: Source, faces: int) -> None:
        """Show a source's actor `faces` times."""
        self.name = f"{source.name}, {faces} times"
        self.own_time = source.own_time
        self._source, self._faces = source, faces
        self._shown: deque[Pixels] = deque(maxlen=LAG * (faces - 1) + 1)

    @property
    def dropped(self) -> int:
        """See `Source`."""
        return self._source.dropped

    @property
    def missing(self) -> int:
        """See `Source`."""
        return self._source.missing

    @property
    def ended(self) -> bool:
        """See `Source`."""
        return self._source.ended

    def read(self, timeout_s: float | None = None) -> Image | None:
        """See `Source`. Until there are enough images, copies show the oldest one."""
        image = self._source.read(timeout_s)
        if image is None:
            return None
        self._shown.append(image.pixels)
        newest = len(self._shown) - 1
        tiles = [
            self._shown[max(0, newest - LAG * number)] for number in range(self._faces)
        ]
        return replace(image, pixels=grid(tiles))

    def close(self) -> None:
        """See `Source`."""
        self._source.close()


def grid(tiles: list[Pixels]) -> Pixels:
    """Return pictures of one size side by side, as square as possible, rest black."""
    height, width, channels = tiles[0].shape
    columns = math.ceil(math.sqrt(len(tiles)))
    rows = math.ceil(len(tiles) / columns)
    whole = np.zeros((rows * height, columns * width, channels), dtype=np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        top, left = row * height, column * width
        whole[top : top + height, left : left + width] = tile
    return whole
