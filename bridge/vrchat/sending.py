"""Sends faces to VRChat: a socket, and an encoder for the avatar that is worn."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress

from bridge.binding import Address
from bridge.sinks.mailbox import MailboxSink
from bridge.sinks.refusals import Refusals
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from protocols.unified import Unified
from protocols.vrcft import Plan
from protocols.vrchat import Encoder, Eyes

from .discovery import Found

EyesFor = Callable[[Plan], Eyes]
"""Returns the parts of VRChat's own eye tracking that go with a plan."""


class Sender:
    """Implements `bridge.sinks.mailbox.Sender`."""

    def __init__(
        self,
        family: socket.AddressFamily,
        address: Address,
        newest: Callable[[], Found],
        eyes_for: EyesFor,
    ) -> None:
        """Open a socket.

        Args:
            family: of the address.
            address: the machine with VRChat; the port comes with what was found.
            newest: returns what was found last.
            eyes_for: see `EyesFor`.
        """
        self._address, self._newest, self._eyes_for = address, newest, eyes_for
        self._unified = Unified()
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._turn_to(newest())

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Send what has changed, or raise OSError."""
        found = self._newest()
        if found is not self._found:
            self._turn_to(found)
        for data in self._encoder.encode(frame):
            # The system's buffer is full: the value comes again within two seconds.
            with suppress(BlockingIOError):
                self.receiver.send(data)

    def close(self) -> None:
        """Tell the avatar that the face is gone, and close the socket."""
        with suppress(OSError):
            for data in self._encoder.last():
                self.receiver.send(data)
        self._socket.close()

    def _turn_to(self, found: Found) -> None:
        self._found = found
        place: Address = (self._address[0], found.port, *self._address[2:])
        self.receiver = Refusals(self._socket, place)
        """Knows whether somebody listens."""
        self._encoder = Encoder(found.plan, self._eyes_for(found.plan), self._unified)


class VrchatSink(MailboxSink):
    """A mailbox that knows whether somebody listens at the UDP port."""

    @property
    def answered(self) -> bool | None:
        """True if VRChat listens, False if not, None if nobody can know."""
        sender = self._sender
        return sender.receiver.answered if isinstance(sender, Sender) else None
