import logging

import pytest

from bridge.feeds.packets import MOST, TOLD
from bridge.feeds.places import GONE_S
from bridge.idle import IDLE_HZ, QUIET_S
from bridge.metrics import Stopwatch
from bridge.pipeline import Pipeline
from bridge.shape.shaper import Shaper, ShapeStyle
from bridge.stages import STAGES
from protocols.channels import INDEX
from protocols.timecode import Timecode
from tests.bridge.fakes import ListRoute

from .fake_port import NS, FakePort, feed_of, packet

JAW = INDEX["jawOpen"]


class Stand:
    """A feed and the pipeline behind it; `go` reads until nothing more is to come."""

    def __init__(self, *subjects: str, paced: bool = False) -> None:
        self.port, self.route, self.watch = FakePort(), ListRoute(), Stopwatch()
        self.feed = feed_of(self.port, subjects, self.watch)
        self.pipeline = Pipeline(
            [Shaper(name, ShapeStyle(smooth=False)) for name in subjects],
            self.feed.timelines,
            [self.route],
            self.watch,
            paced=paced,
        )

    def go(self, seconds: float = 0.0) -> None:
        end_ns = self.port.now_ns + round(seconds * NS)
        while (
            solved := self.feed.read(max(end_ns - self.port.now_ns, 0) / NS)
        ) is not None:
            self.pipeline.show(solved)

    @property
    def sent(self) -> list[tuple[str, bool, float, Timecode]]:
        return [
            (f.subject, f.tracked, round(float(f.vector[JAW]), 3), t)
            for f, t in zip(self.route.frames, self.route.times, strict=True)
        ]


def test_a_packet_is_sent_on_with_its_own_timecode() -> None:
    stand = Stand("one")
    stand.port.waiting = [packet(0.5, 1234, rate=30)]
    stand.go()
    assert stand.sent == [("one", True, 0.5, Timecode(1234, 0.25, 30))]
    assert (stand.watch.frames, stand.watch.tracked) == (1, 1)
    laps = dict(zip(STAGES, stand.watch.laps_ns()[0].tolist(), strict=True))
    assert laps["track"] == laps["express"] == 0


def test_of_what_has_waited_the_newest_is_sent() -> None:
    stand = Stand("one")
    stand.port.waiting = [packet(i / 100, i) for i in range(60)]
    stand.go()
    assert stand.sent == [("one", True, 0.59, Timecode(59, 0.25, 60))]
    assert stand.feed.dropped == 59
    assert stand.route.frames[0].index == 59


def test_what_was_overtaken_on_the_way_is_dropped() -> None:
    stand = Stand("one")
    for jaw, frame in ((0.1, 10), (0.3, 12), (0.2, 11)):
        stand.port.waiting = [packet(jaw, frame)]
        stand.go()
    assert [jaw for _, _, jaw, _ in stand.sent] == [0.1, 0.3]
    assert stand.feed.dropped == 1


def test_a_packet_without_values_is_no_face() -> None:
    stand = Stand("one")
    stand.port.waiting = [packet(0.5, 1)]
    stand.go()
    stand.port.waiting = [packet(None, 2)]
    stand.go()
    assert stand.sent[1] == ("one", False, 0.5, Timecode(2, 0.25, 60))
    assert (stand.watch.frames, stand.watch.tracked) == (2, 1)


def test_several_senders_have_a_place_each_and_each_its_timecode() -> None:
    stand = Stand("one", "two")
    stand.port.waiting = [
        packet(0.1, 5, subject="anna"),
        packet(0.2, 700, subject="ben", rate=30),
        packet(0.3, 6, subject="anna"),
    ]
    stand.go()
    assert stand.sent == [
        ("two", True, 0.2, Timecode(700, 0.25, 30)),
        ("one", True, 0.3, Timecode(6, 0.25, 60)),
    ]
    # The same name from another device is somebody else, and has no place here.
    stand.port.waiting = [packet(0.9, 7, subject="anna", device="other phone")]
    stand.go()
    assert len(stand.sent) == 2


def test_a_silent_sender_is_held_then_eased_while_the_other_goes_on() -> None:
    stand = Stand("one", "two")
    stand.port.waiting = [packet(0.5, 0), packet(0.5, 0, subject="ben")]
    stand.go()
    count = 4 * 60
    for i in range(1, count):
        stand.port.waiting = [packet(0.5, i, subject="ben")]
        stand.go(1 / 60)
    ben = [sent for sent in stand.sent if sent[0] == "two"]
    assert len(ben) == count and all(tracked for _, tracked, _, _ in ben)
    held = [sent for sent in stand.sent[1:] if sent[0] == "one"]
    assert not any(tracked for _, tracked, _, _ in held)
    assert held[0][2] == 0.5 and held[-1][2] == 0.0
    assert len(held) == pytest.approx((4 - QUIET_S) * IDLE_HZ, rel=0.3)
    # Its timecode goes on at its own rate.
    first, last = held[0][3], held[-1][3]
    assert first.frame == pytest.approx(QUIET_S * 60, abs=3)
    assert last.frame == pytest.approx(4 * 60, abs=4) and last.rate_num == 60
    assert stand.watch.frames == stand.watch.tracked == count + 1


def test_a_sender_that_comes_back_goes_on_in_its_place() -> None:
    stand = Stand("one")
    stand.port.waiting = [packet(0.5, 0)]
    stand.go(3.0)
    assert not stand.sent[-1][1]
    stand.port.waiting = [packet(0.75, 180)]
    stand.go(0.2)
    assert stand.sent[-1][1] and stand.sent[-1][3].frame == 180


def test_a_place_is_given_away_once_its_sender_is_long_gone() -> None:
    stand = Stand("one")
    stand.port.waiting = [packet(0.5, 0)]
    stand.go(GONE_S - 0.5)
    stand.port.waiting = [packet(0.25, 9, subject="ben")]
    stand.go(1.0)
    assert stand.watch.frames == 1
    stand.port.waiting = [packet(0.25, 99, subject="ben")]
    stand.go()
    assert stand.sent[-1][1] and stand.sent[-1][3].frame == 99


def test_who_shows_no_face_keeps_no_place_from_who_does() -> None:
    stand = Stand("one")
    stand.port.waiting = [packet(None, 0, subject="facewire")]
    stand.go(0.1)
    stand.port.waiting = [packet(0.5, 0, subject="anna")]
    stand.go()
    assert stand.sent[-1][1] and stand.watch.tracked == 1
    # But once it has shown one, it keeps its place.
    stand.port.waiting = [packet(None, 1, subject="anna")]
    stand.go()
    stand.port.waiting = [packet(0.25, 0, subject="ben")]
    stand.go()
    assert stand.watch.frames == 3


def test_nobody_has_sent_yet() -> None:
    stand = Stand("one", "two")
    assert stand.feed.read(0.5) is None
    assert stand.port.now_ns == pytest.approx(0.5 * NS, rel=0.01)
    stand.pipeline.idle(NS)
    assert [sent[:3] for sent in stand.sent] == [("one", False, 0.0)]


def test_garbage_and_floods_hold_nothing_up_and_keep_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stand = Stand("one")
    stand.port.waiting = [bytes([i % 256]) * 50 for i in range(10 * MOST)]
    stand.port.waiting.append(packet(0.5, 3))
    stand.port.waiting += [packet(0.1, 4, subject=f"s{i}") for i in range(2 * MOST)]
    with caplog.at_level(logging.WARNING, logger="bridge"):
        solved = stand.feed.read(1.0)
    assert solved is not None and float(solved.frames[0].vector[JAW]) == 0.5
    assert len(stand.feed._places) <= 1 and len(stand.feed._told) <= TOLD
    garbage = [r for r in caplog.records if "are not used" in r.message]
    assert len(garbage) == 1 and "version 00, expected 06" in garbage[0].message


def test_one_look_reads_no_more_than_so_many() -> None:
    stand = Stand("one")
    stand.port.waiting = [packet(0.5, i) for i in range(3 * MOST)]
    assert stand.feed.read(0.0) is not None
    assert len(stand.port.waiting) == 2 * MOST


def test_a_fault_of_the_network_ends_nothing() -> None:
    stand = Stand("one")
    stand.port.waiting = [ConnectionResetError(), OSError(10040, "too long")]
    stand.port.waiting.append(packet(0.5, 3))
    stand.go()
    assert len(stand.sent) == 1


def test_paced_the_senders_timecode_goes_on_between_packets() -> None:
    stand = Stand("one", paced=True)
    stand.port.now_ns = 7 * NS
    stand.port.waiting = [packet(0.5, 100, rate=30)]
    stand.go()
    assert stand.sent == []
    for k in range(3):
        stand.pipeline.tick(7 * NS + k * NS // 60)
    assert [t.frame + t.subframe for _, _, _, t in stand.sent] == pytest.approx(
        [100.25, 100.75, 101.25], abs=1e-6
    )


def test_close_frees_the_port_and_ends_the_feed() -> None:
    stand = Stand("one")
    stand.feed.close()
    stand.feed.close()
    assert stand.port.closed
    assert stand.feed.read(10.0) is None and stand.feed.ended
