"""Triangles on the screen, as the edge functions that say which pixels they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Floats, Indices, Mask, Numbers

Corners = tuple[Numbers, Numbers, Numbers]
"""(N,) each: one number for each corner of each triangle."""

SLIVER: Final = 1e-3
"""Square pixels. Twice the area of thinner triangles is lost in float32 coordinates,
and so are the weights that divide by it."""
NEAREST: Final = 1e-3
"""Metres before the camera. A triangle with a corner nearer than this is left out."""
FARTHEST: Final = 1e9
"""Pixels or metres. A triangle with a corner beyond this is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """N triangles that may show.

    The weight of corner k at a pixel's middle (px, py) is

        across[k] (px - x) + down[k] (py - y) + (1 if k == 0 else 0)
    """

    number: Indices
    """(N,) places in the list that they come from."""
    top: Indices
    """(N,) first row that may hold a pixel."""
    rows: Indices
    """(N,) how many rows may."""
    x: Numbers
    """(N,) pixels, of the first corner."""
    y: Numbers
    across: Corners
    """(N,) each, 1/pixel."""
    down: Corners
    nearness: Corners
    """(N,) each, one over the depth of a corner."""


def edges(
    screen: Floats,
    triangles: Indices,
    chosen: slice,
    both: Mask,
    width: int,
    height: int,
) -> Edges:
    """Return the triangles that show their front and touch a picture.

    Args:
        screen: (V, 3) pixels right, pixels down, depth in metres.
        triangles: (T, 3)
        chosen: which of them.
        both: (T,) those that show their back as well.
        width: of the picture, pixels.
        height: of the picture.
    """
    points = screen.astype(np.float64)
    corners = triangles[chosen]
    column, line, depth = (
        tuple(np.ascontiguousarray(points[:, axis])[corners[:, k]] for k in range(3))
        for axis in range(3)
    )
    # y points down, so anticlockwise in space has a negative area here.
    area = (column[1] - column[0]) * (line[2] - line[0])
    area -= (line[1] - line[0]) * (column[2] - column[0])
    left, right = _middles(column, width)
    top, bottom = _middles(line, height)
    shown = np.minimum(np.minimum(depth[0], depth[1]), depth[2]) > NEAREST
    shown &= (area <= -SLIVER) | (both[chosen] & (area >= SLIVER))
    shown &= (left <= right) & (top <= bottom)
    kept = np.flatnonzero(shown)
    x, y, z = (tuple(a[kept] for a in axis) for axis in (column, line, depth))
    share = 1 / area[kept]
    first = top[kept].astype(np.int32)
    return Edges(
        number=(kept + chosen.start).astype(np.int32),
        top=first,
        rows=bottom[kept].astype(np.int32) - first + 1,
        x=x[0],
        y=y[0],
        across=((y[1] - y[2]) * share, (y[2] - y[0]) * share, (y[0] - y[1]) * share),
        down=((x[2] - x[1]) * share, (x[0] - x[2]) * share, (x[1] - x[0]) * share),
        nearness=(1 / z[0], 1 / z[1], 1 / z[2]),
    )


def _middles(axis: tuple[Numbers, ...], size: int) -> tuple[Numbers, Numbers]:
    """Return (T,) the first and the last pixel whose middle a triangle's box holds."""
    low = np.minimum(np.minimum(axis[0], axis[1]), axis[2])
    high = np.maximum(np.maximum(axis[0], axis[1]), axis[2])
    first: Numbers = np.maximum(np.ceil(low - 0.5), 0)
    last: Numbers = np.minimum(np.floor(high - 0.5), size - 1)
    return first, last
