"""The z-buffer in NumPy: triangles become rows of pixels, and rows become pixels.

Of each row only what the triangle covers is looked at. Depths are settled by one
`np.maximum.at` on 64-bit keys: the nearness above, the triangle's number below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Indices, Ints, Mask, Numbers

from .edges import Corners, Edges, edges

if TYPE_CHECKING:
    from .raster import Cutout, Fragments

Keys = npt.NDArray[np.uint64]

PIXELS: Final = 1 << 15
"""Looked at in one go; what they need fits into a processor's cache."""
NOBODY: Final = np.uint32(0xFFFFFFFF)
"""The lower half of a key where no triangle of this call is nearest."""
_LOW, _HIGH = (0, 1) if np.little_endian else (1, 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """R rows of pixels, each of one triangle."""

    owner: Indices
    """(R,) place in the edges."""
    start: Indices
    """(R,) the first pixel, counted through the picture row by row."""
    length: Indices
    nearness: Floats
    """(R,) at the first pixel, 1/metre."""
    slope: Floats
    """(R,) what each further pixel adds."""


def fill(
    into: Fragments,
    screen: Floats,
    triangles: Indices,
    chosen: slice,
    cutout: Cutout | None,
    both: Mask,
) -> None:
    """Do what `raster.rasterise` says."""
    height, width = into.triangle.shape
    found = edges(screen, triangles, chosen, both, width, height)
    rows = _rows(found, width)
    flat = into.nearness.reshape(-1)
    keys = np.empty((len(flat), 2), dtype=np.uint32)
    keys[:, _HIGH] = flat.view(np.uint32)
    keys[:, _LOW] = NOBODY
    best = keys.view(np.uint64)[:, 0]
    planes = _planes(found)
    for at, near, owner in _pixels(rows):
        key = np.empty((len(at), 2), dtype=np.uint32)
        key[:, _HIGH] = near.view(np.uint32)
        # The first of two triangles that are equally near has the larger key.
        key[:, _LOW] = NOBODY - 1 - owner.view(np.uint32)
        if cutout is not None:
            solid = _solid(found, planes, owner, at, near, cutout, width, height)
            key, at = key[solid], at[solid]
        np.maximum.at(best, at, key.view(np.uint64)[:, 0])
    changed = np.flatnonzero(keys[:, _LOW] != NOBODY)
    index, weights = into.triangle.reshape(-1), into.weights.reshape(-1, 3)
    for start in range(0, len(changed), PIXELS):
        at = changed[start : start + PIXELS]
        owner = (NOBODY - 1 - keys[at, _LOW]).view(np.int32)
        near = keys[at, _HIGH].view(np.float32)
        flat[at] = near
        index[at] = found.number[owner]
        mixed = _weights(planes, owner, at, near, width, height)
        # Column by column: NumPy is several times slower with whole rows.
        for k in range(3):
            weights[at, k] = mixed[:, k]


def _rows(found: Edges, width: int) -> _Rows:
    """Return the covered pixels of each triangle, row by row."""
    count = found.rows
    owner = np.repeat(np.arange(len(count), dtype=np.int32), count)
    skipped = (np.cumsum(count) - count).astype(np.int32)
    line = np.arange(len(owner), dtype=np.int32)
    line += np.repeat(found.top - skipped, count)
    below = line - np.repeat(found.y - 0.5, count)
    left = np.full(len(owner), -np.inf)
    right = np.full(len(owner), np.inf)
    for k in range(3):
        across, down = found.across[k], found.down[k]
        with np.errstate(divide="ignore", invalid="ignore"):
            # Where on a row this edge is crossed: place + lean * below.
            place = found.x - 0.5 - (1 / across if k == 0 else 0.0)
            lean = -down / across
        # A level edge ends no row: the rows end at it.
        for side, limit, pick in (
            (across > 0, left, np.maximum),
            (across < 0, right, np.minimum),
        ):
            none = -np.inf if limit is left else np.inf
            crossed = np.repeat(np.where(side, lean, 0.0), count)
            crossed *= below
            crossed += np.repeat(np.where(side, place, none), count)
            pick(limit, crossed, out=limit)
    first = np.ceil(np.maximum(left, 0, out=left), out=left)
    last = np.floor(np.minimum(right, width - 1, out=right), out=right)
    held = np.flatnonzero(last >= first)
    owner, column = owner[held], first[held]
    slope = _change(found.across, found.nearness)
    fall = _change(found.down, found.nearness)
    origin = found.nearness[0] - slope * (found.x - 0.5)
    near = origin[owner] + slope[owner] * column + fall[owner] * below[held]
    # Rounding must not lift a row out of its triangle's depths.
    low = np.minimum(np.minimum(*found.nearness[:2]), found.nearness[2])
    high = np.maximum(np.maximum(*found.nearness[:2]), found.nearness[2])
    near = np.clip(near, low[owner], high[owner])
    return _Rows(
        owner=owner,
        start=line[held] * np.int32(width) + column.astype(np.int32),
        length=(last[held] - column).astype(np.int32) + 1,
        nearness=near.astype(np.float32),
        slope=slope.astype(np.float32)[owner],
    )


def _change(weights: Corners, values: Corners) -> Numbers:
    """Return (N,) what a pixel's step adds to a value that the corners have."""
    found: Numbers = weights[0] * values[0]
    found += weights[1] * values[1]
    found += weights[2] * values[2]
    return found


def _pixels(rows: _Rows) -> Iterator[tuple[Ints, Floats, Indices]]:
    """Yield (P,) places in the picture, their nearness, and whose they are."""
    ends = np.cumsum(rows.length, dtype=np.int64)
    first = 0
    while first < len(ends):
        done = int(ends[first] - rows.length[first])
        last = max(int(np.searchsorted(ends, done + PIXELS, "right")), first + 1)
        part = slice(first, last)
        length = rows.length[part]
        step = np.arange(int(ends[last - 1]) - done, dtype=np.int32)
        step -= np.repeat((ends[part] - length - done).astype(np.int32), length)
        near = np.repeat(rows.slope[part], length)
        near *= step
        near += np.repeat(rows.nearness[part], length)
        step += np.repeat(rows.start[part], length)
        yield step.astype(np.int64), near, np.repeat(rows.owner[part], length)
        first = last


def _planes(found: Edges) -> Floats:
    """Return (N, 6): where a triangle begins, and how two weights change from there.

    They are weights on the screen, each times its corner's nearness.
    """
    columns = [found.x, found.y]
    for k in (1, 2):
        columns += [found.across[k], found.down[k]]
        columns[-2:] = [way * found.nearness[k] for way in columns[-2:]]
    return np.stack(columns, axis=1).astype(np.float32)


def _weights(
    planes: Floats, owner: Indices, at: Ints, near: Floats, width: int, height: int
) -> Floats:
    """Return (P, 3) weights in space of the corners, for pixels of triangles."""
    columns, lines = _middles(width, height)
    x, y, across_b, down_b, across_c, down_c = np.take(planes, owner, axis=0).T
    right, below, depth = columns[at] - x, lines[at] - y, 1 / near
    out = np.empty((len(at), 3), dtype=np.float32)
    for k, across, down in ((1, across_b, down_b), (2, across_c, down_c)):
        weight = across * right
        weight += down * below
        weight *= depth
        np.minimum(np.maximum(weight, 0, out=weight), 1, out=out[:, k])
    np.maximum(1 - out[:, 1] - out[:, 2], 0, out=out[:, 0])
    return out


@lru_cache(maxsize=4)
def _middles(width: int, height: int) -> tuple[Floats, Floats]:
    """Return (W * H,) x and y of every pixel's middle, row by row."""
    x = np.arange(width, dtype=np.float32) + np.float32(0.5)
    y = np.arange(height, dtype=np.float32) + np.float32(0.5)
    return np.tile(x, height), np.repeat(y, width)


def _solid(
    found: Edges,
    planes: Floats,
    owner: Indices,
    at: Ints,
    near: Floats,
    cutout: Cutout,
    width: int,
    height: int,
) -> Mask:
    """Return (P,) the pixels where the pattern has no hole."""
    corners = cutout.coordinates[found.number[owner]]
    weights = _weights(planes, owner, at, near, width, height)
    across, down, level = np.einsum("pk,pkc->cp", weights, corners)
    rows, columns = cutout.pattern.shape
    column = np.floor(across * columns).astype(np.int64) % columns
    row = np.floor(down * rows).astype(np.int64)
    row = row % rows if cutout.tiled else np.clip(row, 0, rows - 1)
    found_solid: Mask = cutout.pattern[row, column] > level
    return found_solid
