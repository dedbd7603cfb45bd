"""Live Link Face packets, version 6, which Unreal's ARKit source receives.

    u8       version, always 6
    string   device id; Unreal uses it to tell senders apart
    string   subject name
    i32 f32  frames since midnight, fraction of a frame
    i32 i32  frame rate: numerator, denominator
    u8       number of values, always 61; absent while no face is tracked
    f32[61]  52 ARKit weights, then yaw, pitch, roll of head, left eye and right eye
             in radians; absent while no face is tracked

Everything is big-endian; a string is an i32 length in bytes, then UTF-8. Yaw is
positive to the actor's right, pitch down, roll to the actor's left (the roll's sign is
assumed: rotation.py). One datagram per frame: 270 bytes plus the two names.

Unreal reads 1286 bytes per datagram and drops datagrams of 266 bytes or less. So the
form without values means "alive, no face" and keeps the last pose.

Tolerated: a denominator of 0, read as 1 (a well-known sender divides 30 by 60), and a
fraction up to one frame beyond 0 to 1, carried over (a sender counts up to 1.0002).
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from .bones import head_turn
from .channels import ARKIT, BONES, WEIGHTS_SLICE, Vector, pascal
from .errors import DecodeError
from .frame import FaceFrame
from .outgoing import outgoing
from .rotation import Triple, to_livelink
from .timecode import Timecode

VERSION: Final = 6
CURVES: Final = (
    *map(pascal, ARKIT),
    *("HeadYaw", "HeadPitch", "HeadRoll"),
    *("LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll"),
    *("RightEyeYaw", "RightEyePitch", "RightEyeRoll"),
)
"""The 61 values in wire order, with Unreal's names."""
MAX_TEXT: Final = 256
"""Characters in a name."""
MAX_PACKET: Final = 1286
"""Bytes; Unreal's receive buffer."""

MAX_SCALE: Final = 1000
"""Largest head scale: enough for receivers that expect degrees, 57.3, and more."""

_TIME: Final = struct.Struct(">ifii")
_VALUES: Final = struct.Struct(f">B{len(CURVES)}f")
_EMPTY_SIZE: Final = 1 + 2 * 4 + _TIME.size + _VALUES.size
"""Bytes of a packet without its two names."""
_LEFT_EYE: Final = BONES.index("leftEye")
_RIGHT_EYE: Final = BONES.index("rightEye")


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """One datagram."""

    device: str
    subject: str
    time: Timecode
    values: Vector | None
    """(61,) float32 in `CURVES` order; None while no face is tracked."""


def values(frame: FaceFrame, head_scale: Triple = (1.0, 1.0, 1.0)) -> list[float]:
    """Return a frame's 61 values: weights 0 to 1, then nine angles in radians.

    Args:
        frame: the head's angles are those of the whole chain, spine to head.
        head_scale: factors for the head's yaw, pitch and roll; -1 reverses an angle.
    """
    ready = outgoing(frame)
    yaw, pitch, roll = to_livelink(head_turn(ready.turns))
    return [
        *ready.vector[WEIGHTS_SLICE].tolist(),
        *(yaw * head_scale[0], pitch * head_scale[1], roll * head_scale[2]),
        *to_livelink(ready.turns[_LEFT_EYE]),
        *to_livelink(ready.turns[_RIGHT_EYE]),
    ]


def wire_name(subject: str, device: str) -> str:
    """Return a subject's name, shortened to fit a packet of this device.

    Names from the settings fit whole; a take of another program may have longer ones.
    """
    room = MAX_PACKET - _EMPTY_SIZE - len(device.encode())
    cut = subject.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    return cut[:MAX_TEXT].replace("\0", "_") or "_"


class Encoder:
    """Encodes one subject's datagrams. The names never change, so they are encoded
    once."""

    def __init__(
        self, device: str, subject: str, head_scale: Triple = (1.0, 1.0, 1.0)
    ) -> None:
        """Check and encode the names.

        Args:
            device: stable, and different for every subject: two subjects with one
                device id replace each other in Unreal.
            subject: the Live Link subject name.
            head_scale: see `values`; within `MAX_SCALE` of 0.

        Raises:
            ValueError: a name is empty, too long or not valid text; a scale is too
                large.
        """
        if not all(abs(scale) <= MAX_SCALE for scale in head_scale):
            raise ValueError(
                f"livelink: head scale {head_scale}, at most {MAX_SCALE} either way"
            )
        self._head = _head(device, subject)
        self._head_scale = head_scale

    def encode(self, frame: FaceFrame, time: Timecode) -> bytes:
        """Return one datagram; untracked frames end after the time."""
        tracked = values(frame, self._head_scale) if frame.tracked else None
        return self._head + _tail(time, tracked)


def encode(packet: Packet) -> bytes:
    """Return the bytes of a packet, not clamped; the inverse of `decode`."""
    head = _head(packet.device, packet.subject)
    values = None if packet.values is None else packet.values.tolist()
    return head + _tail(packet.time, values)


def decode(data: bytes) -> Packet:
    """Parse one datagram.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    if len(data) > MAX_PACKET:
        raise DecodeError(f"livelink: {len(data)} bytes, at most {MAX_PACKET}")
    if data[:1] != bytes([VERSION]):
        raise DecodeError(f"livelink: version {data[:1].hex()}, expected 06")
    device, at = _read_text("device", data, 1)
    subject, at = _read_text("subject", data, at)
    time, at = _read_time(data, at)
    if at == len(data):
        return Packet(device, subject, time, None)
    if data[at] != len(CURVES):
        raise DecodeError(f"livelink: {data[at]} values, expected {len(CURVES)}")
    at += 1
    if len(data) - at != 4 * len(CURVES):
        raise DecodeError(
            f"livelink: {len(data) - at} bytes of values, expected {4 * len(CURVES)}"
        )
    read = np.frombuffer(data, dtype=">f4", offset=at).astype(np.float32)
    if not np.isfinite(read).all():
        name = CURVES[int(np.argmin(np.isfinite(read)))]
        raise DecodeError(f"livelink: {name} is not finite")
    return Packet(device, subject, time, read)


def _head(device: str, subject: str) -> bytes:
    head = bytes([VERSION]) + _text("device", device) + _text("subject", subject)
    size = len(head) + _TIME.size + _VALUES.size
    if size > MAX_PACKET:
        raise ValueError(
            f"livelink: names make packets of {size} bytes, at most {MAX_PACKET}"
        )
    return head


def _tail(time: Timecode, values: list[float] | None) -> bytes:
    try:
        stamp = _TIME.pack(time.frame, time.subframe, time.rate_num, time.rate_den)
    except (struct.error, OverflowError):
        raise ValueError(f"livelink: {time!r} does not fit 32 bits") from None
    if values is None:
        return stamp
    return stamp + _VALUES.pack(len(CURVES), *values)


def _text(what: str, value: str) -> bytes:
    if not 0 < len(value) <= MAX_TEXT or "\0" in value:
        raise ValueError(
            f"livelink: {what} {value!r}, expected 1 to {MAX_TEXT} characters"
        )
    data = value.encode()
    return len(data).to_bytes(4, "big") + data


def _read_text(what: str, data: bytes, at: int) -> tuple[str, int]:
    if at + 4 > len(data):
        raise DecodeError(f"livelink: ends within the length of {what}")
    size = int.from_bytes(data[at : at + 4], "big", signed=True)
    at += 4
    if not 0 <= size <= len(data) - at:
        raise DecodeError(f"livelink: {what} of {size} bytes, {len(data) - at} left")
    try:
        text = data[at : at + size].decode()
    except UnicodeDecodeError:
        raise DecodeError(f"livelink: {what} is not UTF-8") from None
    if len(text) > MAX_TEXT:
        raise DecodeError(
            f"livelink: {what} of {len(text)} characters, at most {MAX_TEXT}"
        )
    return text, at + size


def _read_time(data: bytes, at: int) -> tuple[Timecode, int]:
    if at + _TIME.size > len(data):
        raise DecodeError(
            f"livelink: {len(data) - at} bytes of time, expected {_TIME.size}"
        )
    frame, subframe, num, den = _TIME.unpack_from(data, at)
    if not -1.0 < subframe < 2.0:
        raise DecodeError(f"livelink: subframe {subframe}, expected 0 to 1")
    if num <= 0 or den < 0:
        raise DecodeError(f"livelink: rate {num}/{den}, expected above 0")
    frame, subframe = _carried(frame, subframe)
    time = Timecode(frame, subframe, num, max(den, 1))
    return time, at + _TIME.size


def _carried(frame: int, subframe: float) -> tuple[int, float]:
    """Return the same instant with a fraction of 0 <= x < 1."""
    over = math.floor(subframe)
    rest = subframe - over
    # For the smallest negative numbers the subtraction gives exactly 1.
    return (frame + over, rest) if rest < 1.0 else (frame + over + 1, 0.0)
