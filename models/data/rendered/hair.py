"""Short hair and lashes: shells over the scalp, and strips, full of holes.

A shell is the scalp lifted along its normals. A dozen of them, each solid only where a
pattern of strands is high enough, look like hair from every side but the inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from protocols.arrays import Floats
from protocols.easing import smoothstep

from .appearance import Look
from .head import Head, Ints, Material

CROWN: Final = np.array([0.0, 0.70, -0.71], dtype=np.float32)
"""Unit vector from the middle of the skull to the whorl that the strands leave."""
MIDDLE: Final = np.array([0.0, 0.05, 0.01], dtype=np.float32)
"""Metres."""
STRANDS: Final = 900
"""Around the crown: one each 0.6 mm at the temples."""

# Metres: the hair begins where the skull is farther back than z, at each height y.
_LINE: Final = np.array(
    [
        *((-0.01, -0.02), (0.008, 0.0), (0.012, 0.029), (0.03, 0.030), (0.05, 0.031)),
        *((0.06, 0.033), (0.07, 0.038), (0.08, 0.045), (0.09, 0.055), (0.098, 0.069)),
        *((0.103, 0.083), (0.107, 0.099), (0.113, 0.2)),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class Shells:
    """Hair on one head; N roots, L layers."""

    roots: Ints
    """(N,) vertices of the head."""
    lift: Floats
    """(L, N, 1) metres along the normal."""
    lean: Floats
    """(L, N, 3) metres, head frame."""
    triangles: Ints
    """(T, 3) indices into the (L * N) shell vertices, inner layers first."""
    coordinates: Floats
    """(T, 3, 3) as `raster.Cutout` wants them."""
    pattern: Floats
    """(R, C)"""


def hair_cover(position: Floats) -> Floats:
    """Return (...,) signed metres inside the hairline of points on the neutral head."""
    x, y, z = position[..., 0], position[..., 1], position[..., 2]
    inside = np.interp(y, _LINE[:, 0], _LINE[:, 1]) - z
    nape = np.minimum(-0.012 - z, y + 0.055)
    inside = np.where(y < 0.012, np.minimum(nape, 0.02), inside)
    ear = (np.abs(x) > 0.0785) & (y < 0.05) & (z < 0.024) & (z > -0.02)
    out: Floats = np.where(ear, -0.01, inside).astype(np.float32)
    return out


def strand_coordinates(position: Floats) -> Floats:
    """Return (..., 2): the strand, as a share of a turn, and the way along it."""
    away = position - MIDDLE
    away = away / np.linalg.norm(away, axis=-1, keepdims=True)
    forward = np.array([0.0, CROWN[2], -CROWN[1]], dtype=np.float32) * -1
    turn = np.arctan2(away[..., 0], away @ forward) / (2 * np.pi) + 0.5
    along = np.arccos(np.clip(away @ CROWN, -1, 1)) / np.pi
    return np.asarray(np.stack([turn, along], axis=-1), dtype=np.float32)


def strand_pattern(rng: np.random.Generator) -> Floats:
    """Return (96, STRANDS) 0 to 1, evenly spread: how far each strand reaches."""
    fine = rng.standard_normal((14, STRANDS))
    clump = rng.standard_normal((10, STRANDS // 14))
    size = (STRANDS, 96)
    mix = cv2.resize(fine, size, interpolation=cv2.INTER_CUBIC)
    mix = mix + 0.9 * cv2.resize(clump, size, interpolation=cv2.INTER_CUBIC)
    rank = np.empty(mix.size, dtype=np.float32)
    rank[np.argsort(mix, axis=None)] = np.linspace(0, 1, mix.size, dtype=np.float32)
    return rank.reshape(mix.shape)


def grow(head: Head, look: Look) -> Shells | None:
    """Return hair for a head of average proportions, or None for a shaven one."""
    if look.hair_length <= 0 or look.hair_layers <= 0:
        return None
    p = head.neutral
    chosen = (head.materials == Material.SKIN) | (head.materials == Material.SCALP)
    inside = hair_cover(p)
    corners = head.triangles[chosen]
    corners = corners[(inside[corners] > -0.005).all(axis=1)]
    roots, corners = np.unique(corners, return_inverse=True)
    corners = corners.reshape(-1, 3).astype(np.int32)

    at, depth = p[roots], inside[roots]
    x, y = np.abs(at[:, 0]), at[:, 1]
    ramp = _smooth(-0.001, 0.02, depth)
    side = _smooth(0.035, 0.07, x)
    top = _smooth(0.085, 0.13, y) * (1 - 0.7 * side)
    length = look.hair_length * (0.4 + 0.6 * ramp) * (0.35 + 1.6 * top)
    cover = _smooth(-0.005, 0.011, depth)

    # Combed back from the brow and down at the sides.
    away = at - MIDDLE
    out = away - (away @ CROWN)[:, None] * CROWN
    out /= np.linalg.norm(out, axis=1, keepdims=True) + 1e-6
    comb = out * (2 * side - 1)[:, None]
    layers = look.hair_layers
    level = (np.arange(layers) + 0.5) / layers
    lift = length[None, :] * level[:, None]
    lean = 0.8 * (length[None, :] * level[:, None] ** 1.5)[..., None] * comb

    offsets = (np.arange(layers) * len(roots)).astype(np.int32)
    where = strand_coordinates(at)[corners]
    holes = np.zeros((layers, len(corners), 3, 3), dtype=np.float32)
    holes[..., :2] = where
    bare = 1 - cover[corners]
    for layer, k in enumerate(level):
        holes[layer, ..., 2] = np.maximum(k**1.3 * 0.97, 1.02 * bare)
    return Shells(
        roots.astype(np.int32),
        lift[..., None].astype(np.float32),
        lean.astype(np.float32),
        (corners[None] + offsets[:, None, None]).reshape(-1, 3),
        holes.reshape(-1, 3, 3),
        strand_pattern(np.random.default_rng(look.seed)),
    )


def lash_pattern(look: Look) -> Floats:
    """Return (512, 1024), 1 on a hair, for six strips with their roots above.

    ICT-FaceKit's strips: columns are the right and the left eye, the upper three rows
    the upper lid, the lower three the lower lid. The lower lid's hairs are finer than
    a pixel at any size of picture we draw, so they are left out.
    """
    rng = np.random.default_rng(look.seed)
    height, width = 512, 1024
    out = np.zeros((height, width), dtype=np.uint8)
    for row in range(3):
        root, tip = (0.012 + row * 0.166) * height, (0.150 + row * 0.166) * height
        for column in range(2):
            left, span = (0.012 + 0.498 * column) * width, 0.478 * width
            # The line of the lid itself, so that it stays whole when seen edge-on.
            corner = (round(left), round(root))
            low = (round(left + span), round(root + 0.16 * (tip - root)))
            cv2.rectangle(out, corner, low, (255,), -1)
            for i in range(22):
                u = (i + rng.uniform(0.1, 0.9)) / 22
                reach = rng.uniform(0.4, 0.75)
                end = left + span * min(max(u + rng.normal(0, 0.02), 0), 1)
                far = (end, root + reach * (tip - root))
                points = np.linspace((left + span * u, root), far, 6)
                for k in range(5):
                    (ax, ay), (bx, by) = points[k : k + 2].round().astype(int).tolist()
                    cv2.line(out, (ax, ay), (bx, by), (255,), 6 - k)
    return (out > 127).astype(np.float32)


def _smooth(low: float, high: float, x: Floats) -> Floats:
    return smoothstep((x - low) / (high - low)).astype(np.float32)
