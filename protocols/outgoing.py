"""The numbers of a frame that every wire needs, computed once for all wires."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from .bones import bone_quaternions
from .channels import Vector, doubt_unit, sendable
from .frame import FaceFrame
from .rotation import Quaternion


@dataclass(frozen=True, slots=True, eq=False)
class Outgoing:
    """A frame's numbers in the form that any wire may carry."""

    vector: Vector
    """(85,) float32, all finite, weights 0 to 1."""

    turns: tuple[Quaternion, ...]
    """One parent-local unit quaternion per bone, in `BONES` order."""

    doubt: Vector | None
    """(52,) float32, 0 to 1; None if it is unknown."""


@lru_cache(maxsize=8)
def outgoing(frame: FaceFrame) -> Outgoing:
    """Return the frame's numbers. The results for the newest frames are cached."""
    vector = sendable(frame.vector)
    vector.setflags(write=False)
    doubt = frame.doubt
    if doubt is not None:
        doubt = doubt_unit(doubt)
        doubt.setflags(write=False)
    return Outgoing(vector, tuple(bone_quaternions(vector)), doubt)
