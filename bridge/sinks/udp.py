"""A sink that sends datagrams. An encoder creates their contents."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from bridge.binding import Address
from bridge.errors import SinkError
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .refusals import Refusals
from .sink import Faults

Datagram = bytes | bytearray

Encode = Callable[[FaceFrame, Timecode], Sequence[Datagram]]
"""Returns a frame's datagrams; the sink sends them before the next call."""


class UdpSink:
    """Sends every frame's datagrams to one address. Never blocks."""

    def __init__(self, name: str, host: str, port: int, encode: Encode) -> None:
        self.name = name
        self.sent = 0
        self.failed = 0
        self._encode = encode
        family, address = resolve(host, port, name)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._receiver = Refusals(self._socket, address)
        self._faults = Faults(name)

    def encode_by(self, encode: Encode) -> None:
        """Encode by another function from now on. Not during `send`."""
        self._encode = encode

    @property
    def answered(self) -> bool | None:
        """True if a program listens there, False if not, None if nobody can know."""
        return self._receiver.answered

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Send the frame, or count it as failed and try again later."""
        if self._faults.blocks(frame.captured_ns):
            self.failed += 1
            return
        try:
            for data in self._encode(frame, time):
                self._receiver.send(data)
        except BlockingIOError:
            # The system's buffer is full: drop this frame, because a newer one follows.
            self.failed += 1
        except OSError as error:
            self.failed += 1
            self._faults.failed(error, frame.captured_ns)
        else:
            self.sent += 1
            self._faults.succeeded()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def resolve(host: str, port: int, name: str) -> tuple[socket.AddressFamily, Address]:
    """Return the family and address of a host, or raise SinkError.

    Names are resolved once, at the start, because it may take seconds.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (socket.gaierror, UnicodeError):
        raise SinkError(
            f"{name}: the host {host!r} was not found; check the spelling or give "
            "its IP address, as in 192.168.1.20"
        ) from None
    # IPv4 first: most receivers of face data listen on IPv4 only.
    found.sort(key=lambda row: row[0] != socket.AF_INET)
    family, _, _, _, address = found[0]
    return family, address  # type: ignore[return-value]  # always INET or INET6
