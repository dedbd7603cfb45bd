"""A sink that imitates a phone: it sends faces, and hears what receivers ask for.

A thread of its own sends the newest frame of each face and answers receivers, also
while no frame comes. What is said is decided by a side of the protocol, which opens
nothing: `bridge.wires.ifacialmocap` and `bridge.wires.fmv3` have one each.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
from collections.abc import Collection
from typing import Final

from bridge.binding import Address
from bridge.clock import monotonic_ns
from bridge.threads import ended
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .calls import Calls
from .lines import Lines
from .phone_side import CalledSide, Side

logger = logging.getLogger(__name__)

TICK_S: Final = 0.1
"""Longest time between two calls of a side's `tick`."""

MOST: Final = 64
"""Datagrams that are read in a row, so that a flood does not delay frames."""

LARGEST: Final = 2048
"""Bytes; longer datagrams are malformed."""

CLOSE_S: Final = 0.5
"""How long `close` waits for the thread."""

TOLD: Final = 8
"""Maximum number of hosts that are logged because of what they sent."""


class PhoneSink:
    """Implements `Sink` for an imitated phone."""

    def __init__(
        self,
        name: str,
        port: socket.socket,
        side: Side,
        hosts: Collection[str] = (),
        called: tuple[Calls, CalledSide] | None = None,
    ) -> None:
        """Start the thread.

        Args:
            name: as on the command line.
            port: a bound UDP socket, closed with the sink.
            side: decides what is said.
            hosts: those that are heard; empty for all.
            called: connections that receivers make, and the side that hears them.
        """
        self.name = name
        self.sent = 0
        self.failed = 0
        self._answered: bool | None = None
        self._port, self._side, self._hosts = port, side, frozenset(hosts)
        self._lines = Lines()
        self._called = called
        port.setblocking(False)
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        self._lock = threading.Lock()
        self._waiting: dict[str, FaceFrame] = {}
        self._told: set[str] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def answered(self) -> bool | None:
        """True if a receiver has answered, False if none has, None if unknown."""
        return self._answered

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Pass the frame to the thread; it replaces a waiting one. Never blocks."""
        with self._lock:
            if self._closed:
                return
            self._waiting[frame.subject] = frame
        self._rouse()

    def close(self) -> None:
        """End the thread. Safe to call twice."""
        with self._lock:
            first, self._closed = not self._closed, True
        if first:
            self._rouse()
        if not ended(self._thread, CLOSE_S) and first:
            logger.warning("x %s: did not end within %g s", self.name, CLOSE_S)

    def _rouse(self) -> None:
        # A full buffer means that the thread will wake up anyway.
        with contextlib.suppress(OSError):
            self._wake.send(b"x")

    def _run(self) -> None:
        try:
            while not self._closed:
                calls = [] if self._called is None else self._called[0].sockets()
                select.select([self._port, self._woken, *calls], [], [], TICK_S)
                with contextlib.suppress(BlockingIOError):
                    self._woken.recv(4096)
                self._hear()
                self._hear_calls()
                self._side.tick(_now_s())
                self._flush()
                self._show()
        finally:
            self._lines.close()
            if self._called is not None:
                self._called[0].close()
            for each in (self._port, self._wake, self._woken):
                each.close()

    def _show(self) -> None:
        with self._lock:
            frames, self._waiting = list(self._waiting.values()), {}
        for frame in frames:
            receivers = self._side.show(frame, _now_s())
            self._answered = self._side.answered()
            if receivers:
                whole = self._flush()
                self.sent += whole
                self.failed += not whole

    def _hear(self) -> None:
        for _ in range(MOST):
            try:
                data, peer = self._port.recvfrom(LARGEST)
            except BlockingIOError:
                return
            except OSError as error:
                # Windows reports a datagram that is too long, and refused answers.
                logger.debug("x %s: %s", self.name, error)
                continue
            if self._hosts and peer[0] not in self._hosts:
                continue
            try:
                self._side.hear(data, peer, _now_s())
            except DecodeError as error:
                self._refuse(peer, error)
            self._flush()

    def _hear_calls(self) -> None:
        if self._called is None:
            return
        calls, side = self._called
        for peer, data in calls.heard():
            try:
                side.hear_call(data, peer, _now_s())
            except DecodeError as error:
                self._refuse(peer, error)
                calls.hang_up(peer)
                side.hear_call(b"", peer, _now_s())
        self._flush()

    def _refuse(self, peer: Address, error: DecodeError) -> None:
        """Log what a host has sent, once for each host."""
        if peer[0] not in self._told and len(self._told) < TOLD:
            self._told.add(peer[0])
            logger.warning(
                "x %s: what %s sends is not used (%s)", self.name, peer[0], error
            )

    def _flush(self) -> bool:
        """Send what waits in the outbox; return False if any of it failed."""
        whole = True
        for letters, send in (
            (self._side.outbox, self._post),
            (self._side.stream_box, self._lines.send),
        ):
            for peer, data in letters:
                try:
                    whole = send(peer, data) and whole
                except OSError as error:
                    logger.debug("x %s: %s: %s", self.name, peer[0], error)
                    self._side.gone(peer)
                    whole = False
            letters.clear()
        return self._flush_calls() and whole

    def _flush_calls(self) -> bool:
        if self._called is None:
            return True
        calls, side = self._called
        whole = True
        for peer, data, frame in side.calls_box:
            try:
                whole = calls.send(peer, data, frame=frame) and whole
            except OSError as error:
                logger.debug("x %s: %s: %s", self.name, peer[0], error)
                side.hear_call(b"", peer, _now_s())
                whole = False
        side.calls_box.clear()
        return whole

    def _post(self, peer: Address, data: bytes) -> bool:
        """Send a datagram; return False if the system's buffer is full."""
        try:
            self._port.sendto(data, peer)
        except BlockingIOError:
            return False
        return True


def _now_s() -> float:
    return monotonic_ns() / 1e9
