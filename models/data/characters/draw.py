"""Draws a character: its vertices posed, and a picture in plain light."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numba import njit

from engines.drawing.camera import Camera, Pose, project
from engines.drawing.develop import develop
from engines.drawing.raster import blank, rasterise
from engines.face.mesh import Picture
from models.data.rendered.gaze import gaze, gaze_rotation
from models.data.rendered.head import Ints
from models.data.rendered.normals import vertex_normals
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .character import Character

CAMERA: Final = Camera(360, 360, 760.0)
AHEAD: Final = Pose(y=-0.02, z=-0.60)
"""The whole head is in the picture, turned a little and with an open mouth."""
FINE: Final = 2
"""Pixels a side drawn for each one returned, for smooth edges."""

AMBIENT: Final = 0.28
"""Light from everywhere, and from the lamps below."""
_WAYS = np.array([[-0.5, 0.75, 0.7], [0.7, 0.1, 0.7]], dtype=np.float32)
LAMPS: Final[Floats] = _WAYS / np.linalg.norm(_WAYS, axis=1, keepdims=True)
STRENGTHS: Final[Floats] = np.array([0.85, 0.22], dtype=np.float32)
BACKGROUND: Final = np.array([0.12, 0.14, 0.17], dtype=np.float32)


def pose_vertices(character: Character, weights: Floats) -> Floats:
    """Return (V, 3) metres in the head's own frame.

    Args:
        character: the head.
        weights: (52,) in `ARKIT` order.
    """
    used = np.flatnonzero(weights)
    flat = character.shapes.reshape(len(ARKIT), -1)[used]
    moved = (weights[used].astype(np.float32) @ flat).reshape(-1, 3)
    vertices: Floats = character.vertices + moved
    angles = gaze(weights)
    for eye in character.eyes:
        turn = gaze_rotation(*angles[0 if eye.left else 1])
        rest = character.vertices[eye.vertices]
        vertices[eye.vertices] = (rest - eye.centre) @ turn.T + eye.centre
    return vertices


def draw(
    character: Character,
    weights: Floats,
    pose: Pose = AHEAD,
    camera: Camera = CAMERA,
) -> Picture:
    """Return (height, width, 3) uint8 BGR of the camera's size.

    Args:
        character: the head.
        weights: (52,) in `ARKIT` order, gaze among them.
        pose: of the head; all that is drawn turns with it.
        camera: its size is the picture's.
    """
    fine = camera.scaled(FINE)
    local = pose_vertices(character, weights)
    turn = pose.rotation()
    normals = vertex_normals(local, character.triangles, character.welds) @ turn.T
    view = local @ turn.T + pose.position()
    both = character.double
    # A surface with two sides is drawn again with its corners the other way round.
    triangles = np.concatenate([character.triangles, character.triangles[both, ::-1]])
    image = np.concatenate([character.image, character.image[both]])
    seen = blank(fine.width, fine.height)
    rasterise(seen, project(view, fine), triangles)
    light = np.empty((fine.height, fine.width, 3), dtype=np.float32)
    light[:] = BACKGROUND
    _light(
        seen.triangle,
        seen.weights,
        triangles,
        len(character.triangles),
        normals.astype(np.float32),
        character.colours,
        LAMPS,
        STRENGTHS,
        light,
    )
    for at, texture in enumerate(character.images):
        _paint(
            seen.triangle,
            seen.weights,
            triangles,
            image,
            at,
            character.uv,
            texture,
            light,
        )
    size = (camera.width, camera.height)
    coarse = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    return develop(np.asarray(coarse, dtype=np.float32))


@njit(cache=True, fastmath=True)
def _light(
    index: Ints,
    weights: Floats,
    triangles: Ints,
    fronts: int,
    normals: Floats,
    colours: Floats,
    lamps: Floats,
    strengths: Floats,
    light: Floats,
) -> None:
    """Write the light of every pixel that sees a triangle."""
    height, width = index.shape
    for y in range(height):
        for x in range(width):
            t = index[y, x]
            if t < 0:
                continue
            nx = ny = nz = red = green = blue = np.float32(0)
            for k in range(3):
                v, w = triangles[t, k], weights[y, x, k]
                nx += w * normals[v, 0]
                ny += w * normals[v, 1]
                nz += w * normals[v, 2]
                red += w * colours[v, 0]
                green += w * colours[v, 1]
                blue += w * colours[v, 2]
            scale = np.float32(1) / (np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9)
            if t >= fronts:
                scale = -scale
            # Less from below, as in a room.
            total = AMBIENT * (0.8 + 0.2 * ny * scale)
            for lamp in range(lamps.shape[0]):
                way = nx * lamps[lamp, 0] + ny * lamps[lamp, 1] + nz * lamps[lamp, 2]
                total += strengths[lamp] * max(np.float32(0), way * scale)
            light[y, x, 0] = red * total
            light[y, x, 1] = green * total
            light[y, x, 2] = blue * total


@njit(cache=True, fastmath=True)
def _paint(
    index: Ints,
    weights: Floats,
    triangles: Ints,
    image: Ints,
    chosen: int,
    uv: Floats,
    texture: Floats,
    light: Floats,
) -> None:
    """Multiply the light with one texture, between its four nearest texels."""
    height, width = index.shape
    rows, columns = texture.shape[0], texture.shape[1]
    for y in range(height):
        for x in range(width):
            t = index[y, x]
            if t < 0 or image[t] != chosen:
                continue
            u = v = np.float32(0)
            for k in range(3):
                corner, w = triangles[t, k], weights[y, x, k]
                u += w * uv[corner, 0]
                v += w * uv[corner, 1]
            across = (u - np.floor(u)) * columns - 0.5
            down = (v - np.floor(v)) * rows - 0.5
            i, j = int(np.floor(across)), int(np.floor(down))
            fx, fy = np.float32(across - i), np.float32(down - j)
            for c in range(3):
                top = texture[j % rows, i % columns, c] * (1 - fx)
                top += texture[j % rows, (i + 1) % columns, c] * fx
                low = texture[(j + 1) % rows, i % columns, c] * (1 - fx)
                low += texture[(j + 1) % rows, (i + 1) % columns, c] * fx
                light[y, x, c] *= top * (1 - fy) + low * fy
