"""What decides the words of an imitated phone: one side for each format."""

from __future__ import annotations

from typing import Protocol

from bridge.binding import Address
from protocols.frame import FaceFrame


class Side(Protocol):
    """The phone's side of a format. Only the sink's thread uses it."""

    outbox: list[tuple[Address, bytes]]
    """What to send in datagrams, and to whom; the sink empties it."""

    stream_box: list[tuple[Address, bytes]]
    """What to send on TCP connections to receivers; the sink empties it."""

    def hear(self, data: bytes, peer: Address, now_s: float) -> None:
        """Take a receiver's datagram.

        Raises:
            DecodeError: it is malformed.
        """

    def tick(self, now_s: float) -> None:
        """Do what is due."""

    def show(self, frame: FaceFrame, now_s: float) -> int:
        """Send a frame to all receivers; return how many there are."""

    def gone(self, peer: Address) -> None:
        """Forget a receiver that cannot be reached."""

    def answered(self) -> bool | None:
        """Return True if a receiver has answered, False if none has; None if nobody
        can know."""


class CalledSide(Side, Protocol):
    """A side that receivers also connect to."""

    calls_box: list[tuple[Address, bytes, bool]]
    """What to send on receivers' connections: to whom, a message, and whether it is a
    frame; the sink empties it."""

    def hear_call(self, data: bytes, peer: Address, now_s: float) -> None:
        """Take bytes of a receiver's connection; none if it has hung up.

        Raises:
            DecodeError: they are malformed; the connection is closed.
        """
