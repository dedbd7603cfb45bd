"""The wire `opentrack`: head position and rotation over UDP, for games.

Has the sink's settings (so it imports pydantic), opens the sink, and reads datagrams
for `inspect`. `protocols/opentrack.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from bridge.section import Port
from bridge.sinks.udp import Encode
from protocols import opentrack

from .heard import Heard, Parts
from .settings import UdpTarget
from .udp import udp_wire

Factor = Annotated[float, Field(ge=-100.0, le=100.0)]


class OpenTrack(UdpTarget):
    """opentrack's input "UDP over network": head only, UDP."""

    kind: Literal["opentrack"] = "opentrack"
    port: Port = 4242
    face: Annotated[int, Field(ge=1, le=8)] = 1
    """Send this face, counted from 1: opentrack has one."""
    x: Factor = 1.0
    """Factor for the position to the side: -1 reverses it, 0 leaves it out."""
    y: Factor = 1.0
    """Factor for the height."""
    z: Factor = 1.0
    """Factor for the distance from the camera."""
    yaw: Factor = 1.0
    """Factor for turning the head to the side."""
    pitch: Factor = 1.0
    """Factor for looking up and down."""
    roll: Factor = 1.0
    """Factor for tilting the head."""

    def factors(self) -> opentrack.Factors:
        """Return the factors in wire order."""
        return (self.x, self.y, self.z, self.yaw, self.pitch, self.roll)


SAMPLE: Final = """\
[[sinks]]
kind = "opentrack" # opentrack's input "UDP over network": the head, for games
host = "127.0.0.1"
port = 4242
x = 1.0 # factors for position and turn; -1 reverses an axis, 0 leaves it out
y = 1.0
z = 1.0
yaw = 1.0
pitch = 1.0
roll = 1.0
"""


class OpenTrackReader:
    """Reads opentrack's datagrams. They name no face and no time."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the datagram's head; raise DecodeError if it is malformed."""
        numbers = opentrack.decode(parts[0]).numbers()
        # `inspect` draws values with a dot from the middle: they are signed.
        names = (f"head.{name}" for name in opentrack.NAMES)
        values = dict(zip(names, numbers, strict=True))
        return [Heard("head", values, None, None)]


def _encoder(target: OpenTrack, subjects: Sequence[str]) -> Encode:
    """Return a function that encodes a frame; it keeps nothing."""
    factors = target.factors()
    return lambda frame, time: (opentrack.encode(opentrack.pose(frame, factors)),)


OPENTRACK: Final = udp_wire(
    OpenTrack,
    _encoder,
    lambda left_out: OpenTrackReader(),
    help="opentrack, for games",
    sample=SAMPLE,
)
