import threading
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.pacer import NS, Grid, Output, Timebase
from bridge.shape.shaper import Shaper, ShapeStyle
from engines.motion.absence import Absence
from engines.motion.performer import Performer
from protocols.channels import INDEX
from protocols.timecode import Timeline
from tests.engines.motion.faces import generator
from tests.engines.motion.graph import mean_of

from .fakes import ListRoute, Steps, image


class Clock:
    """Time that only waiting moves on, and whoever does something meanwhile."""

    def __init__(self) -> None:
        self.now_ns = 7 * NS
        self.slow_ns = 0
        self.planned: list[tuple[int, object]] = []

    def __call__(self) -> int:
        return self.now_ns

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        self.now_ns += round(seconds * NS)
        return stop.is_set()


def beats(rate: int, count: int, clock: Clock, *, busy_ns: int = 0) -> list[int]:
    """Return the instants of so many ticks, each of which takes `busy_ns`."""
    shown: list[int] = []
    ended = threading.Event()

    def tick(instant_ns: int) -> None:
        shown.append(instant_ns)
        clock.now_ns += busy_ns
        if len(shown) == count:
            raise EOFError

    output = Output(
        tick, rate, failed=lambda error: ended.set(), clock_ns=clock, wait=clock.wait
    )
    output.follow(1_000)
    output.start()
    assert ended.wait(10.0)
    output.stop(1.0)
    return shown


@pytest.mark.parametrize("rate", [60, 90, 120])
def test_ticks_come_at_the_rate_without_drift(rate: int) -> None:
    shown = beats(rate, 10 * rate, Clock(), busy_ns=1_000_000)
    steps = np.diff(shown)
    assert steps.min() >= NS // rate and steps.max() <= NS // rate + 1
    assert (shown[-1] - shown[0]) / NS == pytest.approx(10.0 - 1 / rate, abs=1e-6)


def test_who_comes_late_misses_ticks_and_sends_no_burst() -> None:
    shown = beats(100, 20, Clock(), busy_ns=35_000_000)
    assert np.diff(shown).min() >= 20_000_000


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 50_000_000), st.integers(-NS, NS)),
        max_size=40,
    )
)
def test_the_timeline_never_stands_nor_runs_back(
    events: list[tuple[bool, int, int]],
) -> None:
    base, now, last = Timebase(), 0, None
    assert base.at(0) is None
    for shows, passed, captured in events:
        now += passed
        if not shows:
            base.follow(captured, now)
            continue
        instant = base.at(now)
        if instant is not None and last is not None:
            assert instant > last
        last = instant if instant is not None else last


def test_the_timeline_follows_jitter_slowly_and_a_jump_at_once() -> None:
    base = Timebase()
    base.follow(0, 10_000_000)
    assert base.at(12_000_000) == 2_000_000
    base.follow(33_000_000, 59_000_000)  # 16 ms late: a sixteenth of it counts
    assert base.at(60_000_000) == 49_000_000
    base.follow(5 * NS, 100_000_000)
    assert base.at(100_000_000) == 5 * NS


def test_what_breaks_a_tick_is_told() -> None:
    told: list[BaseException] = []
    done = threading.Event()

    def fail(error: BaseException) -> None:
        told.append(error)
        done.set()

    def tick(instant_ns: int) -> None:
        raise ZeroDivisionError("in a sink")

    output = Output(tick, 120, failed=fail)
    output.follow(0)
    output.start()
    assert done.wait(10.0)
    output.stop(1.0)
    output.stop(1.0)
    assert isinstance(told[0], ZeroDivisionError)


def test_a_file_without_a_clock_has_every_instant_once() -> None:
    shown: list[int] = []
    grid = Grid(shown.append, 60)
    for i in range(10):
        grid.before(round(i * NS / 30))
    grid.before(round(9 * NS / 30) + 1)
    assert shown == [round(k * NS / 60) for k in range(19)]


def test_a_paced_pipeline_sends_what_comes_between_images_in_order() -> None:
    route = ListRoute()
    performer = Performer(
        generator(mean_of(mean=0, trend=1.0)), absence=Absence(idle=False)
    )
    camera = Steps(
        [Shaper("anna", ShapeStyle(), performer)],
        route,
        Timeline(Fraction(60)),
        paced=True,
    )
    steps = camera.pipeline
    assert camera.step(image(30)) == () and steps.shown == ()
    for k in range(4):
        steps.tick(steps.now_ns + k * NS // 120)
    assert [frame.index for frame in route.frames] == [0, 1, 2, 3]
    jaw = [float(frame.vector[INDEX["jawOpen"]]) for frame in route.frames]
    assert jaw == pytest.approx([0.3 + k / 120 for k in range(4)], abs=1e-4)
    assert all(frame.tracked for frame in route.frames)
    counted = [time.frame + time.subframe for time in route.times]
    assert np.diff(counted) == pytest.approx([0.5] * 3, abs=1e-3)
    camera.step(image(31, faces=0))
    (lost,) = steps.tick(steps.now_ns)
    assert not lost.tracked and lost.confidence == 0.0
    assert steps.idle(2 * NS) == ()
    (gone,) = steps.tick(steps.now_ns)
    assert float(gone.vector[INDEX["jawOpen"]]) < 0.1
