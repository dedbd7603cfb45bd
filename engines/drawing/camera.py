"""Where the head stands, and where its points fall in the picture.

The camera sits at the origin, looks along -Z, and has +Y up and +X to the right of the
picture, so that a face at the identity rotation looks straight back at its plane and
the two frames of `protocols/rotation.py` agree. A head before it has a negative z.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats
from protocols.rotation import from_yaw_pitch_roll, to_matrix


@dataclass(frozen=True, slots=True)
class Pose:
    """A rigid pose of the head in the camera's frame."""

    yaw: float = 0.0
    """Radians about +Y, toward the actor's left; R = Ry(yaw) Rx(pitch) Rz(roll)."""
    pitch: float = 0.0
    """Radians about +X, down."""
    roll: float = 0.0
    """Radians about +Z, toward the actor's right shoulder."""
    x: float = 0.0
    """Metres to the right of the picture, of the head's own origin."""
    y: float = 0.0
    """Metres up."""
    z: float = -0.50
    """Metres; minus the distance from the camera's plane."""

    def rotation(self) -> Floats:
        """Return (3, 3)."""
        turn = from_yaw_pitch_roll(self.yaw, self.pitch, self.roll)
        return to_matrix(turn).astype(np.float32)

    def position(self) -> Floats:
        """Return (3,) metres."""
        return np.array([self.x, self.y, self.z], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole with square pixels and its axis through the picture's middle."""

    width: int = 640
    height: int = 480
    focal: float = 640.0
    """Pixels."""

    def scaled(self, factor: int) -> Camera:
        """Return the same view with `factor` times the pixels a side."""
        return Camera(self.width * factor, self.height * factor, self.focal * factor)


def project(points: Floats, camera: Camera) -> Floats:
    """Return (N, 3): x right and y down in pixels, and the depth in metres.

    `points` is (N, 3) metres in the camera's frame. Pixel (0, 0) has its middle at
    (0.5, 0.5). A point behind the camera has a depth of zero or less.
    """
    depth = -points[:, 2]
    scale = camera.focal / np.where(depth > 1e-6, depth, np.float32(1e-6))
    out: npt.NDArray[np.float32] = np.stack(
        [
            0.5 * camera.width + points[:, 0] * scale,
            0.5 * camera.height - points[:, 1] * scale,
            depth,
        ],
        axis=1,
    ).astype(np.float32)
    return out
