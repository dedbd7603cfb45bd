"""A UDP port and a clock that only move when they are told to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bridge.feeds.inlet import UdpInlet
from bridge.feeds.livelink import LIVELINK
from bridge.feeds.packets import PacketFeed
from bridge.feeds.report import Setup
from bridge.metrics import Stopwatch
from protocols import livelink
from protocols.timecode import Timecode, Timeline
from tests.bridge.faces import face

NS = 1_000_000_000


class FakePort:
    """Gives what waits; a wait without packets moves the clock on."""

    def __init__(self) -> None:
        self.now_ns = 0
        self.waiting: list[bytes | OSError] = []
        self.reads = 0
        self.closed = False
        self._timeout_s = 0.0

    def clock_ns(self) -> int:
        return self.now_ns

    def setsockopt(self, *option: int) -> None:
        """Any option will do."""

    def settimeout(self, seconds: float) -> None:
        self._timeout_s = seconds

    def recvfrom(self, size: int) -> tuple[bytes, tuple[str, int]]:
        self.reads += 1
        if not self.waiting:
            self.now_ns += round(self._timeout_s * NS)
            raise TimeoutError if self._timeout_s else BlockingIOError
        first = self.waiting.pop(0)
        if isinstance(first, OSError):
            raise first
        return first[:size], ("10.0.0.7", 5000)

    def close(self) -> None:
        self.closed = True


def packet(
    jaw: float | None,
    frame: int = 0,
    *,
    subject: str = "anna",
    device: str = "phone",
    rate: int = 60,
) -> bytes:
    """A packet with an open jaw; None is one without a face."""
    time = Timecode(frame, 0.25, rate)
    if jaw is None:
        return livelink.encode(livelink.Packet(device, subject, time, None))
    return livelink.Encoder(device, subject).encode(face(jawOpen=jaw), time)


def feed_of(
    port: FakePort, subjects: Sequence[str] = ("one",), watch: Stopwatch | None = None
) -> PacketFeed:
    return PacketFeed(
        "livelink:test",
        UdpInlet(port),  # type: ignore[arg-type]  # as much of a socket as it uses
        subjects,
        lambda peer: LIVELINK.reader(Setup(peer, neck_share=0.35)),
        watch or Stopwatch(),
        timelines=[Timeline(Fraction(60)) for _ in subjects],
        clock_ns=port.clock_ns,
    )
