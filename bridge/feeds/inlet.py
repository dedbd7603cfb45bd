"""Where packets come in. The UDP port is one such edge; others connect."""

from __future__ import annotations

import socket
from typing import Final, Protocol

from bridge.binding import Address

LARGEST: Final = 4096
"""Maximum size of a datagram, bytes. Valid packets of all kinds are smaller; a kind may
name another size."""

QUEUE_BYTES: Final = 64 * 1024
"""Size of the system's receive queue; in a larger queue packets would become old."""


class Inlet(Protocol):
    """Gives packets. One thread receives; `close` comes after its last call."""

    def receive(self, wait_s: float) -> tuple[bytes, Address] | None:
        """Return the next packet and its sender's address; None after `wait_s`.

        Raises:
            OSError: the system reports a fault; the next call may work again.
        """

    def send(self, data: bytes, to: Address) -> None:
        """Send to a sender, for formats that ask. Drop what cannot be sent at once."""

    def close(self) -> None:
        """Free what was opened. Safe to call twice."""


class UdpInlet:
    """Implements `Inlet` for a bound UDP port."""

    def __init__(
        self,
        port: socket.socket,
        largest: int = LARGEST,
        queue: int = QUEUE_BYTES,
    ) -> None:
        """Take the socket, which is closed with the inlet.

        Args:
            port: bound.
            largest: size of the longest valid datagram, bytes.
            queue: size of the system's receive queue, bytes.
        """
        port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, queue)
        self._port = port
        self._largest = largest
        self._wait_s: float | None = None

    def receive(self, wait_s: float) -> tuple[bytes, Address] | None:
        """See `Inlet`."""
        if wait_s != self._wait_s:
            self._port.settimeout(wait_s)
            self._wait_s = wait_s
        try:
            # A longer datagram is cut, or reported by Windows: it is invalid either
            # way.
            return self._port.recvfrom(self._largest)
        except (BlockingIOError, TimeoutError):
            return None

    def send(self, data: bytes, to: Address) -> None:
        """See `Inlet`."""
        if self._wait_s != 0.0:
            self._port.settimeout(0.0)
            self._wait_s = 0.0
        try:
            self._port.sendto(data, to)
        except OSError:
            # The system's buffer is full or the network is down; it is said again.
            return

    def close(self) -> None:
        """See `Inlet`."""
        self._port.close()
