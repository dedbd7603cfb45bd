"""Eyebrows, hair by hair, in the texture of the skin."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from protocols.arrays import Floats

from .appearance import Look

HAIRS: Final = 240
FACE_M: Final = 0.0895
"""Between the outer corners of the average head's eyes: metres to texels."""


def brow_cover(
    landmarks: Floats, look: Look, rng: np.random.Generator, size: int
) -> Floats:
    """Return (size, size), 0 to 1: how much of each texel is brow.

    `landmarks` is (68, 2) texels. Hairs stand up at the inner end and lie down along
    the arch toward the tail, over a soft shadow of the same shape.
    """
    texels = float(np.linalg.norm(landmarks[36] - landmarks[45])) / FACE_M
    fine = np.zeros((size, size), dtype=np.uint8)
    shadow = np.zeros((size, size), dtype=np.uint8)
    for points in (landmarks[17:22], landmarks[22:27][::-1]):
        # outer end first, for both
        line = _resample(points, 33)
        line[:, 1] -= (look.brow_height - 0.0012) * texels
        inward = np.sign(points[-1, 0] - points[0, 0])
        for i in range(30):
            s = i / 31
            half = _half_width(s) * look.brow_thickness * texels
            a, b = line[i].tolist(), line[i + 1].tolist()
            width = max(1, round(2 * half))
            cv2.line(shadow, _fixed(a), _fixed(b), (255,), width, cv2.LINE_AA, 4)
        for _ in range(HAIRS):
            s = float(rng.uniform(0, 1))
            root = line[min(int(s * 32), 31)].copy()
            half = _half_width(s) * look.brow_thickness * texels
            root[1] += float(rng.uniform(-1, 1)) * half
            # 0 is straight out along the brow, 90 degrees straight up.
            angle = np.radians(18 + 50 * s**3 + rng.normal(0, 6))
            reach = float(rng.uniform(0.004, 0.0075)) * texels
            tip = root + reach * np.array([-inward * np.cos(angle), -np.sin(angle)])
            middle = (root + tip) / 2 + np.array([0, -0.08 * reach])
            path = np.round(np.stack([root, middle, tip]) * 16).astype(np.int32)
            width = 2 if rng.uniform() < 0.2 and size > 700 else 1
            cv2.polylines(fine, [path], False, (255,), width, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(shadow / np.float32(255), (0, 0), 0.0019 * texels)
    hairs = cv2.GaussianBlur(fine / np.float32(255), (0, 0), 0.5)
    cover = np.clip(0.55 * soft + 0.62 * hairs * np.sqrt(soft), 0, 1)
    return np.asarray(cover * look.brow_density, dtype=np.float32)


def _half_width(s: float) -> float:
    """Metres at `s`, 0 the outer tail and 1 the inner end."""
    return 0.0045 * min(1.0, 0.22 + 1.25 * s) * (1.0 - 0.45 * max(0.0, s - 0.75) / 0.25)


def _fixed(point: list[float]) -> tuple[int, int]:
    return round(point[0] * 16), round(point[1] * 16)


def _resample(points: Floats, count: int) -> Floats:
    """Return (count, 2): a smooth curve through five points."""
    known = np.vander(np.linspace(0, 1, len(points)), 4)
    wanted = np.vander(np.linspace(0, 1, count), 4)
    cubic = np.linalg.lstsq(known, points, rcond=None)[0]
    return np.asarray(wanted @ cubic, dtype=np.float32)
