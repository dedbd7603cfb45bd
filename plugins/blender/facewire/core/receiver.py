"""The UDP port on which faces arrive. Nothing here waits, so Blender never stops."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .face import Face
from .native import Refused, read_datagram
from .subjects import Subjects

DEFAULT_PORT: Final = 5561
LARGEST: Final = 65_536
"""Larger than any datagram, so that none arrives cut."""
BUFFERED: Final = 1 << 20
"""Bytes that wait while Blender renders or loads; systems may give less."""
MOST: Final = 1024
"""Datagrams that one look takes, so that a flood cannot stop Blender."""
RETRY_NS: Final = 1_000_000_000

_MINE: Final = "expected an address of this machine, such as 127.0.0.1 or 0.0.0.0"


@dataclass(slots=True)
class Statistics:
    """What has arrived since the port was opened."""

    messages: int = 0
    """Datagrams of any kind."""
    frames: int = 0
    """Faces that were taken."""
    refused: int = 0
    """Datagrams that could not be used."""
    refusal: str = ""
    """Why the last one was refused."""


class Receiver:
    """Listens to one port. An edge: everything is called by one thread."""

    def __init__(self, host: str, port: int) -> None:
        """Prepare to listen; `poll` opens the port.

        Args:
            host: an address of this machine; 0.0.0.0 hears other machines too.
            port: 1 to 65535.
        """
        self.host, self.port = host, port
        self.subjects = Subjects()
        self.statistics = Statistics()
        self.problem = ""
        """Why the port is not open; empty while it is."""
        self._socket: socket.socket | None = None
        self._retry_ns: int | None = None

    @property
    def is_open(self) -> bool:
        """True while the port is open."""
        return self._socket is not None

    def poll(self, now_ns: int, hear: Callable[[Face], None] | None = None) -> bool:
        """Take all that has arrived; open the port first, or again after a failure.

        Args:
            now_ns: this machine's monotonic clock.
            hear: gets each face, in the order in which they arrived.

        Returns:
            True if a face was taken.
        """
        if self._socket is None:
            if self._retry_ns is not None and now_ns < self._retry_ns:
                return False
            self._retry_ns = now_ns + RETRY_NS
            self._open()
        taken = False
        for _ in range(MOST):
            data = self._receive()
            if data is None:
                break
            taken |= self._take(data, now_ns, hear)
        return taken

    def close(self) -> None:
        """Close the port. Safe to call twice."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _take(
        self, data: bytes, now_ns: int, hear: Callable[[Face], None] | None
    ) -> bool:
        count = self.statistics
        count.messages += 1
        try:
            face = read_datagram(data)
            if face is None:
                return False
            if not self.subjects.take(face, now_ns):
                raise Refused("too many actors: expected at most 16 on one port")
        except Refused as error:
            count.refused += 1
            count.refusal = str(error)
            return False
        count.frames += 1
        if hear is not None:
            hear(face)
        return True

    def _receive(self) -> bytes | None:
        """Return the next datagram; None if none waits."""
        if self._socket is None:
            return None
        try:
            return self._socket.recv(LARGEST)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError as error:
            self.close()
            self.problem = f"{self._place()}: the port broke ({error.strerror})"
            return None

    def _place(self) -> str:
        return f"udp://{self.host}:{self.port}"

    def _open(self) -> None:
        try:
            found = socket.getaddrinfo(
                "127.0.0.1" if self.host == "localhost" else self.host,
                self.port,
                type=socket.SOCK_DGRAM,
                # No name is looked up, because that may take seconds.
                flags=socket.AI_NUMERICHOST,
            )
        except (OSError, UnicodeError):
            self.problem = f"{self._place()}: no such address; {_MINE}"
            return
        family, kind, protocol, _, address = found[0]
        end = socket.socket(family, kind, protocol)
        try:
            end.setblocking(False)
            if sys.platform == "win32":
                # Without it another program could silently share the port.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFERED)
            end.bind(address)
        except OSError as error:
            end.close()
            self.problem = f"{self._place()}: {_why(error)}"
            return
        self._socket, self.problem = end, ""


def _why(error: OSError) -> str:
    # Windows says "no access" of a port that another program has for itself.
    windows = getattr(error, "winerror", 0) in (10013, 10048)
    if error.errno == errno.EADDRINUSE or windows:
        return (
            "in use; close the other receiver or program, or choose another port here "
            "and in facewire"
        )
    return f"cannot listen ({error.strerror}); {_MINE}"


def is_loopback(host: str) -> bool:
    """Return True if only programs of this machine reach an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
