"""The listening socket of the page, which admits a bounded number of connections."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
import threading
from typing import Any, Final

from bridge.binding import EXCLUSIVE
from bridge.clock import ClockNs, monotonic_ns

MOST: Final = 64
"""Connections at a time, of pages and of files. Each has a thread."""

FILE_S: Final = 60.0
"""A connection that is no page's ends after this time, so that a reader that never
reads does not keep its place."""

PASSING: Final = {errno.ECONNABORTED, errno.EMFILE, errno.ENFILE, errno.ENOBUFS}
"""Errors of `accept` after which the next one may succeed."""
PAUSE_S: Final = 0.05


class Door(socket.socket):
    """Accepts connections, and knows all that are open."""

    def __init__(
        self,
        family: socket.AddressFamily,
        address: tuple[Any, ...],
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Listen on an address.

        Raises:
            OSError: the address is in use or is none of this machine's.
        """
        super().__init__(family, socket.SOCK_STREAM)
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._inside: list[tuple[socket.socket, int]] = []
        self._pages: set[socket.socket] = set()
        self._spent = socket.socket(family, socket.SOCK_STREAM)
        self._spent.close()
        try:
            if sys.platform == "win32":
                self.setsockopt(socket.SOL_SOCKET, EXCLUSIVE, 1)
            else:
                # Recently closed connections do not keep the port.
                self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.bind(address)
            self.listen(MOST)
            self.port = int(self.getsockname()[1])
            """The TCP port."""
        except BaseException:
            self.close()
            raise

    def accept(self) -> tuple[socket.socket, Any]:
        """Return a connection; it is already closed if too many are open."""
        try:
            opened, address = super().accept()
        except OSError as error:
            if error.errno not in PASSING:
                raise
            # The server would stop listening. A pause, because it asks again at once.
            threading.Event().wait(PAUSE_S)
            return self._spent, None
        with self._lock:
            self._inside = [one for one in self._inside if one[0].fileno() >= 0]
            self._pages &= {one for one, _ in self._inside}
            if len(self._inside) < MOST:
                self._inside.append((opened, self._clock_ns()))
                return opened, address
        # The server's thread for it finds it closed and ends.
        opened.close()
        return opened, address

    def admit(self, opened: socket.socket) -> None:
        """Let a connection stay without a limit of time."""
        with self._lock:
            self._pages.add(opened)

    def expire(self) -> None:
        """End connections that are no pages and are older than `FILE_S`."""
        oldest_ns = self._clock_ns() - round(FILE_S * 1e9)
        with self._lock:
            late = [
                opened
                for opened, at_ns in self._inside
                if at_ns < oldest_ns and opened not in self._pages
            ]
        for opened in late:
            cut(opened)

    def cut_all(self) -> None:
        """End all connections at once."""
        with self._lock:
            inside = [opened for opened, _ in self._inside]
        for opened in inside:
            cut(opened)


def cut(opened: socket.socket) -> None:
    """End a connection at once, also while a thread waits for it."""
    with contextlib.suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
