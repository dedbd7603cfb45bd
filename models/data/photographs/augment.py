"""Changes to a training face that leave its expression as it was.

Besides pose they mimic what webcams do to faces: light from one side, blur, noise,
compression, distance.

One affine warp a face does flip, turn, scale, shift and the change to the size that the
network currently sees; about 40 us a face on one core, so it hides behind the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from engines.face.crop import Batch, standardise


@dataclass(frozen=True, slots=True)
class Augment:
    """How far faces are bent. Ranges are uniform, `*_chance` are probabilities."""

    turn: float = 15.0
    """Degrees to either side."""
    scale: float = 1.2
    """Largest factor; the smallest is its inverse."""
    stretch: float = 0.06
    """Height against width, as a share."""
    shift: float = 0.09
    """Share of the side, in both directions."""
    gamma: float = 0.35
    """Exponent e^u, u up to this to either side."""
    light_chance: float = 0.15
    """Light from one side: up to 60 % more there, and as much less on the other."""
    coarse_chance: float = 0.1
    """Shrunk by up to 2 and back: a face far from the camera."""
    blur_chance: float = 0.1
    noise_chance: float = 0.12
    """Noise of 2 to 16 grey levels."""
    compress_chance: float = 0.08
    """JPEG of quality 15 to 60."""
    erase_chance: float = 0.5
    """A rectangle of 10 to 35 % of each side: hand, hair, glasses."""

    def __call__(
        self, images: npt.NDArray[np.uint8], size: int, rng: np.random.Generator
    ) -> Batch:
        """Return (n, 1, size, size) standardised faces from (n, h, w) grey ones."""
        out = np.empty((len(images), size, size), np.float32)
        for i, image in enumerate(images):
            out[i] = self._one(image, size, rng)
        batch = standardise(out)
        for face in batch[:, 0]:
            if rng.random() < self.erase_chance:
                self._erase(face, rng)
        return batch

    def _one(
        self, image: npt.NDArray[np.uint8], size: int, rng: np.random.Generator
    ) -> npt.NDArray[np.float32]:
        gamma = np.exp(rng.uniform(-self.gamma, self.gamma))
        face = (np.arange(256) / 255.0) ** gamma * 255.0
        bent: Any = cv2.warpAffine(
            face.astype(np.float32)[image],
            self._matrix(image.shape[0], size, rng),
            (size, size),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        if rng.random() < self.light_chance:
            bent *= _from_one_side(size, rng)
        if rng.random() < self.coarse_chance:
            small = max(12, round(size / rng.uniform(1.2, 2.0)))
            bent = cv2.resize(bent, (small, small), interpolation=cv2.INTER_AREA)
            bent = cv2.resize(bent, (size, size))
        elif rng.random() < self.blur_chance:
            bent = cv2.GaussianBlur(bent, (0, 0), rng.uniform(0.4, 1.6) * size / 64)
        if rng.random() < self.noise_chance:
            bent += rng.standard_normal(bent.shape, np.float32) * rng.uniform(2, 16)
        if rng.random() < self.compress_chance:
            bent = _compressed(bent, int(rng.integers(15, 61)))
        out: npt.NDArray[np.float32] = bent
        return out

    def _matrix(
        self, side: int, size: int, rng: np.random.Generator
    ) -> npt.NDArray[np.float64]:
        """Return the (2, 3) map from image to output pixels."""
        angle = np.radians(rng.uniform(-self.turn, self.turn))
        zoom = size / side * self.scale ** rng.uniform(-1.0, 1.0)
        tall = 1.0 + rng.uniform(-self.stretch, self.stretch)
        c, s = np.cos(angle), np.sin(angle)
        flip = 1.0 if rng.random() < 0.5 else -1.0
        linear = zoom * np.array([[c, -s], [s, c]]) @ np.diag([flip / tall, tall])
        middle = size / 2 + rng.uniform(-self.shift, self.shift, 2) * size
        offset = middle - 0.5 - linear @ np.full(2, side / 2 - 0.5)
        return np.column_stack([linear, offset])

    def _erase(self, face: npt.NDArray[np.float32], rng: np.random.Generator) -> None:
        size = face.shape[0]
        h, w = (rng.uniform(0.1, 0.35, 2) * size).astype(int)
        y, x = int(rng.integers(size - h)), int(rng.integers(size - w))
        face[y : y + h, x : x + w] = rng.normal() if rng.random() < 0.5 else 0.0


def _from_one_side(side: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Return (side, side) factors that rise evenly along a random direction."""
    angle, most = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.1, 0.6)
    place = np.linspace(-1.0, 1.0, side, dtype=np.float32)
    along = np.cos(angle) * place[None] + np.sin(angle) * place[:, None]
    factors: npt.NDArray[np.float32] = (1.0 + most * along / np.sqrt(2.0)).astype("f4")
    return factors


def _compressed(face: npt.NDArray[Any], quality: int) -> npt.NDArray[np.float32]:
    """Return a face of grey levels as it is after JPEG."""
    levels = np.clip(face, 0, 255).round().astype(np.uint8)
    _, file = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.float32)
