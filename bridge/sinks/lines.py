"""TCP connections to receivers, on which only the newest frame waits.

For formats in which the phone connects to the computer. Nothing here blocks: while a
connection is being made, or a receiver reads too slowly, frames are dropped.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Final

from bridge.binding import Address

MOST: Final = 4
"""Connections; a further one replaces the oldest one."""


class _Line:
    def __init__(self, address: Address) -> None:
        family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
        self.rest = b""
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):
            # It goes on in the background; the first send says how it went.
            self.socket.connect_ex(address)


class Lines:
    """Sends to several receivers. Not thread-safe."""

    def __init__(self) -> None:
        self._lines: dict[Address, _Line] = {}

    def __len__(self) -> int:
        """Return the number of connections."""
        return len(self._lines)

    def send(self, address: Address, data: bytes) -> bool:
        """Send a frame, connecting first if necessary; return False if it is dropped.

        Raises:
            OSError: the receiver cannot be reached or has hung up; the connection is
                closed.
        """
        line = self._lines.get(address)
        if line is None:
            if len(self._lines) >= MOST:
                self.hang_up(next(iter(self._lines)))
            line = self._lines[address] = _Line(address)
        try:
            if line.rest:
                line.rest = line.rest[line.socket.send(line.rest) :]
            if line.rest:
                return False
            # What the system does not take at once is sent before the next frame.
            line.rest = data[line.socket.send(data) :]
        except BlockingIOError:
            return False
        except OSError:
            self.hang_up(address)
            raise
        return True

    def hang_up(self, address: Address) -> None:
        """Close a connection, if there is one."""
        line = self._lines.pop(address, None)
        if line is not None:
            line.socket.close()

    def close(self) -> None:
        """Close all connections. Safe to call twice."""
        for address in list(self._lines):
            self.hang_up(address)
