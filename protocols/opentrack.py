"""opentrack's UDP datagrams, as its input "UDP over network" reads them.

    f64  x      centimetres, + to the actor's left
    f64  y      centimetres, + up
    f64  z      centimetres, + away from the camera
    f64  yaw    degrees, + turns to the actor's right
    f64  pitch  degrees, + looks up
    f64  roll   degrees, + tilts to the actor's left

Six numbers, little-endian, 48 bytes; no header, no time and no sign for "no face".
The turn is yaw about the vertical, then pitch, then roll. No document names the signs.
Here they are those of two trackers in opentrack itself that look at the actor from the
front: its neural network and its ArUco marker (their y differs; the network's is used).
Users can reverse each axis in opentrack too.

opentrack reads the first 48 bytes of a datagram, keeps the newest of those that wait,
and drops a pose in which a number is NaN. It adds no centre of its own before the user
presses "Center".
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Final

from .bones import head_turn
from .channels import POSITION_SLICE
from .errors import DecodeError
from .frame import FaceFrame
from .outgoing import outgoing
from .rotation import yaw_pitch_roll
from .wording import counted

NAMES: Final = ("x", "y", "z", "yaw", "pitch", "roll")
"""The six numbers in wire order."""
LIMIT: Final = 1_000_000.0
"""Centimetres or degrees; a larger number comes from something else than a head."""

_POSE: Final = struct.Struct("<6d")
_CM: Final = 100.0

Factors = tuple[float, float, float, float, float, float]
"""What each number is multiplied by, in the order of `NAMES`; -1 reverses an axis."""

PLAIN: Final[Factors] = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Pose:
    """One datagram: centimetres and degrees, signs as above."""

    x: float
    y: float
    z: float
    yaw: float
    pitch: float
    roll: float

    def numbers(self) -> tuple[float, float, float, float, float, float]:
        """Return the six numbers in the order of `NAMES`."""
        return (self.x, self.y, self.z, self.yaw, self.pitch, self.roll)


def pose(frame: FaceFrame, factors: Factors = PLAIN) -> Pose:
    """Return a frame's head.

    Args:
        frame: the turn is that of the whole chain, spine to head.
        factors: see `Factors`.
    """
    ready = outgoing(frame)
    x, y, z = ready.vector[POSITION_SLICE].tolist()
    yaw, pitch, roll = yaw_pitch_roll(head_turn(ready.turns))
    # Ours: +x the actor's left, +z toward the camera; + yaw left, + pitch down, + roll
    # to the right.
    centimetres = (_CM * x, _CM * y, -_CM * z)
    degrees = (math.degrees(-yaw), math.degrees(-pitch), math.degrees(-roll))
    numbers = zip((*centimetres, *degrees), factors, strict=True)
    return Pose(*(_bounded(number * factor) for number, factor in numbers))


def encode(pose: Pose) -> bytes:
    """Return the datagram of a pose."""
    return _POSE.pack(*pose.numbers())


def decode(data: bytes) -> Pose:
    """Return the pose of a datagram.

    Raises:
        DecodeError: it does not have 48 bytes, or a number is not finite or too large;
            nothing else is ever raised.
    """
    if len(data) != _POSE.size:
        raise DecodeError(
            f"opentrack: {counted(len(data), 'byte')}, expected six numbers of 8 bytes"
        )
    numbers = _POSE.unpack(data)
    for name, number in zip(NAMES, numbers, strict=True):
        if not abs(number) <= LIMIT:
            raise DecodeError(
                f"opentrack: {name} is {number:g}, expected a number within {LIMIT:g}"
            )
    return Pose(*numbers)


def _bounded(number: float) -> float:
    # Adding 0 makes -0.0 a plain zero.
    return max(-LIMIT, min(LIMIT, number)) + 0.0
