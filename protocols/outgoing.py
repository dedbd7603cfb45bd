"""What every wire needs of a frame, worked out once however many wires there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .bones import bone_quaternions
from .channels import Vector, sendable
from .frame import FaceFrame
from .rotation import Quaternion


@dataclass(frozen=True, slots=True, eq=False)
class Outgoing:
    """A frame's numbers as any wire may carry them."""

    vector: Vector
    """(85,) float32, all finite, weights 0 to 1."""

    turns: tuple[Quaternion, ...]
    """A parent-local unit quaternion a bone, in `BONES` order."""


@lru_cache(maxsize=8)
def outgoing(frame: FaceFrame) -> Outgoing:
    """Return the frame's numbers. Frames are values, so the newest few are kept."""
    vector = sendable(frame.vector)
    vector.setflags(write=False)
    return Outgoing(vector, tuple(bone_quaternions(vector)))
