"""A tongue that can be put out: ICT-FaceKit's is one piece with its gums.

A flat tube along a curve that starts in the mouth, lies over the lower lip and hangs
down from there; its weight says how far along the curve the tip has come.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import INDEX

from .head import LANDMARKS, Ints

RINGS: Final = 14
AROUND: Final = 10
COUNT: Final = RINGS * AROUND + 1
"""Vertices: rings from the root, then the tip."""
LENGTH_M: Final = 0.042
"""From the lips to the tip of a tongue that is all out."""
WIDTH_M: Final = 0.017
"""Half the width at the root."""
THICK_M: Final = 0.0045
"""Half the thickness."""

_TONGUE: Final = INDEX["tongueOut"]


def tongue_triangles() -> Ints:
    """Return (T, 3) indices into the tongue's own vertices, anticlockwise outside."""
    out = []
    for ring in range(RINGS - 1):
        for k in range(AROUND):
            a, b = ring * AROUND + k, ring * AROUND + (k + 1) % AROUND
            out += [(a, b, b + AROUND), (a, b + AROUND, a + AROUND)]
    last = (RINGS - 1) * AROUND
    out += [(last + k, last + (k + 1) % AROUND, RINGS * AROUND) for k in range(AROUND)]
    return np.array(out, dtype=np.int32)


def tongue_vertices(face: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return (COUNT, 3) metres, head frame, and (COUNT,) how far in the open they are.

    Args:
        face: (V, 3) the deformed head.
        weights: (52,); at tongueOut 0 the tongue lies in the mouth.
    """
    out = float(np.clip(weights[_TONGUE], 0, 1))
    upper, lower = face[LANDMARKS[62]], face[LANDMARKS[66]]
    gap = max(0.0, float(upper[1] - lower[1]))
    # It lies on the lower lip, and never above the upper one.
    edge = lower + np.array([0.0, min(0.6 * gap, 1.2 * THICK_M), 0.001])
    root = edge + np.array([0.0, -0.004, -0.045])
    inner = edge + np.array([0.0, 0.0, -0.012])
    beyond = edge + np.array([0.0, -0.004, 0.014])
    tip = edge + np.array([0.0, -0.028, 0.024])
    path = np.array([root, inner, edge, beyond, 0.5 * (beyond + tip), tip])
    along = np.array([0.0, 0.44, 0.56, 0.70, 0.85, 1.0])
    # At rest the tip stays behind the teeth; out, it follows the curve to its end.
    reach = 0.38 + (1.0 - 0.38) * out if out > 0.0 else 0.3
    s = np.linspace(0.0, reach, RINGS)
    spine = np.column_stack([np.interp(s, along, path[:, i]) for i in range(3)])
    forward = np.gradient(spine, axis=0)
    forward /= np.linalg.norm(forward, axis=1, keepdims=True) + 1e-9
    up = np.cross(forward, np.array([1.0, 0.0, 0.0]))
    share = np.linspace(0, 1, RINGS)
    taper = np.sqrt(np.clip(1 - (share**4) * 0.75, 0.05, 1)) * (1 - 0.25 * share)
    # Parted lips are a slit: what lies between them must not be taller than it.
    thick = np.where(s < 0.6, min(THICK_M, 0.4 * gap + 0.0004), THICK_M)
    turn = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    across = np.cos(turn)[None, :, None] * (WIDTH_M * taper)[:, None, None]
    lift = np.sin(turn)[None, :, None] * (thick * taper)[:, None, None]
    # A groove along the middle.
    lift = lift - 0.25 * THICK_M * np.exp(-((np.cos(turn) / 0.25) ** 2))[None, :, None]
    ring = spine[:, None] + across * np.array([1.0, 0, 0]) + lift * up[:, None]
    end = spine[-1] + 0.3 * WIDTH_M * taper[-1] * forward[-1]
    vertices = np.concatenate([ring.reshape(-1, 3), end[None]]).astype(np.float32)
    air = np.clip((vertices[:, 2] - edge[2] + 0.012) / 0.014, 0.12, 1.0)
    return vertices, air.astype(np.float32)
