"""Frames for tests: a face with some channels set and the rest at rest."""

import numpy as np

from protocols.channels import CHANNELS, INDEX, Vector
from protocols.frame import FaceFrame

FRAME_NS = 33_333_333


def vector(**channels: float) -> Vector:
    out = np.zeros(len(CHANNELS), dtype=np.float32)
    for name, value in channels.items():
        out[INDEX[name.replace("__", ".")]] = value
    return out


def face(index: int = 0, subject: str = "face", **channels: float) -> FaceFrame:
    """A tracked frame at 30 fps; `head__y=0.1` sets the channel `head.y`."""
    return FaceFrame(index, index * FRAME_NS, subject, vector(**channels))
