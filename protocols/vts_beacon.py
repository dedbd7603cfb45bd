"""What VTube Studio tells the network every two seconds, on UDP port 47779.

JSON with `messageType` "VTubeStudioAPIStateBroadcast" and, in `data`: `active` (whether
plugins may connect), `port` (of the websocket), `instanceID`, and `windowTitle`. It is
sent even while the API is switched off. Source: VTube Studio's public API
documentation, "API Server Discovery (UDP)".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .errors import DecodeError
from .text import decode_json

PORT: Final = 47_779
LONGEST: Final = 2048
"""Bytes of a message; longer ones are none of these."""
KIND: Final = "VTubeStudioAPIStateBroadcast"


@dataclass(frozen=True, slots=True)
class Beacon:
    """One VTube Studio."""

    active: bool
    """True if plugins may connect."""
    port: int
    """TCP, of the websocket."""
    instance: str
    """Random, for this run of the program."""
    title: str
    """Of its window."""


def decode(data: bytes) -> Beacon:
    """Parse one datagram.

    Raises:
        DecodeError: it is no such message; nothing else is ever raised.
    """
    if len(data) > LONGEST:
        raise DecodeError(f"vts: {len(data)} bytes, at most {LONGEST}")
    told = decode_json(data)
    if not isinstance(told, dict) or told.get("messageType") != KIND:
        raise DecodeError(f"vts: not a {KIND}")
    state = told.get("data")
    if not isinstance(state, dict):
        raise DecodeError("vts: a broadcast without data")
    port = state.get("port")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        raise DecodeError("vts: a broadcast without a port")
    instance, title = state.get("instanceID", ""), state.get("windowTitle", "")
    if not isinstance(instance, str) or not isinstance(title, str):
        raise DecodeError("vts: a broadcast whose names are no text")
    return Beacon(state.get("active") is True, port, instance[:64], title[:64])
