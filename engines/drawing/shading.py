"""Light on what the z-buffer found of a character."""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats, Indices

from .drawable import Drawable
from .normals import normals
from .raster import Fragments
from .textures import look_up

AMBIENT: Final = np.float32(0.28)
"""Light from everywhere, and from the lamps below."""
_WAYS = np.array([[-0.5, 0.75, 0.7], [0.7, 0.1, 0.7]], dtype=np.float32)
LAMPS: Final[Floats] = _WAYS / np.linalg.norm(_WAYS, axis=1, keepdims=True)
STRENGTHS: Final[Floats] = np.array([0.85, 0.22], dtype=np.float32)
PIXELS: Final = 1 << 14
"""Shaded in one go; what they need fits into a processor's cache."""
BACKGROUND: Final = np.array([0.12, 0.14, 0.17], dtype=np.float32)


def shade(subject: Drawable, seen: Fragments, points: Floats, screen: Floats) -> Floats:
    """Return (H, W, 3) linear light.

    Light falls on vertices and is mixed between them; textures multiply it.

    Args:
        subject: the character.
        seen: which triangle each pixel sees.
        points: (V, 3) its vertices in the camera's frame.
        screen: (V, 3) the same, projected.
    """
    out = np.empty(seen.weights.shape, dtype=np.float32)
    out[:] = BACKGROUND
    index, weights = seen.triangle.reshape(-1), seen.weights.reshape(-1, 3)
    made, triangles = subject.made, subject.triangles
    facing = normals(subject.smooth, points, made.triangles)
    # The light of the front of each vertex, then that of its back.
    sides = [made.colours * _lamplight(way) for way in (facing, -facing)]
    back = _backs(screen, triangles)[:, None]
    lit = _corners(np.concatenate(sides), triangles + len(points) * back)
    places = _corners(made.uv, triangles) if subject.textures else lit
    hit = np.flatnonzero(index >= 0)
    for start in range(0, len(hit), PIXELS):
        at = hit[start : start + PIXELS]
        which, shares = index[at], np.take(weights, at, axis=0)
        light = _mix(lit, which, shares)
        painted = subject.painted[which]
        for image, found in subject.textures.items():
            mine = np.flatnonzero(painted == image)
            if len(mine):
                uv = _mix(places, which[mine], np.take(shares, mine, axis=0))
                light[mine] *= look_up(found, uv)
        for channel in range(3):
            out.reshape(-1, 3)[at, channel] = light[:, channel]
    return out


def _corners(values: Floats, triangles: Indices) -> Floats:
    """Return (T, 3, C): values of vertices, at the corners of triangles."""
    found: Floats = np.take(values, triangles, axis=0)
    return found


def _mix(values: Floats, which: Indices, weights: Floats) -> Floats:
    """Return (P, C): the values of triangles' corners, mixed by weights."""
    found: Floats = np.einsum("pkc,pk->pc", np.take(values, which, axis=0), weights)
    return found


def _lamplight(facing: Floats) -> Floats:
    """Return (V, 1) how much light falls on surfaces with these normals."""
    # Less from below, as in a room.
    total = AMBIENT * (np.float32(0.8) + np.float32(0.2) * facing[:, 1:2])
    for way, strength in zip(LAMPS, STRENGTHS, strict=True):
        total += strength * np.maximum(facing @ way, 0)[:, None]
    return total


def _backs(screen: Floats, triangles: Indices) -> Indices:
    """Return (T,) 1 for a triangle that shows its back, 0 for its front."""
    x, y = (np.take(screen[:, axis], triangles) for axis in (0, 1))
    one = (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0])
    other = (y[:, 1] - y[:, 0]) * (x[:, 2] - x[:, 0])
    return np.asarray(one > other, dtype=np.int32)
