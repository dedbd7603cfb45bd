"""Lamps, their shadows, and the dimness of hollows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from engines.drawing.camera import Camera, project
from engines.drawing.raster import Fragments, blank, rasterise
from protocols.arrays import Floats

from .appearance import Direction, Lighting
from .head import Ints
from .textures import linear

LAMP_M: Final = 1.2
"""How far the key lamp stands when its shadow is cast."""
REACH_M: Final = 0.40
"""The lamp's picture spans so much of the scene around the face."""


@dataclass(frozen=True, slots=True, eq=False)
class Shadow:
    """What the key lamp sees."""

    turn: Floats
    """(3, 3) camera frame to lamp frame."""
    place: Floats
    """(3,) metres, the lamp in the camera frame."""
    camera: Camera
    nearness: Floats
    """(H, W) 1/metre; a single 0 where no shadow is wanted."""


def lamps(lighting: Lighting) -> Floats:
    """Return (3, 6): direction and linear colour of key, fill and rim."""
    rows = (
        (lighting.key, lighting.key_colour, lighting.key_strength),
        (lighting.fill, lighting.fill_colour, lighting.fill_strength),
        (lighting.rim, lighting.key_colour, lighting.rim_strength),
    )
    return np.array(
        [(*_unit(way), *(linear(colour) * k)) for way, colour, k in rows],
        dtype=np.float32,
    )


def sky(lighting: Lighting) -> Floats:
    """Return (2, 3): ambient light from above, and from below, warmer and weaker."""
    above = linear(lighting.ambient) * lighting.ambient_strength
    below = above * np.array([0.60, 0.50, 0.44], dtype=np.float32)
    return np.asarray(np.stack([above, below]), dtype=np.float32)


def cast_shadow(
    view: Floats, triangles: Ints, part: slice, lighting: Lighting, size: int
) -> Shadow:
    """Return what the key lamp sees of (V, 3) vertices in the camera frame."""
    back = _unit(lighting.key)
    right = np.cross(np.array([0, 1, 0], dtype=np.float32), back)
    right /= np.linalg.norm(right)
    turn = np.stack([right, np.cross(back, right), back]).astype(np.float32)
    camera = Camera(size, size, size * LAMP_M / REACH_M)
    middle = view[triangles[part]].reshape(-1, 3)[::97].mean(axis=0)
    place = (middle + np.float32(LAMP_M) * back).astype(np.float32)
    if not lighting.shadows:
        return Shadow(turn, place, camera, np.zeros((1, 1), dtype=np.float32))
    seen = blank(size, size)
    rasterise(seen, project((view - place) @ turn.T, camera), triangles, part)
    return Shadow(turn, place, camera, seen.nearness)


def dim_hollows(light: Floats, found: Fragments, focal: float) -> None:
    """Darken (H, W, 3) light where the surroundings stand nearer to the camera.

    Ambient occlusion by the depth alone: each pixel against the mean depth around it
    at two sizes, a few millimetres (lips, lids, nostrils) and a few centimetres.
    """
    solid = found.nearness > 0
    depth = np.where(solid, 1 / np.maximum(found.nearness, 1e-6), 0).astype(np.float32)
    cover = solid.astype(np.float32)
    middle = float(np.median(depth[solid])) if solid.any() else 1.0
    dark = np.ones_like(depth)
    for reach_m, depth_m, strength in ((0.006, 0.0035, 0.45), (0.03, 0.02, 0.45)):
        side = max(3, round(2 * reach_m * focal / middle) | 1)
        weight = cv2.blur(cv2.blur(cover, (side, side)), (side, side))
        mean = cv2.blur(cv2.blur(depth, (side, side)), (side, side))
        behind = depth - mean / np.maximum(weight, 1e-3)
        dark *= 1 - strength * np.clip(behind / depth_m, 0, 1)
    tint = dark[..., None] ** np.array([0.85, 1.05, 1.1], dtype=np.float32)
    light *= np.where(solid[..., None], tint, 1)


def _unit(direction: Direction) -> Floats:
    out = np.asarray(direction, dtype=np.float32)
    return np.asarray(out / np.linalg.norm(out), dtype=np.float32)
