"""Procedural textures: skin, lips, brows, scalp and shirt, over the neutral mesh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from engines.drawing.raster import blank, rasterise
from protocols.arrays import Floats

from .appearance import Colour, Look
from .brows import brow_cover
from .creases import crease_cover
from .hair import hair_cover
from .head import LANDMARKS, Head, Ints, Material

Point = tuple[float, float, float]
"""Metres, on the average neutral head."""


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """The average head unrolled: where each texel of the skin and the scalp lies."""

    skin: Floats
    """(S, S, 3) metres; smeared outwards where no triangle lies."""
    scalp: Floats
    """(S, S, 3) metres, likewise."""
    creases: Floats
    """(S/2, S/2, 4) `creases.crease_cover` of the skin."""
    landmarks: Floats
    """(68, 2) the iBUG points, x and y in texels of the skin."""
    skin_tones: Floats
    """(3, S, S) where the skin blushes, is shaded, shines; no look changes them."""
    scalp_tones: Floats
    """(3, S, S) likewise."""


@dataclass(frozen=True, slots=True, eq=False)
class Paint:
    """Textures of one look: linear red, green, blue, and gloss; row 0 at v = 1."""

    skin: Floats
    """(S, S, 4)"""
    scalp: Floats
    """(S, S, 4)"""


_BLUSH: Final[tuple[tuple[Point, Point, float], ...]] = (
    # centre, radii, strength
    ((0.048, 0.004, 0.090), (0.022, 0.020, 0.040), 1.0),
    ((-0.048, 0.004, 0.090), (0.022, 0.020, 0.040), 1.0),
    ((0.0, 0.004, 0.128), (0.016, 0.016, 0.025), 1.0),
    ((0.086, 0.015, 0.0), (0.010, 0.035, 0.03), 1.2),
    ((-0.086, 0.015, 0.0), (0.010, 0.035, 0.03), 1.2),
    ((0.0, -0.066, 0.105), (0.020, 0.012, 0.03), 0.5),
    ((0.031, 0.041, 0.095), (0.017, 0.007, 0.03), 0.7),
    ((-0.031, 0.041, 0.095), (0.017, 0.007, 0.03), 0.7),
)
_SHADE: Final[tuple[tuple[Point, Point, float], ...]] = (
    # hollows: under the eyes, beside the bridge, under the lip
    ((0.028, 0.024, 0.095), (0.014, 0.005, 0.03), 0.10),
    ((-0.028, 0.024, 0.095), (0.014, 0.005, 0.03), 0.10),
    ((0.016, 0.036, 0.095), (0.006, 0.010, 0.02), 0.14),
    ((-0.016, 0.036, 0.095), (0.006, 0.010, 0.02), 0.14),
    ((0.0, -0.052, 0.110), (0.016, 0.004, 0.02), 0.12),
)
_SHINE: Final[tuple[tuple[Point, Point, float], ...]] = (
    ((0.0, 0.085, 0.105), (0.035, 0.020, 0.03), 0.5),
    ((0.0, 0.020, 0.120), (0.008, 0.030, 0.03), 0.6),
    ((0.0, 0.004, 0.130), (0.012, 0.010, 0.02), 0.8),
    ((0.045, 0.012, 0.090), (0.015, 0.012, 0.03), 0.3),
    ((-0.045, 0.012, 0.090), (0.015, 0.012, 0.03), 0.3),
)


def linear(colour: Colour) -> Floats:
    """Return (3,) linear light of an sRGB colour."""
    return np.asarray(colour, dtype=np.float32) ** np.float32(2.2)


def unroll(head: Head, size: int) -> Canvas:
    """Return the canvas of the average head, `size` texels a side."""
    skin = head.materials == Material.SKIN
    at = np.zeros((len(head.neutral), 2), dtype=np.float32)
    at[head.triangles[skin].reshape(-1)] = head.uv[skin].reshape(-1, 2)
    marks = at[LANDMARKS] * np.float32(size)
    marks[:, 1] = size - marks[:, 1]
    face = _positions(head, Material.SKIN, size)
    folds = cv2.resize(crease_cover(face), None, fx=0.5, fy=0.5)
    creases = np.ascontiguousarray(folds, dtype=np.float32)
    scalp = _positions(head, Material.SCALP, size)
    return Canvas(face, scalp, creases, marks, _tones(face), _tones(scalp))


def paint(canvas: Canvas, look: Look) -> Paint:
    """Return the textures of a look."""
    rng = np.random.default_rng(look.seed)
    return Paint(_paint_skin(canvas, look, rng), _paint_scalp(canvas, look, rng))


def _paint_skin(canvas: Canvas, look: Look, rng: np.random.Generator) -> Floats:
    p = canvas.skin
    size = p.shape[0]
    colour = _tone(p, canvas.skin_tones, look, rng)
    gloss = 0.55 + canvas.skin_tones[2]
    gloss = gloss * (1 + 0.16 * _noise(rng, size, size // 3))

    lips, seam = _lip_cover(canvas)
    streaks = cv2.GaussianBlur(_noise(rng, size, size // 3), (0, 0), 0.6, sigmaY=4)
    lip = linear(look.lips) * (1 + 0.10 * streaks[..., None] - 0.55 * seam[..., None])
    colour += (lip - colour) * (0.9 * lips)[..., None]
    gloss += 0.9 * lips

    lid = np.zeros((size, size), dtype=np.float32)
    for first in (36, 42):
        _polyline(lid, canvas.landmarks[first : first + 6], True, size * 0.006)
    colour *= 1 - 0.55 * cv2.GaussianBlur(lid, (0, 0), size / 500)[..., None]

    brow = brow_cover(canvas.landmarks, look, rng, size)
    colour += (linear(look.brow) - colour) * brow[..., None]
    gloss *= 1 - 0.6 * brow
    return _dress(p, colour, gloss, look)


def _paint_scalp(canvas: Canvas, look: Look, rng: np.random.Generator) -> Floats:
    p = canvas.scalp
    gloss = np.full(p.shape[:2], 0.5, dtype=np.float32)
    return _dress(p, _tone(p, canvas.scalp_tones, look, rng), gloss, look)


def _tones(p: Floats) -> Floats:
    """Return (3, S, S): `_BLUSH`, `_SHADE` and `_SHINE` at every texel."""
    sums = [
        sum(k * _bump(p, c, r) for c, r, k in rows) for rows in (_BLUSH, _SHADE, _SHINE)
    ]
    return np.stack(sums).astype(np.float32)


def _tone(p: Floats, tones: Floats, look: Look, rng: np.random.Generator) -> Floats:
    """Return (S, S, 3) bare skin."""
    size = p.shape[0]
    mottle = 0.035 * _noise(rng, size, 10) + 0.03 * _noise(rng, size, 48)
    grain = 0.022 * _noise(rng, size, size // 3)
    blush, shade = tones[0] + 2.0 * mottle, tones[1]
    out = linear(look.skin) * np.exp(mottle + grain - shade)[..., None]
    ruddy = np.array([0.10, -0.20, -0.14], dtype=np.float32) * np.float32(look.blush)
    out *= np.exp(blush[..., None] * ruddy)
    if look.freckles > 0:
        spots = np.clip(_noise(rng, size, size // 5) - 1.7, 0, 1)
        middle = np.exp(-(((p[..., 1] - 0.015) / 0.03) ** 2)) * (p[..., 2] > 0.05)
        out *= np.exp(
            -look.freckles * (spots * middle)[..., None] * np.array([0.6, 1.0, 1.3])
        )
    if look.stubble > 0:
        low = _step((0.35 * np.abs(p[..., 0]) - 0.012 - p[..., 1]) / 0.006)
        low = low * _step((p[..., 1] + 0.085) / 0.006)
        beard = look.stubble * low * (0.6 + 0.25 * _noise(rng, size, size // 3))
        out *= np.exp(-np.clip(beard, 0, 2)[..., None] * np.array([0.9, 0.75, 0.6]))
    return np.asarray(out, dtype=np.float32)


def _dress(p: Floats, colour: Floats, gloss: Floats, look: Look) -> Floats:
    """Put the roots of the hair and the shirt over skin; return (S, S, 4)."""
    if look.hair_length > 0:
        roots = 0.9 * _step((hair_cover(p) - 0.006) / 0.0022)
        colour = colour + (0.55 * linear(look.hair) - colour) * roots[..., None]
        gloss = gloss * (1 - roots)
    below = -0.116 - 0.22 * np.clip(p[..., 2], -0.02, 0.06) - p[..., 1]
    cloth = _step(below / 0.0006)
    rib = 0.82 + 0.18 * _step((below - 0.012) / 0.0008)
    shirt = linear(look.shirt) * rib[..., None]
    colour = colour + (shirt - colour) * cloth[..., None]
    gloss = gloss * (1 - cloth)
    return np.ascontiguousarray(np.dstack([colour, gloss]), dtype=np.float32)


def _lip_cover(canvas: Canvas) -> tuple[Floats, Floats]:
    """Return (S, S) twice, 0 to 1: the lips, and the dark line between them."""
    marks, size = canvas.landmarks, canvas.skin.shape[0]
    area = np.zeros((size, size), dtype=np.float32)
    outline = np.round(marks[48:60] * 16).astype(np.int32)
    cv2.fillPoly(area, [outline], (1.0,), cv2.LINE_8, 4)
    lips = np.asarray(cv2.GaussianBlur(area, (0, 0), size / 360), dtype=np.float32)
    seam = np.zeros((size, size), dtype=np.float32)
    _polyline(seam, marks[60:68], True, size * 0.004)
    return lips, np.asarray(
        cv2.GaussianBlur(seam, (0, 0), size / 250), dtype=np.float32
    )


def _polyline(into: Floats, points: Floats, closed: bool, width: float) -> None:
    fixed = np.round(points * 16).astype(np.int32)
    cv2.polylines(into, [fixed], closed, (1.0,), max(1, round(width)), cv2.LINE_8, 4)


def _positions(head: Head, material: Material, size: int) -> Floats:
    chosen = head.materials == material
    uv = head.uv[chosen].reshape(-1, 2)
    position = head.neutral[head.triangles[chosen]].reshape(-1, 3)
    screen = np.ones((len(uv), 3), dtype=np.float32)
    screen[:, 0], screen[:, 1] = uv[:, 0] * size, (1 - uv[:, 1]) * size
    corners: Ints = np.arange(len(uv), dtype=np.int32).reshape(-1, 3)
    found = blank(size, size)
    rasterise(found, screen, corners)
    empty = found.triangle < 0
    place = np.einsum(
        "hwk,hwkc->hwc", found.weights, position[corners[found.triangle]]
    ).astype(np.float32)
    _, nearest = cv2.distanceTransformWithLabels(
        empty.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    lookup = np.zeros((int(nearest.max()) + 1, 3), dtype=np.float32)
    lookup[nearest[~empty]] = place[~empty]
    return np.asarray(lookup[nearest])


def _noise(rng: np.random.Generator, size: int, cells: int) -> Floats:
    """Return (size, size) smooth noise, about unit variance, `cells` bumps a side."""
    coarse = rng.standard_normal((cells, cells)).astype(np.float32)
    fine = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.asarray(fine, dtype=np.float32)


def _bump(p: Floats, centre: Point, radii: Point) -> Floats:
    """Return (S, S): 1 at the centre, falling off over the radii in metres."""
    d = (p - np.asarray(centre, dtype=np.float32)) / np.asarray(radii, dtype=np.float32)
    return np.asarray(np.exp(-(d * d).sum(axis=-1)), dtype=np.float32)


def _step(x: Floats) -> Floats:
    """Return a soft step from 0 to 1, about four units of `x` wide."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * x), dtype=np.float32)
