"""Light on what the z-buffer found: skin, hair, eyes, teeth."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from protocols.arrays import Floats

from .head import Ints, Material

# numba wants plain numbers.
SKIN: Final = int(Material.SKIN)
SCALP: Final = int(Material.SCALP)
GUMS: Final = int(Material.GUMS)
TEETH: Final = int(Material.TEETH)
LEFT_EYE: Final = int(Material.LEFT_EYE)
RIGHT_EYE: Final = int(Material.RIGHT_EYE)
MOUTH: Final = int(Material.MOUTH)
HAIR: Final = int(Material.HAIR)
TONGUE: Final = int(Material.TONGUE)
FRAMES: Final = int(Material.FRAMES)


@njit(cache=True, fastmath=True, inline="always")
def _sample(texture: Floats, u: float, v: float, out: Floats) -> None:
    size = texture.shape[0]
    x = min(max(u * size - 0.5, 0.0), size - 1.001)
    y = min(max((1.0 - v) * size - 0.5, 0.0), size - 1.001)
    i, j = int(x), int(y)
    fx, fy = np.float32(x - i), np.float32(y - j)
    for c in range(4):
        top = texture[j, i, c] * (1 - fx) + texture[j, i + 1, c] * fx
        low = texture[j + 1, i, c] * (1 - fx) + texture[j + 1, i + 1, c] * fx
        out[c] = top * (1 - fy) + low * fy


@njit(cache=True, fastmath=True)
def _eye(
    x: float, y: float, z: float, iris: Floats, pupil: float, out: Floats
) -> float:
    """Colour an eyeball from the unit ray to its surface; return 1 on the cornea."""
    # The iris is 6 mm wide across a ball of 15.8 mm: a sine of 0.38.
    rho = np.sqrt(x * x + y * y) / 0.385 if z > 0 else 3.0
    turn = np.arctan2(y, x)
    edge = min(max((rho - 0.94) / 0.12, 0.0), 1.0)
    edge = edge * edge * (3 - 2 * edge)
    vein = 0.03 * np.sin(9 * turn + 5 * rho) * min(max(rho - 1.3, 0.0), 1.0)
    corner = min(max((rho - 1.3) / 1.2, 0.0), 1.0)
    white = (
        0.74 - 0.06 * corner,
        0.70 - 0.16 * corner - vein,
        0.68 - 0.16 * corner - vein,
    )
    fibre = (
        0.5 * np.sin(31 * turn + 3 * np.sin(5 * turn))
        + 0.3 * np.sin(73 * turn + 1.7)
        + 0.2 * np.sin(17 * turn + 9 * rho)
    )
    glow = 1.0 + 0.30 * fibre * min(max((rho - 0.35) / 0.3, 0.0), 1.0)
    ring = min(max((rho - 0.72) / 0.26, 0.0), 1.0)
    glow *= 1.0 - 0.72 * ring * ring
    # Light that enters on one side leaves on the other: brighter below.
    glow *= 1.05 - 0.55 * y / 0.385
    warm = max(0.0, 1.0 - abs(rho - pupil - 0.10) / 0.16)
    hole = min(max((rho - pupil) / 0.07, 0.0), 1.0)
    for c in range(3):
        ring_colour = (0.34, 0.20, 0.07)[c]
        colour = iris[c] * glow * (1 - 0.35 * warm) + 0.35 * warm * ring_colour
        colour = 0.004 + (colour - 0.004) * hole
        out[c] = colour + (white[c] - colour) * edge
    return 1.0 - edge


@njit(cache=True, fastmath=True)
def _in_light(
    x: float,
    y: float,
    z: float,
    turn: Floats,
    place: Floats,
    focal: float,
    near: Floats,
) -> float:
    """Return the share of a 4 x 4 patch of the lamp's picture that is not nearer."""
    size = near.shape[0]
    if size < 2:
        return 1.0
    x, y, z = x - place[0], y - place[1], z - place[2]
    u = turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z
    v = turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z
    d = -(turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z)
    px = 0.5 * size + u * focal / d - 1.5
    py = 0.5 * size - v * focal / d - 1.5
    i, j = int(px), int(py)
    if i < 1 or j < 1 or i + 5 >= size or j + 5 >= size:
        return 1.0
    fx, fy = px - i, py - j
    limit = 1.0 / (d - 0.0045)
    lit = 0.0
    for r in range(5):
        wy = (1 - fy) if r == 0 else (fy if r == 4 else 1.0)
        for c in range(5):
            wx = (1 - fx) if c == 0 else (fx if c == 4 else 1.0)
            if near[j + r, i + c] < limit:
                lit += wx * wy
    return lit / 16.0


@njit(cache=True, fastmath=True)
def shade(
    index: Ints,
    weights: Floats,
    triangles: Ints,
    materials: Ints,
    uv: Floats,
    view: Floats,
    normals: Floats,
    rays: Floats,
    open_air: Floats,
    axes: Floats,
    skin: Floats,
    scalp: Floats,
    creases: Floats,
    strengths: Floats,
    strands: Floats,
    colours: Floats,
    pupil: float,
    lamps: Floats,
    sky: Floats,
    turn: Floats,
    place: Floats,
    focal: float,
    near: Floats,
    out: Floats,
) -> None:
    """Write linear light into `out` (H, W, 3) wherever a triangle was found.

    `view` and `normals` are (V, 3) in the camera frame; `rays` (V, 3) go from an
    eyeball's centre to its surface before it turned; `open_air` (V,) is 1 where the
    sky reaches, less inside the mouth; `axes` (2, 3) the way the left and the right eye
    look; `skin`, `scalp` and `creases` (S, S, 4) textures; `strengths` (4, 2) of the
    creases; `colours` (4, 3) iris, hair, lashes, frames; `lamps` and `sky` as `light`
    has them; `turn`, `place`, `focal`, `near` a `light.Shadow`.
    """
    height, width = index.shape
    base = np.zeros(4, np.float32)
    fold = np.zeros(4, np.float32)
    folded = strengths.max() > 0.0
    for y in range(height):
        for x in range(width):
            t = index[y, x]
            if t < 0:
                continue
            m = materials[t]
            a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            wa, wb, wc = weights[y, x, 0], weights[y, x, 1], weights[y, x, 2]
            nx = wa * normals[a, 0] + wb * normals[b, 0] + wc * normals[c, 0]
            ny = wa * normals[a, 1] + wb * normals[b, 1] + wc * normals[c, 1]
            nz = wa * normals[a, 2] + wb * normals[b, 2] + wc * normals[c, 2]
            k = 1.0 / (np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12)
            nx, ny, nz = nx * k, ny * k, nz * k
            px = wa * view[a, 0] + wb * view[b, 0] + wc * view[c, 0]
            py = wa * view[a, 1] + wb * view[b, 1] + wc * view[c, 1]
            pz = wa * view[a, 2] + wb * view[b, 2] + wc * view[c, 2]
            k = -1.0 / np.sqrt(px * px + py * py + pz * pz)
            vx, vy, vz = px * k, py * k, pz * k
            tu = wa * uv[t, 0, 0] + wb * uv[t, 1, 0] + wc * uv[t, 2, 0]
            tv = wa * uv[t, 0, 1] + wb * uv[t, 1, 1] + wc * uv[t, 2, 1]
            air = wa * open_air[a] + wb * open_air[b] + wc * open_air[c]
            gloss, power, wrap, cornea = 0.0, 30.0, 0.0, 0.0
            if m in (SKIN, SCALP):
                _sample(skin if m == SKIN else scalp, tu, tv, base)
                gloss, power, wrap = 0.055 * base[3], 22.0, 1.0
                if m == SKIN and folded:
                    _sample(creases, tu, tv, fold)
                    side = 0 if tu < 0.5 else 1
                    k = 0.0
                    for n in range(4):
                        k += fold[n] * strengths[n, side]
                    k = min(k, 1.4)
                    base[0] *= 1 - 0.36 * k
                    base[1] *= 1 - 0.46 * k
                    base[2] *= 1 - 0.48 * k
            elif m in (LEFT_EYE, RIGHT_EYE):
                dx = wa * rays[a, 0] + wb * rays[b, 0] + wc * rays[c, 0]
                dy = wa * rays[a, 1] + wb * rays[b, 1] + wc * rays[c, 1]
                dz = wa * rays[a, 2] + wb * rays[b, 2] + wc * rays[c, 2]
                cornea = _eye(dx, dy, dz, colours[0], pupil, base)
                gloss, power, wrap = 0.10, 60.0, 0.5
            elif m == TEETH:
                base[0], base[1], base[2] = 0.66, 0.60, 0.49
                gloss, power, wrap = 0.12, 50.0, 0.6
            elif m == GUMS:
                base[0], base[1], base[2] = 0.42, 0.12, 0.11
                gloss, power, wrap = 0.12, 40.0, 0.6
            elif m == MOUTH:
                base[0], base[1], base[2] = 0.12, 0.025, 0.022
            elif m == HAIR:
                row = min(int(tv * strands.shape[0]), strands.shape[0] - 1)
                strand = strands[row, int(tu * strands.shape[1]) % strands.shape[1]]
                level = wa * uv[t, 0, 2] + wb * uv[t, 1, 2] + wc * uv[t, 2, 2]
                tone = (0.45 + 0.75 * min(level, 1.0)) * (0.55 + 0.9 * strand)
                for ch in range(3):
                    base[ch] = colours[1, ch] * tone
                gloss, power, wrap = 0.035 * (0.3 + strand), 9.0, 0.6
            elif m == TONGUE:
                base[0], base[1], base[2] = 0.36, 0.12, 0.12
                gloss, power, wrap = 0.10, 30.0, 0.8
            elif m == FRAMES:
                for ch in range(3):
                    base[ch] = colours[3, ch]
                gloss, power, wrap = 0.12, 40.0, 0.3
            else:
                base[0], base[1], base[2] = colours[2, 0], colours[2, 1], colours[2, 2]
            up = 0.5 + 0.5 * ny
            for ch in range(3):
                out[y, x, ch] = (
                    air * base[ch] * (sky[0, ch] * up + sky[1, ch] * (1 - up))
                )
            lit = _in_light(px, py, pz, turn, place, focal, near)
            rim = 1.0 - max(0.0, nx * vx + ny * vy + nz * vz)
            fresnel = 1.0 + 5.0 * rim * rim * rim * rim
            for n in range(lamps.shape[0]):
                lx, ly, lz = lamps[n, 0], lamps[n, 1], lamps[n, 2]
                d = nx * lx + ny * ly + nz * lz
                hx, hy, hz = lx + vx, ly + vy, lz + vz
                k = 1.0 / (np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9)
                hx, hy, hz = hx * k, hy * k, hz * k
                shine, s = 0.0, nx * hx + ny * hy + nz * hz
                if s > 0.5 and d > 0:
                    shine = gloss * fresnel * s**power * min(1.0, 3 * d)
                if m in (LEFT_EYE, RIGHT_EYE):
                    # The cornea is a smaller ball on the large one: twice the slope.
                    e = 0 if m == LEFT_EYE else 1
                    ax, ay, az = axes[e, 0], axes[e, 1], axes[e, 2]
                    q = nx * ax + ny * ay + nz * az
                    sx, sy, sz = nx - q * ax, ny - q * ay, nz - q * az
                    q = 1 - 4 * (sx * sx + sy * sy + sz * sz)
                    if q > 0:
                        q = np.sqrt(q)
                        s = (2 * sx + q * ax) * hx + (2 * sy + q * ay) * hy
                        s += (2 * sz + q * az) * hz
                        if s > 0.95:
                            shine += cornea * (1.1 if n == 0 else 0.25) * s**600.0
                reach = air * (lit if n == 0 else 1.0)
                for ch in range(3):
                    # Red light wanders farthest under the skin, round the terminator
                    # and into the edge of a shadow.
                    w = wrap * (0.42, 0.18, 0.10)[ch]
                    diffuse = max(0.0, (d + w) / (1.0 + w))
                    share = reach
                    if m in (SKIN, SCALP) and 0 < reach < 1:
                        share = reach ** (1.0 - 0.45 * w)
                    out[y, x, ch] += lamps[n, 3 + ch] * (
                        share * base[ch] * diffuse + reach * shine
                    )
