"""Timecode while the clock is set, slewed and put forward, on clocks of our own."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.time_of_day import DOUBT_NS, LiveTimeline, span
from protocols.timecode import NS_PER_S, Timecode
from tests.bridge.clocks import HOUR_NS, Clocks

NTSC = Fraction(30000, 1001)


@dataclass
class Shown:
    """What a stream of frames showed: one entry a frame, in seconds."""

    times: list[Timecode]
    error_s: list[float]
    """Timecode less the time of day."""
    moved_s: list[float]
    """How far timecode moved from each frame to the next."""

    @property
    def back(self) -> list[float]:
        return [moved for moved in self.moved_s if moved <= 0.0]


class Stream:
    """Frames at a rate, each with the timecode that it would be sent with."""

    def __init__(
        self, clocks: Clocks, fps: int = 60, rate: Fraction | None = None
    ) -> None:
        self.clocks = clocks
        self.rate = rate or Fraction(fps)
        self._fps = fps
        self._timeline = LiveTimeline(self.rate, clocks.look)
        self._last_s: float | None = None

    @property
    def frame_s(self) -> float:
        return float(1 / self.rate)

    def run(self, seconds: float) -> Shown:
        """Let so much time pass, and return what was shown."""
        shown = Shown([], [], [])
        for _ in range(round(seconds * self._fps)):
            self.clocks.pass_by(NS_PER_S // self._fps)
            time = self._timeline.at(self.clocks.now_ns)
            at_s = float((time.frame + Fraction(time.subframe)) / self.rate)
            shown.times.append(time)
            shown.error_s.append(around(at_s - self.clocks.local_ns / NS_PER_S))
            if self._last_s is not None:
                shown.moved_s.append(around(at_s - self._last_s))
            self._last_s = at_s
        return shown


def around(seconds: float) -> float:
    """Return a difference of two times of day: half a day at most, either way."""
    return (seconds + 43_200.0) % 86_400.0 - 43_200.0


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records]
    caplog.clear()
    return lines


@pytest.mark.parametrize("rate", [Fraction(60), NTSC, Fraction(24)])
@pytest.mark.parametrize(
    ("by_ns", "line"),
    [
        (HOUR_NS, "ahead by 1 h (the clock was set, or the machine slept)"),
        (-HOUR_NS, "back by 1 h (the clock was set)"),
        (8 * HOUR_NS, "ahead by 8 h (the clock was set, or the machine slept)"),
        (-700_000_000, "back by 700 ms (the clock was set)"),
        (40_000_000, "ahead by 40 ms (the clock was set, or the machine slept)"),
    ],
)
def test_a_step_is_followed_within_a_second_and_told_once(
    rate: Fraction, by_ns: int, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks()
    stream = Stream(clocks, 60, rate)
    before = stream.run(3.0)
    assert max(map(abs, before.error_s)) < 1e-4 and not before.back
    clocks.set(by_ns)
    during = stream.run(1.0)
    after = stream.run(10.0)
    assert max(map(abs, after.error_s)) < 1e-4 and not after.back
    assert [round(moved, 3) for moved in during.back if moved > -0.01] == []
    if by_ns < -500_000_000:
        (back,) = during.back
        assert back == pytest.approx(by_ns / 1e9 + 1 / 60, abs=1e-4)
    else:
        assert during.back == []
    assert told(caplog) == [f"- the time of day moved {line}; timecode follows"]


@pytest.mark.parametrize("by_ms", [-240, -128, -20, -17, -1, 1, 10, 16])
@pytest.mark.parametrize("fps", [24, 60, 120])
def test_a_small_step_never_takes_timecode_back(by_ms: int, fps: int) -> None:
    clocks = Clocks()
    stream = Stream(clocks, fps)
    stream.run(2.0)
    clocks.set(by_ms * 1_000_000)
    during = stream.run(1.0)
    assert min(during.moved_s) > 0.4 / fps
    assert abs(during.error_s[-1]) < 1e-4


def test_a_step_that_few_frames_nearly_hide_does_not_take_timecode_back() -> None:
    clocks = Clocks()
    stream = Stream(clocks, 3, Fraction(60))
    stream.run(2.0)
    clocks.set(-340_000_000)
    during = stream.run(2.0)
    assert min(during.moved_s) > 0.1 and abs(during.error_s[-1]) < 1e-4


@pytest.mark.parametrize("ppm", [500, -500])
def test_an_hour_of_slewing_is_followed_without_a_step(
    ppm: int, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks()
    stream = Stream(clocks)
    stream.run(1.0)
    clocks.ppm = ppm
    shown = stream.run(3600.0)
    assert min(shown.moved_s) > 0.9 / 60 and max(shown.moved_s) < 1.1 / 60
    assert max(map(abs, shown.error_s)) < 0.001
    # 1.8 s in all.
    (line,) = told(caplog)
    way = "ahead" if ppm > 0 else "back"
    assert f"moved {way} by 1.00 s (slowly" in line


@pytest.mark.parametrize("rate", [Fraction(60), NTSC])
def test_timecode_passes_midnight(
    rate: Fraction, caplog: pytest.LogCaptureFixture
) -> None:
    shown = Stream(Clocks(hour=24.0 - 2 / 3600), 60, rate).run(4.0)
    assert not shown.back and max(map(abs, shown.error_s)) < 1e-4
    assert str(shown.times[-1]).startswith("00:00:0")
    assert shown.times[-1].frame < 3 * rate
    assert told(caplog) == []


def test_the_clock_is_set_back_over_midnight() -> None:
    clocks = Clocks(hour=0.001)
    stream = Stream(clocks)
    stream.run(1.0)
    clocks.set(-HOUR_NS)
    shown = stream.run(2.0)
    assert str(shown.times[-1]).startswith("23:00:0")
    assert len(shown.back) == 1 and abs(shown.error_s[-1]) < 1e-4


@pytest.mark.parametrize("way", [1, -1])
def test_daylight_saving_is_followed_and_named(
    way: int, caplog: pytest.LogCaptureFixture
) -> None:
    clocks = Clocks()
    stream = Stream(clocks)
    stream.run(1.0)
    clocks.zone_ns += way * HOUR_NS
    stream.run(1.0)
    shown = stream.run(5.0)
    assert max(map(abs, shown.error_s)) < 1e-4
    (line,) = told(caplog)
    assert f"{'ahead' if way > 0 else 'back'} by 1 h (daylight saving" in line


def test_a_step_that_is_taken_back_is_two_lines(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clocks = Clocks()
    stream = Stream(clocks)
    for by_ns in (HOUR_NS, -HOUR_NS):
        clocks.set(by_ns)
        stream.run(1.0)
    assert abs(stream.run(0.1).error_s[-1]) < 1e-4
    assert len(told(caplog)) == 2


def test_a_comparison_that_was_held_up_does_not_count() -> None:
    clocks = Clocks()
    stream = Stream(clocks)
    stream.run(1.0)
    clocks.doubt_ns = DOUBT_NS + 1
    clocks.set(HOUR_NS)
    assert stream.run(1.0).error_s[-1] == pytest.approx(-3600.0)
    clocks.doubt_ns = DOUBT_NS
    assert abs(stream.run(1.0).error_s[-1]) < 1e-4


def test_steady_clocks_keep_an_even_step() -> None:
    clocks = Clocks()
    stream = Stream(clocks, 50)
    counts = []
    for wrong_ns in (0, 60_000, -60_000, 90_000, -90_000) * 20:
        clocks.set(wrong_ns)
        counts += [time.frame for time in stream.run(0.4).times]
        clocks.set(-wrong_ns)
    assert set(np.diff(counts)) == {1}
    assert {time.subframe for time in stream.run(1.0).times} == {0.0}


def test_every_face_of_an_instant_has_its_timecode() -> None:
    clocks = Clocks()
    timeline = LiveTimeline(Fraction(60), clocks.look)
    for by_ns in (0, -100_000_000, HOUR_NS, 10_000_000):
        clocks.set(by_ns)
        for _ in range(30):
            clocks.pass_by(16_666_667)
            first = timeline.at(clocks.now_ns)
            clocks.set(1_000_000)
            # Late by less than the last, as a picture may be after a pause.
            assert timeline.at(clocks.now_ns) == first
            assert timeline.at(clocks.now_ns - 5_000_000) == first
            clocks.set(-1_000_000)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([5, 24, 25, 30, 60, 120]),
    st.sampled_from([Fraction(24), NTSC, Fraction(60), Fraction(60000, 1001)]),
    st.lists(
        st.one_of(
            st.integers(-1000, 1000),
            st.sampled_from([-10_800_000, -3_600_000, 3_600_000, 28_800_000]),
        ),
        max_size=4,
    ),
    st.integers(-1000, 1000),
    st.floats(0.0, 24.0),
)
def test_whatever_happens_it_is_right_soon_and_never_goes_back_a_little(
    fps: int, rate: Fraction, steps_ms: list[int], ppm: int, hour: float
) -> None:
    clocks = Clocks(hour)
    stream = Stream(clocks, fps, rate)
    clocks.ppm = ppm
    shown = [stream.run(1.0)]
    for by_ms in steps_ms:
        clocks.set(by_ms * 1_000_000)
        shown.append(stream.run(1.0 + 1.0 / fps))
        assert abs(shown[-1].error_s[-1]) < stream.frame_s
    moved = [each for part in shown for each in part.moved_s]
    least_s = 1e-5 - stream.frame_s
    assert not [each for each in moved if least_s < each <= 0.0]


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (45_400_000, "45 ms"),
        (1_250_000_000, "1.25 s"),
        (61 * NS_PER_S, "1 min 1 s"),
        (120 * NS_PER_S, "2 min"),
        (HOUR_NS, "1 h"),
        (8 * HOUR_NS + 3 * NS_PER_S, "8 h 0 min 3 s"),
        (2 * HOUR_NS - 1, "2 h"),
    ],
)
def test_durations_are_in_plain_words(ns: int, text: str) -> None:
    assert span(ns) == text
