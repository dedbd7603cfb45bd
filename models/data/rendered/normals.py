"""Which way a surface faces."""

from __future__ import annotations

import numpy as np
from numba import njit

from protocols.arrays import Floats

from .head import Ints


@njit(cache=True, fastmath=True)
def vertex_normals(vertices: Floats, triangles: Ints, welds: Ints) -> Floats:
    """Return (V, 3) unit normals, area-weighted, shared by welded vertices."""
    out = np.zeros_like(vertices)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux = vertices[b, 0] - vertices[a, 0]
        uy = vertices[b, 1] - vertices[a, 1]
        uz = vertices[b, 2] - vertices[a, 2]
        vx = vertices[c, 0] - vertices[a, 0]
        vy = vertices[c, 1] - vertices[a, 1]
        vz = vertices[c, 2] - vertices[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (welds[a], welds[b], welds[c]):
            out[corner, 0] += nx
            out[corner, 1] += ny
            out[corner, 2] += nz
    for v in range(out.shape[0]):
        if welds[v] == v:
            n = out[v]
            k = 1.0 / (np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-12)
            out[v, 0] *= k
            out[v, 1] *= k
            out[v, 2] *= k
    for v in range(out.shape[0]):
        if welds[v] != v:
            out[v, 0] = out[welds[v], 0]
            out[v, 1] = out[welds[v], 1]
            out[v, 2] = out[welds[v], 2]
    return out


def smooth_normals(vertices: Floats, triangles: Ints) -> Floats:
    """Return (V, 3) unit normals of a mesh without seams."""
    out: Floats = vertex_normals(
        vertices, triangles, np.arange(len(vertices), dtype=np.int32)
    )
    return out
