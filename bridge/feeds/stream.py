"""An inlet for phones that send over TCP: they connect to us, or we connect to them.

Everything happens on the thread that receives, without waiting. A connection whose
bytes do not follow its format is closed. Memory is bounded: four connections, and for
each what its cutter keeps.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
from collections import deque
from collections.abc import Callable, Collection
from typing import Final, Protocol

from bridge.binding import Address
from bridge.clock import ClockNs, monotonic_ns
from protocols.errors import DecodeError

logger = logging.getLogger(__name__)

MOST: Final = 4
"""Connections at the same time; a further one replaces the oldest one."""

CHUNK: Final = 65_536
"""Bytes that are read at once."""

RETRY_NS: Final = 1_000_000_000
"""Time between two attempts to connect."""

CONNECT_NS: Final = 3_000_000_000
"""How long one attempt may take."""

TOLD: Final = 8
"""Maximum number of connections that are logged because they were closed."""


class Cuts(Protocol):
    """Cuts the bytes of one connection into packets."""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the packets that these bytes complete; raise DecodeError."""


class _Line:
    def __init__(self, opened: socket.socket, peer: Address, cuts: Cuts) -> None:
        self.socket, self.peer, self.cuts = opened, peer, cuts


class StreamInlet:
    """Implements `Inlet`. An empty packet says that a connection opened or closed."""

    def __init__(
        self,
        cutter: Callable[[], Cuts],
        *,
        listener: socket.socket | None = None,
        connect: tuple[socket.AddressFamily, Address] | None = None,
        asker: socket.socket | None = None,
        hosts: Collection[str] = (),
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Take open sockets, which are closed with the inlet.

        Args:
            cutter: makes what cuts one connection's bytes.
            listener: accepts connections.
            connect: the address to connect to, again and again.
            asker: UDP socket that sends what readers say; None: they speak on their
                connection.
            hosts: those that may connect; empty for all.
            clock_ns: monotonic nanoseconds.
        """
        self._cutter, self._listener, self._asker = cutter, listener, asker
        self._connect, self._hosts, self._clock_ns = connect, frozenset(hosts), clock_ns
        self._selector = selectors.DefaultSelector()
        self._lines: dict[socket.socket, _Line] = {}
        self._packets: deque[tuple[bytes, Address]] = deque()
        self._dialling: tuple[socket.socket, int] | None = None
        self._dialled_ns = -RETRY_NS
        self._outgoing: socket.socket | None = None
        self._told = 0
        if listener is not None:
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ)

    def receive(self, wait_s: float) -> tuple[bytes, Address] | None:
        """See `Inlet`."""
        if not self._packets:
            self._dial()
            self._wait(wait_s)
        return self._packets.popleft() if self._packets else None

    def send(self, data: bytes, to: Address) -> None:
        """See `Inlet`."""
        if self._asker is not None:
            with contextlib.suppress(OSError):
                self._asker.sendto(data, to)
            return
        for line in [each for each in self._lines.values() if each.peer[0] == to[0]]:
            try:
                whole = line.socket.send(data) == len(data)
            except OSError:
                whole = False
            if not whole:
                # The rest of a message that is cut short could not be told from the
                # next one.
                self._hang_up(line)

    def close(self) -> None:
        """See `Inlet`."""
        for line in self._lines.values():
            line.socket.close()
        self._lines.clear()
        if self._dialling is not None:
            self._dialling[0].close()
            self._dialling = None
        for opened in (self._listener, self._asker):
            if opened is not None:
                opened.close()
        self._selector.close()

    def _wait(self, wait_s: float) -> None:
        for key, _ in self._selector.select(max(wait_s, 0.0)):
            opened = key.fileobj
            if opened is self._listener:
                self._accept()
            elif self._dialling is not None and opened is self._dialling[0]:
                self._answered()
            elif isinstance(opened, socket.socket) and opened in self._lines:
                self._read(self._lines[opened])

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            opened, peer = self._listener.accept()
        except OSError:
            return
        if self._hosts and peer[0] not in self._hosts:
            opened.close()
            return
        self._add(opened, peer)

    def _dial(self) -> None:
        """Begin to connect, or give up an attempt that takes too long."""
        now_ns = self._clock_ns()
        if self._dialling is not None and now_ns - self._dialling[1] > CONNECT_NS:
            self._give_up()
        idle = self._dialling is None and self._outgoing is None
        if self._connect is None or not idle or now_ns - self._dialled_ns < RETRY_NS:
            return
        self._dialled_ns = now_ns
        family, address = self._connect
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setblocking(False)
        opened.connect_ex(address)
        self._dialling = opened, now_ns
        self._selector.register(opened, selectors.EVENT_WRITE)

    def _answered(self) -> None:
        assert self._dialling is not None and self._connect is not None
        opened = self._dialling[0]
        if opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._give_up()
            return
        self._selector.unregister(opened)
        self._dialling, self._outgoing = None, opened
        self._add(opened, self._connect[1])

    def _give_up(self) -> None:
        assert self._dialling is not None
        self._selector.unregister(self._dialling[0])
        self._dialling[0].close()
        self._dialling = None

    def _add(self, opened: socket.socket, peer: Address) -> None:
        if len(self._lines) >= MOST:
            self._hang_up(next(iter(self._lines.values())))
        opened.setblocking(False)
        with contextlib.suppress(OSError):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lines[opened] = _Line(opened, peer, self._cutter())
        self._selector.register(opened, selectors.EVENT_READ)
        self._packets.append((b"", peer))

    def _read(self, line: _Line) -> None:
        try:
            data = line.socket.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up(line)
            return
        try:
            self._packets += [(packet, line.peer) for packet in line.cuts.feed(data)]
        except DecodeError as error:
            if self._told < TOLD:
                self._told += 1
                logger.warning(
                    "x %s: the connection is closed (%s)", line.peer[0], error
                )
            self._hang_up(line)

    def _hang_up(self, line: _Line) -> None:
        self._selector.unregister(line.socket)
        line.socket.close()
        del self._lines[line.socket]
        if line.socket is self._outgoing:
            self._outgoing = None
        self._packets.append((b"", line.peer))
