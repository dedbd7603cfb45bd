"""A z-buffer: triangles in, the nearest triangle under each pixel out.

Two implementations give the same picture. NumPy's (`scanlines.py`) is always there. The
compiled one (`compiled.py`) is about three times as fast and needs numba, which comes
with the extra `models`; training data is rendered with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from protocols.arrays import Floats, Indices, Mask

from .edges import FARTHEST


@dataclass(frozen=True, slots=True, eq=False)
class Fragments:
    """What each pixel sees. Filled by `rasterise`, in as many calls as it takes."""

    triangle: Indices
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

    tiled: bool = False
    """True if the pattern is repeated downwards too; otherwise its edge goes on."""


Fill = Callable[
    [Fragments, Floats, Indices, slice, Cutout | None, Mask],
    None,
]
"""What an implementation does: see `rasterise`; the last is a mask of all triangles."""


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
    triangles: Indices,
    part: slice | None = None,
    cutout: Cutout | None = None,
    both: Mask | None = None,
    fill: Fill | None = None,
) -> None:
    """Draw triangles where they are nearer than what is there.

    A pixel belongs to a triangle that holds its middle; on an edge that two share, to
    the first of them. Triangles that reach behind the camera are left out, and so are
    those with a corner at infinity or at NaN, and slivers (`edges.SLIVER`).

    Args:
        into: changed in place.
        screen: (V, 3) x right and y down in pixels, and the depth in metres.
        triangles: (T, 3) anticlockwise as seen from outside.
        part: which of them to draw; all without it.
        cutout: makes them partly transparent.
        both: (T,) true for a triangle that is seen from behind as well. Without it,
            cut-outs are and others are not.
        fill: the implementation; the fastest there is without it.
    """
    if both is None:
        both = np.full(len(triangles), cutout is not None)
    lost = ~(np.abs(screen).max(axis=1, initial=0) < FARTHEST)
    if lost.any():
        # Depth 0 leaves them out.
        screen = np.where(lost[:, None], np.float32(0), screen)
    start, stop, _ = (part or slice(None)).indices(len(triangles))
    (fill or fastest())(into, screen, triangles, slice(start, stop), cutout, both)


@lru_cache(maxsize=1)
def fastest() -> Fill:
    """Return the compiled implementation where numba is installed, else NumPy's."""
    try:
        from .compiled import fill as compiled
    except ImportError:
        from .scanlines import fill

        return fill
    return compiled
