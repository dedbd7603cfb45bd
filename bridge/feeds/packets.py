"""Receives faces that another program has solved: packets on a UDP port.

The system queues packets while the pipeline works; only each sender's newest is used.
Memory is bounded: one packet per place, `track.faces` places, and a small queue in the
system. There is no extra thread: the pipeline's thread reads the packets.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final

from bridge.clock import ClockNs, monotonic_ns
from bridge.idle import IDLE_HZ, QUIET_S
from bridge.metrics import Stopwatch
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.wording import counted, shown

from .feed import OtherSolver, Solved, SolvedBy, Solves, Times
from .livelink import Report, vector_of
from .sender import NS, Key, Place

logger = logging.getLogger(__name__)

MOST: Final = 256
"""Maximum number of datagrams per read, so that a flood does not delay their use."""

LARGEST: Final = 2048
"""Maximum size of a datagram, bytes. Valid packets of all wires are smaller; longer
ones are invalid."""

QUEUE_BYTES: Final = 64 * 1024
"""Size of the system's receive queue; in a larger queue packets would become old."""

GONE_S: Final = 5.0
"""Time of silence after which another sender may take a sender's place."""

SLICE_S: Final = 1.0 / IDLE_HZ
"""Longest wait for packets between two checks for silent senders and for `close`."""

CLOSE_S: Final = 0.2
"""How long `close` waits for `read`. If `read` takes longer, `read` frees the port."""

TOLD: Final = 8
"""Maximum number of hosts that are logged because their packets are not used."""


class PacketFeed:
    """Implements `Feed` for a bound UDP port. `read` is not thread-safe."""

    own_time = False
    missing = 0
    solver: SolvedBy = OtherSolver("sender", "the sender solves the faces")
    actors: Sequence[Solves] = ()

    def __init__(
        self,
        name: str,
        port: socket.socket,
        subjects: Sequence[str],
        read: Callable[[bytes], Report],
        watch: Stopwatch,
        *,
        timelines: Sequence[Times],
        neck_share: float,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Read from a bound socket.

        Args:
            name: the source, for people.
            port: the socket; closed with the feed.
            subjects: names of the places.
            read: decodes a datagram; raises only DecodeError.
            watch: measures the stages.
            timelines: one per place: the timecode until its first packet.
            neck_share: the neck's share of the head's rotation.
            clock_ns: monotonic nanoseconds.
        """
        port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, QUEUE_BYTES)
        self.name = name
        self.dropped = 0
        self.ended = False
        self._port = port
        self._subjects = subjects
        self._read = read
        self._watch = watch
        self._places = [Place(before) for before in timelines]
        self.timelines: Sequence[Times] = self._places
        self._neck_share = neck_share
        self._clock_ns = clock_ns
        self._newest: dict[int, tuple[int, Report, bool]] = {}
        self._told: set[str] = set()
        self._full = False
        self._stop = threading.Event()
        self._reading = threading.Lock()

    def read(self, timeout_s: float | None = None) -> Solved | None:
        """Return the newest packet of one sender, or a held face of a silent sender.

        Return None after `timeout_s` before the first packet, and after `close`.
        """
        try:
            with self._reading:
                return self._wait(timeout_s)
        finally:
            if self._stop.is_set():
                self._port.close()
                self.ended = True

    def close(self) -> None:
        """End a waiting `read` and free the port. Safe to call twice."""
        self._stop.set()
        if self._reading.acquire(timeout=CLOSE_S):
            try:
                self._port.close()
            finally:
                self._reading.release()

    def _wait(self, timeout_s: float | None) -> Solved | None:
        end_ns = None
        if timeout_s is not None:
            end_ns = self._clock_ns() + round(timeout_s * NS)
        wait_s = 0.0
        while not self._stop.is_set():
            if not self._newest:
                self._drain(wait_s)
            now_ns = self._clock_ns()
            solved = self._next() or self._silent(now_ns)
            if solved is not None:
                return solved
            wait_s = SLICE_S
            if end_ns is not None:
                wait_s = min(wait_s, (end_ns - now_ns) / NS)
                if wait_s <= 0.0:
                    return None
        return None

    def _drain(self, wait_s: float) -> None:
        """Read up to `MOST` waiting datagrams; keep the newest of each place.

        Args:
            wait_s: how long to wait for the first one.
        """
        self._port.settimeout(wait_s)
        for count in range(MOST):
            try:
                data, peer = self._port.recvfrom(LARGEST)
            except (BlockingIOError, TimeoutError):
                return
            except OSError as error:
                # Windows raises it for a datagram that is too long, and for rejected
                # replies. If it repeats, the thread must not use a whole core.
                logger.debug("x %s: %s", self.name, error)
                self._stop.wait(0.001)
                continue
            if not count:
                self._port.settimeout(0.0)
            try:
                report = self._read(data)
            except DecodeError as error:
                if peer[0] not in self._told and len(self._told) < TOLD:
                    self._told.add(peer[0])
                    logger.warning(
                        "x %s: packets from %s are not used (%s)",
                        *(self.name, peer[0], error),
                    )
                continue
            self._keep(report, peer[0])

    def _keep(self, report: Report, host: str) -> None:
        """Store a packet in its sender's place, if there is a place and it is newer."""
        now_ns = self._clock_ns()
        number, another = self._place_of(report.key, now_ns)
        if number is None:
            if not self._full:
                self._full = True
                logger.warning(
                    "x %s: %s from %s is ignored, because this run has places for %s; "
                    "use --faces for more",
                    *(self.name, shown(report.key[1]), host),
                    counted(len(self._places), "face"),
                )
            return
        place = self._places[number]
        if not another and place.overtaken(report.time):
            self.dropped += 1
            return
        if place.key != report.key:
            logger.info(
                "- %s: %s from %s is sent on as %s",
                *(self.name, shown(report.key[1]), host, self._subjects[number]),
            )
        before = self._newest.pop(number, None)
        if before is not None:
            self.dropped += 1
            another = another or before[2]
        place.take(report.key, now_ns, report.time)
        self._newest[number] = now_ns, report, another

    def _place_of(self, key: Key, now_ns: int) -> tuple[int | None, bool]:
        """Return a sender's place, and whether another sender had it before."""
        for number, place in enumerate(self._places):
            if place.key == key:
                return number, False
        for number, place in enumerate(self._places):
            if place.key is None:
                return number, False
        longest = min(self._places, key=lambda place: place.heard_ns)
        if now_ns - longest.heard_ns < GONE_S * NS:
            return None, False
        return self._places.index(longest), True

    def _next(self) -> Solved | None:
        """Return the oldest of the packets that were read."""
        if not self._newest:
            return None
        number = next(iter(self._newest))
        came_ns, report, another = self._newest.pop(number)
        watch, place = self._watch, self._places[number]
        watch.start(came_ns)
        watch.skip()
        watch.skip()
        frames = {}
        if report.values is not None:
            frames[number] = FaceFrame(
                place.count,
                came_ns,
                self._subjects[number],
                vector_of(report.values, self._neck_share),
            )
        watch.lap()
        changed = (number,) if another else ()
        return Solved(
            *(place.count, came_ns, came_ns, frames, report.time, (number,), changed)
        )

    def _silent(self, now_ns: int) -> Solved | None:
        """Return the held face of a silent sender, if one is due."""
        for number, place in enumerate(self._places):
            if place.key is None or now_ns - place.heard_ns < QUIET_S * NS:
                continue
            if now_ns - place.held_ns >= NS / IDLE_HZ:
                place.held_ns = now_ns
                return Solved(
                    *(place.count, now_ns, now_ns, {}, place.at(now_ns), (number,)),
                    held=True,
                )
        return None
