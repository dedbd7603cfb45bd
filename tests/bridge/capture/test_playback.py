import threading
from collections.abc import Iterable

import pytest

from bridge.capture.playback import LATE_NS, Playback
from engines.footage.clip import Picture, Pictures
from tests.streams import number, picture

from .fakes import FakeClock

FRAME_NS = 40_000_000
START_NS = 5_000_000_000


class Reel:
    """Pictures 40 ms apart, which each take so long to decode; knows if it closed."""

    def __init__(self, clock: FakeClock, decode_ns: Iterable[int]) -> None:
        self.clock = clock
        self.decode_ns = decode_ns
        self.closed = False

    def pictures(self) -> Pictures:
        try:
            for i, took_ns in enumerate(self.decode_ns):
                self.clock.now_ns += took_ns
                yield Picture(i * FRAME_NS, picture(i))
        finally:
            self.closed = True


def play(decode_ns: Iterable[int], *, fast: bool = False) -> tuple[Playback, FakeClock]:
    clock = FakeClock(START_NS)
    playback = Playback(
        "reel",
        Reel(clock, decode_ns).pictures(),
        pace="fast" if fast else "real",
        clock_ns=clock,
        wait=clock.wait,
    )
    return playback, clock


def arrivals(playback: Playback) -> list[int]:
    return [image.arrived_ns for image in iter(playback.read, None) if image]


def test_each_picture_is_given_when_it_is_due() -> None:
    playback, _ = play([0, 0, 0, 0])
    images = list(iter(playback.read, None))
    assert [image.index for image in images if image] == [0, 1, 2, 3]
    assert [image.captured_ns for image in images if image] == [
        i * FRAME_NS for i in range(4)
    ]
    assert [image.arrived_ns - START_NS for image in images if image] == [
        i * FRAME_NS for i in range(4)
    ]
    assert [number(image.pixels) for image in images if image] == [0, 1, 2, 3]
    assert playback.read() is None
    assert playback.own_time and playback.ended and playback.dropped == 0


def test_decoding_happens_while_it_waits() -> None:
    playback, clock = play([7_000_000] * 4)
    started_ns = clock.now_ns  # the first picture is decoded by then
    assert [ns - started_ns for ns in arrivals(playback)] == [
        i * FRAME_NS for i in range(4)
    ]
    assert clock.waits_s == pytest.approx([0.033] * 3)


def test_a_short_delay_costs_a_picture_and_shifts_nothing() -> None:
    playback, clock = play([0, 0, LATE_NS, 0, 0, 0])
    started_ns = clock.now_ns
    images = [image for image in iter(playback.read, None) if image]
    # The third is decoded when the fourth is due as well: the newer one wins.
    assert [image.index for image in images] == [0, 1, 3, 4, 5]
    assert [image.arrived_ns - started_ns for image in images] == [
        *(0, FRAME_NS, FRAME_NS + LATE_NS, 4 * FRAME_NS, 5 * FRAME_NS)
    ]
    assert playback.dropped == 1


def test_a_time_out_before_the_next_picture_loses_nothing() -> None:
    playback, clock = play([0, 0])
    assert playback.read() is not None
    assert playback.read(0.01) is None
    assert clock.now_ns == START_NS + 10_000_000 and not playback.ended
    second = playback.read(1.0)
    assert second is not None and second.index == 1
    assert second.arrived_ns == START_NS + FRAME_NS
    assert playback.read() is None and playback.ended


def test_a_slow_reader_gets_the_newest() -> None:
    playback, clock = play([0] * 20)
    given = []
    while (image := playback.read()) is not None:
        given.append(image.index)
        clock.now_ns += 90_000_000  # the tracker takes more than two frames
        assert clock.now_ns - START_NS - image.captured_ns < 2 * FRAME_NS + 90_000_000
    assert len(given) < 10 and playback.dropped == 20 - len(given)


def test_a_slow_decoder_builds_up_no_delay() -> None:
    playback, clock = play([0, LATE_NS + FRAME_NS + 1, 0, 0])
    started_ns = clock.now_ns
    at_ns = [ns - started_ns for ns in arrivals(playback)]
    assert at_ns[1] == LATE_NS + FRAME_NS + 1
    assert at_ns[2:] == [at_ns[1] + FRAME_NS, at_ns[1] + 2 * FRAME_NS]


def test_fast_gives_every_picture_without_waiting() -> None:
    playback, clock = play([0] * 50, fast=True)
    captured = [image.captured_ns for image in iter(playback.read, None) if image]
    assert captured == [i * FRAME_NS for i in range(50)]
    assert clock.waits_s == []


def test_close_ends_a_wait_and_the_reel() -> None:
    clock = FakeClock()
    reel = Reel(clock, [0, 0])
    waiting = threading.Event()

    def wait(stop: threading.Event, timeout_s: float) -> bool:
        waiting.set()
        return stop.wait(60.0)

    playback = Playback("reel", reel.pictures(), clock_ns=clock, wait=wait)
    assert playback.read() is not None
    read: list[object] = []
    reader = threading.Thread(target=lambda: read.append(playback.read()))
    reader.start()
    assert waiting.wait(10.0)
    playback.close()
    reader.join(10.0)
    assert read == [None]
    assert reel.closed
    playback.close()
    assert playback.read() is None


def test_closed_before_it_was_read() -> None:
    reel = Reel(FakeClock(), [0, 0])
    playback = Playback("reel", reel.pictures())
    playback.close()
    assert reel.closed
    assert playback.read() is None


def test_a_close_does_not_wait_for_a_disk() -> None:
    decoding, let, closed = (threading.Event() for _ in range(3))

    def pictures() -> Pictures:
        try:
            yield Picture(0, picture(0))
            decoding.set()
            assert let.wait(30.0)
            yield Picture(1, picture(1))
        finally:
            closed.set()

    playback = Playback("reel", pictures(), pace="fast")
    assert playback.read() is not None
    read: list[object] = []
    reader = threading.Thread(target=lambda: read.append(playback.read()))
    reader.start()
    assert decoding.wait(10.0)
    playback.close()
    assert not closed.is_set()
    let.set()
    reader.join(10.0)
    assert read == [None] and closed.is_set() and playback.ended
