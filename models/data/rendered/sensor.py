"""What a webcam makes of a scene: blur, exposure, colour, noise, compression."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engines.drawing.develop import Picture

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Sensor:
    """One camera in one light."""

    blur: float
    """Gaussian, pixels."""
    gain: tuple[float, float, float]
    """Blue, green, red."""
    gamma: float
    noise: float
    """Grey levels."""
    shrink: float
    """Its true resolution, as a share of the picture's."""
    quality: int
    """JPEG, 1 to 100."""


def draw_sensor(rng: Rng) -> Sensor:
    """Return a camera, most of them decent."""
    level = rng.uniform(0.75, 1.25)
    tint = rng.normal(1, 0.05, 3)
    low = rng.random() < 0.25
    return Sensor(
        blur=abs(float(rng.normal(0.45, 0.35))),
        gain=(level * tint[0], level * tint[1], level * tint[2]),
        gamma=float(np.exp(rng.uniform(-0.3, 0.3))),
        noise=abs(float(rng.normal(0, 4.0))),
        shrink=float(rng.uniform(0.5, 0.8)) if low else 1.0,
        quality=int(rng.integers(40, 96)),
    )


def expose(picture: Picture, sensor: Sensor, rng: Rng) -> Picture:
    """Return the picture as that camera gives it; now and then the head moved."""
    out = picture
    if rng.random() < 0.12:
        length, turn = int(rng.integers(3, 8)), rng.uniform(0, np.pi)
        kernel = np.zeros((9, 9), np.float32)
        x, y = 0.5 * length * np.cos(turn), 0.5 * length * np.sin(turn)
        ends = (round(4 - x), round(4 - y)), (round(4 + x), round(4 + y))
        cv2.line(kernel, *ends, (1.0,), 1)
        out = _picture(cv2.filter2D(out, -1, kernel / kernel.sum()))
    if sensor.shrink < 1.0:
        h, w = out.shape[:2]
        size = (int(w * sensor.shrink), int(h * sensor.shrink))
        small = cv2.resize(out, size, interpolation=cv2.INTER_AREA)
        out = _picture(cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR))
    if sensor.blur > 0.25:
        out = _picture(cv2.GaussianBlur(out, (0, 0), sensor.blur))
    steps = np.arange(256, dtype=np.float32) / 255
    curve = 255 * steps[:, None] ** sensor.gamma * np.array(sensor.gain)
    table = np.clip(curve, 0, 255).astype(np.uint8)[None]
    out = _picture(cv2.LUT(out, table))
    if sensor.noise > 0.3:
        noise = rng.standard_normal(out.shape, dtype=np.float32) * sensor.noise
        out = _picture(np.clip(out + noise, 0, 255).astype(np.uint8))
    return out


def compress(picture: Picture, quality: int) -> bytes:
    """Return a JPEG."""
    done, code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of {picture.shape} cannot be a JPEG")
    return code.tobytes()


def decompress(code: bytes) -> Picture:
    """Return the picture of a JPEG."""
    data = np.frombuffer(code, dtype=np.uint8)
    return _picture(cv2.imdecode(data, cv2.IMREAD_COLOR))


def _picture(array: object) -> Picture:
    return np.asarray(array, dtype=np.uint8)
