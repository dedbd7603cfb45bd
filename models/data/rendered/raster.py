"""A z-buffer: triangles in, the nearest triangle under each pixel out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

from protocols.arrays import Floats

from .head import Ints

SLIVER: Final = 1e-3
"""Square pixels. Twice the area of thinner triangles is lost in float32 coordinates,
and so are the weights that divide by it."""


@dataclass(frozen=True, slots=True, eq=False)
class Fragments:
    """What each pixel sees. Filled by `rasterise`, in as many calls as it takes."""

    triangle: Ints
    """(H, W) index of the nearest triangle, -1 where there is none."""

    weights: Floats
    """(H, W, 3) barycentric weights of its corners, true in space, not on screen."""

    nearness: Floats
    """(H, W) one over the depth, 1/metre; 0 where there is nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """Triangles full of holes: hair and lashes."""

    pattern: Floats
    """(R, C) 0 to 1, repeated sideways."""

    coordinates: Floats
    """(T, 3, 3) for each corner of each triangle of the whole list: column and row as
    shares of the pattern, and the level it must exceed to be solid there."""


def blank(width: int, height: int) -> Fragments:
    """Return a picture of nothing."""
    return Fragments(
        np.full((height, width), -1, dtype=np.int32),
        np.zeros((height, width, 3), dtype=np.float32),
        np.zeros((height, width), dtype=np.float32),
    )


def rasterise(
    into: Fragments,
    screen: Floats,
    triangles: Ints,
    part: slice | None = None,
    cutout: Cutout | None = None,
) -> None:
    """Draw triangles where they are nearer than what is there.

    Triangles reaching behind the camera are left out, and so are those that show
    their back (clockwise from the camera) unless they are cut-outs.

    Args:
        into: changed in place.
        screen: (V, 3) as `camera.project` returns it.
        triangles: (T, 3).
        part: which of them to draw; all without it.
        cutout: makes them partly transparent.
    """
    start, stop, _ = (part or slice(None)).indices(len(triangles))
    if cutout is None:
        cutout = _SOLID
    _fill(
        screen,
        triangles,
        start,
        stop,
        cutout.pattern,
        cutout.coordinates,
        into.triangle,
        into.weights,
        into.nearness,
    )


_SOLID = Cutout(np.zeros((0, 0), np.float32), np.zeros((0, 3, 3), np.float32))


@njit(cache=True, fastmath=True)
def _fill(
    screen: npt.NDArray[np.float32],
    triangles: npt.NDArray[np.int32],
    start: int,
    stop: int,
    pattern: npt.NDArray[np.float32],
    holes: npt.NDArray[np.float32],
    index: npt.NDArray[np.int32],
    weights: npt.NDArray[np.float32],
    nearness: npt.NDArray[np.float32],
) -> None:
    height, width = index.shape
    rows, columns = pattern.shape
    for t in range(start, stop):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        za, zb, zc = screen[a, 2], screen[b, 2], screen[c, 2]
        if za <= 1e-3 or zb <= 1e-3 or zc <= 1e-3:
            continue
        ax, ay = screen[a, 0], screen[a, 1]
        bx, by = screen[b, 0], screen[b, 1]
        cx, cy = screen[c, 0], screen[c, 1]
        # y points down, so anticlockwise in space has a negative area here.
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < SLIVER or (area > 0.0 and rows == 0):
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
                    row = min(max(int(v * rows), 0), rows - 1)
                    if pattern[row, int(u * columns) % columns] <= level:
                        continue
                nearness[y, x] = near
                index[y, x] = t
                weights[y, x, 0] = wa
                weights[y, x, 1] = wb
                weights[y, x, 2] = wc
