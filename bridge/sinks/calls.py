"""TCP connections that receivers make to an imitated phone.

Nothing here blocks. While a receiver reads too slowly, its frames are dropped, but
never the rest of a message that has begun.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Final

from bridge.binding import Address

MOST: Final = 4
"""Connections; a further one is closed at once."""

CHUNK: Final = 65_536
"""Bytes that are read at once."""

MAX_REST: Final = 65_536
"""Bytes that wait for a receiver; with more it is given up."""


class _Call:
    def __init__(self, opened: socket.socket) -> None:
        self.socket, self.rest = opened, b""


class Calls:
    """Accepts receivers, hears them, and sends to them. Not thread-safe."""

    def __init__(self, listener: socket.socket) -> None:
        """Take a listening socket, which is closed with this."""
        listener.setblocking(False)
        self._listener = listener
        self._calls: dict[Address, _Call] = {}

    def __len__(self) -> int:
        """Return the number of connections."""
        return len(self._calls)

    def sockets(self) -> list[socket.socket]:
        """Return what to wait for."""
        return [self._listener, *(call.socket for call in self._calls.values())]

    def heard(self) -> list[tuple[Address, bytes]]:
        """Return what receivers have said, without waiting; b"" if one has hung up."""
        self._accept()
        found = []
        for peer, call in list(self._calls.items()):
            try:
                data = call.socket.recv(CHUNK)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                self.hang_up(peer)
            found.append((peer, data))
        return found

    def send(self, peer: Address, data: bytes, *, frame: bool = False) -> bool:
        """Send a message; return False if it is dropped.

        Args:
            peer: a receiver.
            data: a whole message.
            frame: True if it may be dropped, because a newer one follows.

        Raises:
            OSError: the receiver has hung up, or does not read; its connection is
                closed.
        """
        call = self._calls.get(peer)
        if call is None:
            return False
        try:
            waits = bool(call.rest)
            if waits and frame:
                data = b""
            call.rest += data
            with contextlib.suppress(BlockingIOError):
                call.rest = call.rest[call.socket.send(call.rest) :]
            if len(call.rest) > MAX_REST:
                raise TimeoutError("the receiver does not read")
        except OSError:
            self.hang_up(peer)
            raise
        return not (waits and frame)

    def hang_up(self, peer: Address) -> None:
        """Close a connection, if there is one."""
        call = self._calls.pop(peer, None)
        if call is not None:
            call.socket.close()

    def close(self) -> None:
        """Close all connections and the listening socket. Safe to call twice."""
        for peer in list(self._calls):
            self.hang_up(peer)
        self._listener.close()

    def _accept(self) -> None:
        for _ in range(MOST):
            try:
                opened, peer = self._listener.accept()
            except OSError:
                return
            if len(self._calls) >= MOST:
                opened.close()
                continue
            opened.setblocking(False)
            with contextlib.suppress(OSError):
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._calls[peer] = _Call(opened)
