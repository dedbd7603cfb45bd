"""Ticks of the timecode: even, whole numbers, whatever the clocks do."""

from __future__ import annotations

import threading
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.clock import Offset
from bridge.timecode.genlock import Delay, LockedOutput, Ticks
from protocols.timecode import Timecode

NS = 1_000_000_000
HOUR_NS = 3600 * NS
RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)]


class Clock:
    """Time that only waiting moves on, beside a time of day that may be set."""

    def __init__(self, late_ns: int = 0) -> None:
        self.now_ns = 7 * NS
        self.offset_ns = 10 * HOUR_NS
        self.late_ns = late_ns

    def __call__(self) -> int:
        return self.now_ns

    def look(self) -> Offset:
        return Offset(self.offset_ns, 0)

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        self.now_ns += round(seconds * NS) + self.late_ns
        return stop.is_set()


def sent(
    rate: Fraction, count: int, clock: Clock, *, late_ns: int = 0, own: bool = False
) -> list[tuple[int, int, Timecode]]:
    """Return clock, instant and timecode of so many ticks."""
    out: list[tuple[int, int, Timecode]] = []
    ended = threading.Event()

    def tick(instant_ns: int, time: Timecode) -> None:
        out.append((clock.now_ns, instant_ns, time))
        if len(out) == count:
            raise EOFError

    output = LockedOutput(
        tick,
        rate,
        clock.look,
        failed=lambda error: ended.set(),
        own_time=own,
        clock_ns=clock,
        wait=clock.wait,
    )
    output.follow(clock.now_ns - late_ns)
    output.start()
    assert ended.wait(30.0)
    output.stop(5.0)
    return out


@pytest.mark.parametrize("late_ms", [0, 5, 50, 120])
@pytest.mark.parametrize("rate", RATES)
def test_every_tick_is_sent_at_its_instant_with_its_number(
    rate: Fraction, late_ms: int
) -> None:
    clock = Clock()
    ticks = sent(rate, 300, clock, late_ns=late_ms * 1_000_000)
    frames = [time.frame for _, _, time in ticks]
    assert frames == list(range(frames[0], frames[0] + 300))
    frame_ns = float(NS / rate)
    for now_ns, instant_ns, time in ticks:
        assert time.subframe == 0.0
        assert (time.rate_num, time.rate_den) == rate.as_integer_ratio()
        of_day = time.frame * frame_ns - clock.offset_ns
        # What is shown was seen at that time of day, to the microsecond.
        assert instant_ns == pytest.approx(of_day, abs=2_000)
        # And the tick itself is on a frame of the timecode.
        share = (now_ns + clock.offset_ns) / frame_ns % 1.0
        assert min(share, 1.0 - share) * frame_ns < 2_000
        # It is shown as early as its image allows.
        assert 0 <= now_ns - instant_ns <= late_ms * 1e6 + 0.25 * frame_ns + 2_000


def test_a_file_is_stamped_as_a_camera_would_be() -> None:
    clock = Clock()
    ticks = sent(Fraction(25), 20, clock, late_ns=7 * NS - 5, own=True)
    assert np.diff([instant for _, instant, _ in ticks]) == pytest.approx(40_000_000)
    assert ticks[0][2].frame == 10 * 3600 * 25 + 7 * 25 + 1


def test_a_wait_that_ends_early_or_late_sends_no_number_twice() -> None:
    for late_ns in (-300_000, 300_000, 5_000_000):
        frames = [time.frame for _, _, time in sent(Fraction(60), 200, Clock(late_ns))]
        assert frames == list(range(frames[0], frames[0] + 200))


def test_missed_ticks_are_skipped_and_no_burst_is_sent() -> None:
    ticks = sent(Fraction(100), 50, Clock(35_000_000))
    assert np.diff([now for now, _, _ in ticks]).min() >= 10_000_000


def test_when_the_timecode_jumps_the_ticks_jump_too() -> None:
    clock = Clock()
    ticks = Ticks(Fraction(25), clock.look)
    first, _ = ticks.next(clock.now_ns)
    clock.offset_ns += HOUR_NS
    second, due_ns = ticks.next(clock.now_ns)
    assert second - first == 3600 * 25
    assert 0 < due_ns - clock.now_ns <= 40_000_000
    clock.offset_ns -= 2 * HOUR_NS
    third, _ = ticks.next(clock.now_ns)
    assert third - second == -2 * 3600 * 25


@given(st.integers(0, 40 * 86_400 * NS), st.sampled_from(RATES))
def test_stamps_are_the_numbers_of_the_day(local_ns: int, rate: Fraction) -> None:
    ticks = Ticks(rate, lambda: Offset(0, 0))
    count = ticks.count(local_ns)
    assert ticks.instant(count) <= local_ns < ticks.instant(count + 1)
    day = 86_400 * rate
    assert 0 <= ticks.stamp(count).frame <= day


@given(st.lists(st.floats(0.0, 8.0), min_size=1, max_size=50))
def test_the_delay_is_whole_frames_that_fit_and_seldom_change(
    lates: list[float],
) -> None:
    delay = Delay()
    for late in lates:
        frames = delay.settle(late)
        assert frames - 0.25 <= late <= frames + 1.25


def test_jitter_around_a_limit_does_not_change_it() -> None:
    delay = Delay()
    found = {delay.settle(3.0 + jitter) for jitter in (0.1, -0.1, 0.2, -0.2, 0.0)}
    assert len(found) == 1
