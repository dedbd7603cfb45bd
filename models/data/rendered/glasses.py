"""Spectacle frames: two rims, a bridge and temples, as bands before a neutral face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats

from .head import Head, Ints

Line = npt.NDArray[np.floating[Any]]

STEPS: Final = 28
"""Corners of a rim."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What they look like."""

    width: float = 0.026
    """Half the width of a lens, metres."""
    height: float = 0.019
    """Half its height, metres."""
    square: float = 3.0
    """Exponent of the rim's curve: 2 is an ellipse, more is squarer."""
    band: float = 0.003
    """How broad the rim is, metres."""
    drop: float = 0.003
    """How far below the middle of the eyes the lenses sit, metres."""
    ahead: float = 0.016
    """How far before the eyeballs, metres."""
    colour: tuple[float, float, float] = (0.05, 0.05, 0.06)


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Vertices in metres, head frame, and triangles seen from both sides."""

    vertices: Floats
    triangles: Ints


def fit(head: Head, frames: Frames) -> Mesh:
    """Return frames that sit before a head's own eyes; they do not move with it."""
    vertices: list[Line] = []
    triangles: list[tuple[int, int, int]] = []

    def band(inner: Line, outer: Line, closed: bool) -> None:
        start, n = sum(map(len, vertices)), len(inner)
        vertices.extend([inner, outer])
        for k in range(n if closed else n - 1):
            a, b = start + k, start + (k + 1) % n
            for t in ((a, b, b + n), (a, b + n, a + n)):
                triangles.extend([t, (t[0], t[2], t[1])])

    turn = np.linspace(0, 2 * np.pi, STEPS, endpoint=False)
    c, s = np.cos(turn), np.sin(turn)
    power = 2.0 / frames.square
    x, y = np.sign(c) * np.abs(c) ** power, np.sign(s) * np.abs(s) ** power
    front = float(head.eyes[:, 2].max() + head.eyes[:, 3].max() + frames.ahead)
    for centre in head.eyes[:, :3]:
        side = np.sign(centre[0])
        rims = []
        for grow in (0.0, frames.band):
            rim = np.empty((STEPS, 3), dtype=np.float32)
            rim[:, 0] = centre[0] + 0.002 * side + (frames.width + grow) * x
            rim[:, 1] = centre[1] - frames.drop + (frames.height + grow) * y
            # The frame follows the face round: back toward the temples.
            away = np.maximum(0.0, side * (rim[:, 0] - centre[0]))
            rim[:, 2] = front - 0.25 * away - 4.0 * away**2
            rims.append(rim)
        band(rims[0], rims[1], closed=True)
        edge = centre[0] + side * (0.002 + frames.width + frames.band)
        hinge = np.array([edge, centre[1] + 0.004, rims[1][:, 2].min()])
        ear = np.array([side * 0.078, centre[1] + 0.002, -0.005])
        temple = np.linspace(hinge, ear, 6)
        half = np.array([0.0, 0.5 * frames.band + 0.001, 0.0])
        band(temple - half, temple + half, closed=False)
    gap = float(head.eyes[:, 0].max()) - frames.width
    bridge = np.zeros((7, 3))
    bridge[:, 0] = np.linspace(-gap, gap, 7)
    bridge[:, 1] = (
        head.eyes[:, 1].mean()
        + 0.004
        + 0.002 * np.cos(np.linspace(-np.pi / 2, np.pi / 2, 7))
    )
    bridge[:, 2] = front + 0.002
    half = np.array([0.0, 0.5 * frames.band, 0.0])
    band(bridge - half, bridge + half, closed=False)
    return Mesh(
        np.concatenate(vertices).astype(np.float32), np.array(triangles, np.int32)
    )
