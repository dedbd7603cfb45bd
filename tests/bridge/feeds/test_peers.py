"""Senders of one port: a reader for each host, and what is said to them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from bridge.binding import Address
from bridge.feeds.packets import DRAIN_NS, PacketFeed
from bridge.feeds.peers import MOST_PEERS, Peers
from bridge.feeds.report import Report, Talker, mask_of
from bridge.metrics import Stopwatch
from protocols.channels import INDEX
from protocols.timecode import Timeline

FACE = np.zeros(85, dtype=np.float32)
HEAD_ONLY = mask_of("head", "headPosition")


class Counts:
    """Reads the second packet of each pair as a face; says hello and goodbye."""

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self.seen = 0

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        self.seen += 1
        if self.seen % 2:
            return ()
        return (Report(key=(self.peer, "one"), vector=FACE.copy(), given=HEAD_ONLY),)

    def due(self, now_ns: int) -> Sequence[bytes]:
        return () if self.seen else (b"hello",)

    def bye(self) -> Sequence[bytes]:
        return (b"stop",)


class Line:
    """An inlet in memory."""

    def __init__(self, *waiting: tuple[bytes, Address]) -> None:
        self.waiting = list(waiting)
        self.said: list[tuple[bytes, Address]] = []
        self.closed = 0

    def receive(self, wait_s: float) -> tuple[bytes, Address] | None:
        return self.waiting.pop(0) if self.waiting else None

    def send(self, data: bytes, to: Address) -> None:
        self.said.append((data, to))

    def close(self) -> None:
        self.closed += 1


def test_each_host_has_a_reader_of_its_own() -> None:
    peers = Peers(Counts)
    assert peers.read(b"", ("10.0.0.1", 5), 0) == ()
    assert peers.read(b"", ("10.0.0.2", 5), 0) == ()
    # Another port of a host is the same sender, which has started again.
    (report,) = peers.read(b"", ("10.0.0.1", 6), 0)
    assert report.key == ("10.0.0.1", "one")


def test_a_crowd_of_hosts_takes_neither_memory_nor_the_place_of_a_sender() -> None:
    peers = Peers(Counts, asked=[("10.9.9.9", 49983)])
    for _ in range(3):
        peers.read(b"", ("10.0.0.1", 5), 7)
    for i in range(1000):
        peers.read(b"", (f"10.1.{i // 250}.{i % 250}", 5), 8)
    assert len(peers) == MOST_PEERS
    (report,) = peers.read(b"", ("10.0.0.1", 5), 9)
    assert report.key[0] == "10.0.0.1"
    assert ("10.9.9.9", 49983) in [to for _, to in peers.due(0)]


def test_a_sender_is_asked_until_it_sends_and_told_at_the_end() -> None:
    phone: Address = ("10.0.0.1", 49983)
    line = Line()
    feed = PacketFeed(
        *("test", line, ("one",), Counts, Stopwatch()),
        timelines=[Timeline(Fraction(60))],
        asked=[phone],
        clock_ns=lambda: 0,
    )
    assert feed.read(0.0) is None
    assert line.said == [(b"hello", phone)]
    line.waiting = [(b"", phone), (b"", phone)]
    solved = feed.read(0.0)
    assert solved is not None and solved.time is None
    assert solved.given[0][INDEX["head.x"]] and not solved.given[0][INDEX["jawOpen"]]
    feed.close()
    feed.close()
    assert line.said[1:] == [(b"hello", phone), (b"stop", phone)]
    assert line.closed == 1
    assert isinstance(Counts(""), Talker)


def test_a_flood_that_is_slow_to_read_does_not_delay_what_waits() -> None:
    clock = [0]

    class Slow(Counts):
        def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
            clock[0] += 1_000_000
            return super().__call__(data, now_ns)

    line = Line(*[(b"", ("10.0.0.1", 5))] * 100)
    feed = PacketFeed(
        *("test", line, ("one",), Slow, Stopwatch()),
        timelines=[Timeline(Fraction(60))],
        clock_ns=lambda: clock[0],
    )
    assert feed.read(0.0) is not None
    assert 100 - len(line.waiting) == DRAIN_NS // 1_000_000


def test_a_mask_names_channels_and_bones() -> None:
    mask = mask_of("jawOpen", "leftEye")
    assert mask.sum() == 4 and mask[INDEX["leftEye.z"]]
    with pytest.raises(KeyError):
        mask_of("nose")
