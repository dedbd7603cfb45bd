"""VTube Studio's phone stream: JSON over UDP, with "3rd Party PC Clients" on.

The computer asks, at least every ten seconds, at the phone's port 21412:

    {"messageType": "iOSTrackingDataRequest", "time": 5.0, "sentBy": "facewire",
     "ports": [11125]}

    time    0.5 to 10 seconds for which the phone then sends
    sentBy  1 to 32 letters, for the app's log
    ports   1 to 16 ports of the asking address

The phone answers with about 60 datagrams a second:

    Timestamp          milliseconds since 1970, by the phone's clock
    Hotkey             1 to 8, or -1: a button on the phone's screen
    FaceFound          true or false
    Rotation           of the head: x is ry, y is rx, z is rz of phone.py, degrees
    Position           of the head: x to the actor's right, y up, z away from the phone,
                       in tenths of a metre
    EyeLeft, EyeRight  rx, ry, rz, degrees
    BlendShapes        52 of {"k": "JawOpen", "v": 0.5}, 0 to 1

Later versions may add fields; they are ignored. The meaning of the three axes is not
documented: it follows from a real packet (its eyes turn as their weights say, head and
eyes together look at the phone) and from the maker's example, which shows a cube. The
unit of the position follows from that packet alone, and is unsure.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from .channels import ARKIT, WEIGHTS_SLICE, pascal
from .errors import DecodeError
from .frame import FaceFrame
from .outgoing import outgoing
from .phone import COLUMN, PhoneFace, pose
from .rotation import Triple

PORT: Final = 21412
"""UDP, of the phone; the app shows it."""

MAX_PACKET: Final = 16_384
"""Bytes. Real packets have about 2900."""
MAX_SHAPES: Final = 512
MAX_PORTS: Final = 16

UNITS_PER_METRE: Final = 10.0
DAY_MS: Final = 86_400_000

_NAMES: Final = tuple(map(pascal, ARKIT))


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """One datagram of the phone."""

    face: PhoneFace
    timestamp_ms: int
    """Milliseconds since 1970 by the phone's clock; 0 if the packet has none."""
    hotkey: int
    """1 to 8, or -1."""


def request(ports: Iterable[int], *, seconds: float = 5.0) -> bytes:
    """Return the datagram that asks a phone to send.

    Args:
        ports: 1 to 16 ports of this machine.
        seconds: how long the phone sends, 0.5 to 10.
    """
    asked = {
        "messageType": "iOSTrackingDataRequest",
        "time": seconds,
        "sentBy": "facewire",
        "ports": list(ports),
    }
    return json.dumps(asked, separators=(",", ":")).encode()


def request_of(data: bytes) -> tuple[float, tuple[int, ...]] | None:
    """Return seconds and ports of a request; None if it is none.

    The seconds are within 0.5 to 10; at most 16 ports are taken.
    """
    try:
        asked = _object(data)
        seconds = _number(asked, "time", 1.0)
    except DecodeError:
        return None
    ports = asked.get("ports")
    if asked.get("messageType") != "iOSTrackingDataRequest":
        return None
    if not isinstance(ports, list) or not 0 < len(ports) <= MAX_PORTS:
        return None
    if not all(type(port) is int and 0 < port < 65536 for port in ports):
        return None
    return min(max(seconds, 0.5), 10.0), tuple(ports)


def encode(frame: FaceFrame, timestamp_ms: int) -> bytes:
    """Return one datagram of a phone; `decode` reads it back.

    Args:
        frame: the face; its head's rotation is that of the whole chain.
        timestamp_ms: milliseconds since 1970.
    """
    rx, ry, rz, x, y, z, *eyes = pose(frame)
    weights = outgoing(frame).vector[WEIGHTS_SLICE].tolist()
    said = {
        "Timestamp": timestamp_ms,
        "Hotkey": -1,
        "FaceFound": frame.tracked,
        "Rotation": _axes(ry, rx, rz),
        "Position": _axes(*(UNITS_PER_METRE * each for each in (-x, y, -z))),
        "EyeLeft": _axes(*eyes[3:]),
        "EyeRight": _axes(*eyes[:3]),
        "BlendShapes": [
            {"k": name, "v": round(weight, 6)}
            for name, weight in zip(_NAMES, weights, strict=True)
        ],
    }
    return json.dumps(said, separators=(",", ":")).encode()


def _axes(x: float, y: float, z: float) -> dict[str, float]:
    return {"x": round(x, 6), "y": round(y, 6), "z": round(z, 6)}


def decode(data: bytes) -> Packet:
    """Parse one datagram of the phone.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    said = _object(data)
    found = said.get("FaceFound")
    if not isinstance(found, bool):
        raise DecodeError("vts_phone: no FaceFound, expected true or false")
    weights = np.zeros(len(ARKIT), dtype=np.float32)
    given = np.zeros(len(ARKIT), dtype=np.bool_)
    shapes = said.get("BlendShapes", [])
    if not isinstance(shapes, list) or len(shapes) > MAX_SHAPES:
        raise DecodeError(
            f"vts_phone: BlendShapes is no list of at most {MAX_SHAPES} curves"
        )
    for shape in shapes:
        name = shape.get("k") if isinstance(shape, dict) else None
        column = COLUMN.get(name) if isinstance(name, str) else None
        if column is not None:
            weights[column] = _number(shape, "v", None, named=str(name))
            given[column] = True
    if found and not given.any():
        raise DecodeError("vts_phone: a face without known curves in BlendShapes")
    turned, moved = _triple(said, "Rotation"), _triple(said, "Position")
    face = PhoneFace(
        weights,
        given,
        None if turned is None else (turned[1], turned[0], turned[2]),
        None
        if moved is None
        else (
            -moved[0] / UNITS_PER_METRE,
            moved[1] / UNITS_PER_METRE,
            -moved[2] / UNITS_PER_METRE,
        ),
        _triple(said, "EyeLeft"),
        _triple(said, "EyeRight"),
        found,
    )
    stamp = _number(said, "Timestamp", 0.0, most=1e16)
    return Packet(face, int(stamp), int(_number(said, "Hotkey", -1.0)))


def _object(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_PACKET:
        raise DecodeError(f"vts_phone: {len(data)} bytes, at most {MAX_PACKET}")
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise DecodeError("vts_phone: not JSON") from None
    if not isinstance(said, dict):
        raise DecodeError("vts_phone: no JSON object")
    return said


def _triple(said: dict[str, Any], name: str) -> Triple | None:
    axes = said.get(name)
    if axes is None:
        return None
    if not isinstance(axes, dict):
        raise DecodeError(f"vts_phone: {name} is not x, y and z")
    x, y, z = (_number(axes, axis, None, named=f"{name}.{axis}") for axis in "xyz")
    return x, y, z


def _number(
    said: dict[str, Any],
    key: str,
    default: float | None,
    *,
    named: str = "",
    most: float = 1e6,
) -> float:
    """Return a number of the object; without a default it must be there."""
    value = said.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = math.nan
    if not abs(value) <= most:
        raise DecodeError(f"vts_phone: {named or key} is no number below {most:g}")
    return float(value)
