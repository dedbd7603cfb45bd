"""Receives faces that another program has solved: packets on a port.

The system queues packets while the pipeline works; only each sender's newest is used.
Memory is bounded: one packet per place, `track.faces` places, a few readers and a small
queue in the system. There is no extra thread: the pipeline's thread reads the packets.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from bridge.binding import Address
from bridge.clock import ClockNs, monotonic_ns
from bridge.idle import IDLE_HZ
from bridge.metrics import Stopwatch
from protocols.errors import DecodeError

from .feed import OtherSolver, Solved, SolvedBy, Solves, Times
from .inlet import Inlet
from .names import SenderNames
from .peers import Peers
from .places import Places
from .report import Reader
from .sender import NS

logger = logging.getLogger(__name__)

MOST: Final = 256
"""Maximum number of packets per read, so that a flood does not delay their use."""

DRAIN_NS: Final = 5_000_000
"""Maximum time for a read, if a packet waits to be used: some kinds take a third of a
millisecond each."""

SLICE_S: Final = 1.0 / IDLE_HZ
"""Longest wait for packets between two checks for silent senders, for what is to be
asked and for `close`."""

CLOSE_S: Final = 0.2
"""How long `close` waits for `read`. If `read` takes longer, `read` frees the port."""

TOLD: Final = 8
"""Maximum number of hosts that are logged because their packets are not used."""


class PacketFeed:
    """Implements `Feed` for an inlet of packets. `read` is not thread-safe."""

    own_time = False
    missing = 0
    solver: SolvedBy = OtherSolver("sender", "the sender solves the faces")
    actors: Sequence[Solves] = ()

    def __init__(
        self,
        name: str,
        inlet: Inlet,
        subjects: Sequence[str],
        reader: Callable[[str], Reader],
        watch: Stopwatch,
        *,
        timelines: Sequence[Times],
        asked: Sequence[Address] = (),
        names: SenderNames | None = None,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Read from an open inlet.

        Args:
            name: the source, for people.
            inlet: gives packets; closed with the feed.
            subjects: names of the places.
            reader: creates the reader of a sender's host.
            watch: measures the stages.
            timelines: one per place: the timecode of packets that have none.
            asked: addresses of senders that send only when asked.
            names: gets the names of senders, if faces keep them.
            clock_ns: monotonic nanoseconds.
        """
        self.name = name
        self.names = names
        self.ended = False
        self._inlet = inlet
        self._peers = Peers(reader, asked)
        self._watch = watch
        self._places = Places(name, subjects, timelines, names)
        self.timelines: Sequence[Times] = self._places.timelines
        self._clock_ns = clock_ns
        self._told: set[str] = set()
        self._freed = False
        self._stop = threading.Event()
        self._reading = threading.Lock()

    @property
    def dropped(self) -> int:
        """Packets that a newer one replaced before they were used."""
        return self._places.dropped

    def read(self, timeout_s: float | None = None) -> Solved | None:
        """Return the newest packet of one sender, or a held face of a silent sender.

        Return None after `timeout_s` before the first packet, and after `close`.
        """
        try:
            with self._reading:
                return self._wait(timeout_s)
        finally:
            if self._stop.is_set():
                self._free()
                self.ended = True

    def close(self) -> None:
        """End a waiting `read` and free the port. Safe to call twice."""
        self._stop.set()
        if self._reading.acquire(timeout=CLOSE_S):
            try:
                self._free()
            finally:
                self._reading.release()

    def _free(self) -> None:
        """Tell senders that were asked that nothing more is wanted; close the edge."""
        if not self._freed:
            self._freed = True
            self._send(self._peers.bye())
            self._inlet.close()

    def _wait(self, timeout_s: float | None) -> Solved | None:
        end_ns = None
        if timeout_s is not None:
            end_ns = self._clock_ns() + round(timeout_s * NS)
        wait_s = 0.0
        while not self._stop.is_set():
            if not len(self._places):
                self._send(self._peers.due(self._clock_ns()))
                self._drain(wait_s)
            now_ns = self._clock_ns()
            solved = self._next() or self._places.silent(now_ns)
            if solved is not None:
                return solved
            wait_s = SLICE_S
            if end_ns is not None:
                wait_s = min(wait_s, (end_ns - now_ns) / NS)
                if wait_s <= 0.0:
                    return None
        return None

    def _drain(self, wait_s: float) -> None:
        """Read up to `MOST` waiting packets; keep the newest of each place.

        Args:
            wait_s: how long to wait for the first one.
        """
        end_ns = None
        for count in range(MOST):
            if end_ns is not None and len(self._places) and self._clock_ns() >= end_ns:
                return
            try:
                came = self._inlet.receive(0.0 if count else wait_s)
            except OSError as error:
                # Windows raises it for a datagram that is too long, and for rejected
                # replies. If it repeats, the thread must not use a whole core.
                logger.debug("x %s: %s", self.name, error)
                self._stop.wait(0.001)
                continue
            if came is None:
                return
            data, peer = came
            now_ns = self._clock_ns()
            if end_ns is None:
                end_ns = now_ns + DRAIN_NS
            try:
                reports = self._peers.read(data, peer, now_ns)
            except DecodeError as error:
                self._refuse(peer[0], error)
                continue
            for report in reports:
                self._places.keep(report, peer[0], now_ns)

    def _refuse(self, host: str, error: DecodeError) -> None:
        """Log a malformed packet, once for each host."""
        if host not in self._told and len(self._told) < TOLD:
            self._told.add(host)
            logger.warning(
                "x %s: packets from %s are not used (%s)", self.name, host, error
            )

    def _send(self, letters: Sequence[tuple[bytes, Address]]) -> None:
        """Send what readers want to say to their senders."""
        for data, to in letters:
            self._inlet.send(data, to)

    def _next(self) -> Solved | None:
        """Return the oldest of the packets that were read."""
        found = self._places.next()
        if found is None:
            return None
        came_ns, solved = found
        watch = self._watch
        watch.start(came_ns)
        watch.skip()
        watch.skip()
        watch.lap()
        return solved
