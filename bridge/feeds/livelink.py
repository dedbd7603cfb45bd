"""Reads Live Link Face packets as solved faces, for `--source livelink:PORT`.

A packet has the head's total rotation; neck and head share it, as for a camera's face.
It has no position, so the position is 0. The jaw bone follows the curves, by the same
formula as for a camera's face.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from engines.motion.body import jaw_turn
from protocols import livelink
from protocols.channels import ARKIT, CHANNELS, WEIGHTS_SLICE, Vector, bone_slice, unit
from protocols.errors import DecodeError
from protocols.rotation import from_livelink, rotation_vector

from .kind import udp_kind
from .report import Reader, Report, Setup, mask_of
from .sender import sendable

GIVEN: Final = mask_of(*ARKIT, "head", "neck", "leftEye", "rightEye", "jaw")
"""The channels of every packet."""

ANGLES: Final = WEIGHTS_SLICE.stop
"""Index of the first angle: yaw, pitch and roll of head, left eye and right eye."""


def read(data: bytes, neck_share: float) -> Report:
    """Decode a datagram.

    Args:
        data: the datagram.
        neck_share: the neck's share of the head's rotation, 0 to 1.

    Raises:
        DecodeError: it is not a Live Link Face packet, or its timecode is out of the
            range that all wires can carry.
    """
    packet = livelink.decode(data)
    if not sendable(packet.time):
        time = packet.time
        raise DecodeError(
            f"livelink: timecode {time.frame} at {time.rate_num}/{time.rate_den}, "
            "expected 0 or more frames and less than 2^31 a day"
        )
    values = packet.values
    return Report(
        key=(packet.device, packet.subject),
        named=True,
        time=packet.time,
        vector=None if values is None else vector_of(values, neck_share),
        given=GIVEN,
    )


def vector_of(values: Vector, neck_share: float) -> Vector:
    """Return the (85,) vector of a packet's (61,) values.

    Args:
        values: `protocols.livelink.CURVES`, all finite; angles in radians.
        neck_share: the neck's share of the head's rotation, 0 to 1.
    """
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    weights = unit(values[WEIGHTS_SLICE])
    vector[WEIGHTS_SLICE] = weights
    angles = values[ANGLES:].tolist()
    head = np.array(rotation_vector(from_livelink(*angles[:3])))
    vector[bone_slice("head")] = (1.0 - neck_share) * head
    vector[bone_slice("neck")] = neck_share * head
    vector[bone_slice("leftEye")] = rotation_vector(from_livelink(*angles[3:6]))
    vector[bone_slice("rightEye")] = rotation_vector(from_livelink(*angles[6:]))
    vector[bone_slice("jaw")] = jaw_turn(weights.tolist())
    return vector


def _reader(setup: Setup) -> Reader:
    def reader(data: bytes, now_ns: int) -> Sequence[Report]:
        return (read(data, setup.neck_share),)

    return reader


LIVELINK: Final = udp_kind(
    "livelink",
    _reader,
    help="phones with Live Link Face, and facewire",
)
