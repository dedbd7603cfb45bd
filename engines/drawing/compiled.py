"""The z-buffer compiled by numba, for those who have it: pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from numba import njit

from protocols.arrays import Floats, Indices, Mask

from .edges import NEAREST, SLIVER

if TYPE_CHECKING:
    from .raster import Cutout, Fragments

_NO_PATTERN = np.zeros((0, 0), dtype=np.float32)
_NO_HOLES = np.zeros((0, 3, 3), dtype=np.float32)


def fill(
    into: Fragments,
    screen: Floats,
    triangles: Indices,
    chosen: slice,
    cutout: Cutout | None,
    both: Mask,
) -> None:
    """Do what `raster.rasterise` says."""
    _fill(
        screen,
        triangles,
        chosen.start,
        chosen.stop,
        both,
        _NO_PATTERN if cutout is None else cutout.pattern,
        _NO_HOLES if cutout is None else cutout.coordinates,
        cutout is not None and cutout.tiled,
        into.triangle,
        into.weights,
        into.nearness,
    )


@njit(cache=True, fastmath=True)
def _fill(
    screen: npt.NDArray[np.float32],
    triangles: npt.NDArray[np.int32],
    start: int,
    stop: int,
    both: npt.NDArray[np.bool_],
    pattern: npt.NDArray[np.float32],
    holes: npt.NDArray[np.float32],
    tiled: bool,
    index: npt.NDArray[np.int32],
    weights: npt.NDArray[np.float32],
    nearness: npt.NDArray[np.float32],
) -> None:
    height, width = index.shape
    rows, columns = pattern.shape
    for t in range(start, stop):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        za, zb, zc = screen[a, 2], screen[b, 2], screen[c, 2]
        if za <= NEAREST or zb <= NEAREST or zc <= NEAREST:
            continue
        ax, ay = screen[a, 0], screen[a, 1]
        bx, by = screen[b, 0], screen[b, 1]
        cx, cy = screen[c, 0], screen[c, 1]
        # y points down, so anticlockwise in space has a negative area here.
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < SLIVER or (area > 0.0 and not both[t]):
            continue
        x0 = max(int(np.ceil(min(ax, bx, cx) - 0.5)), 0)
        x1 = min(int(np.floor(max(ax, bx, cx) - 0.5)), width - 1)
        y0 = max(int(np.ceil(min(ay, by, cy) - 0.5)), 0)
        y1 = min(int(np.floor(max(ay, by, cy) - 0.5)), height - 1)
        if x0 > x1 or y0 > y1:
            continue
        inverse = 1.0 / area
        ia, ib, ic = 1.0 / za, 1.0 / zb, 1.0 / zc
        for y in range(y0, y1 + 1):
            py = y + 0.5
            for x in range(x0, x1 + 1):
                px = x + 0.5
                wa = ((bx - px) * (cy - py) - (by - py) * (cx - px)) * inverse
                wb = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) * inverse
                wc = 1.0 - wa - wb
                if wa < 0.0 or wb < 0.0 or wc < 0.0:
                    continue
                near = wa * ia + wb * ib + wc * ic
                if near <= nearness[y, x]:
                    continue
                wa, wb, wc = wa * ia / near, wb * ib / near, wc * ic / near
                if rows > 0:
                    h = holes[t]
                    u = wa * h[0, 0] + wb * h[1, 0] + wc * h[2, 0]
                    v = wa * h[0, 1] + wb * h[1, 1] + wc * h[2, 1]
                    level = wa * h[0, 2] + wb * h[1, 2] + wc * h[2, 2]
                    row = int(np.floor(v * rows))
                    row = row % rows if tiled else min(max(row, 0), rows - 1)
                    if pattern[row, int(np.floor(u * columns)) % columns] <= level:
                        continue
                nearness[y, x] = near
                index[y, x] = t
                weights[y, x, 0] = wa
                weights[y, x, 1] = wb
                weights[y, x, 2] = wc
