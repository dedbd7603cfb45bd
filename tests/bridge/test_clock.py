import inspect
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest

from bridge.bench.paced import PacedSource
from bridge.capture.playback import Playback
from bridge.clock import (
    TRIES,
    Offset,
    Wait,
    monotonic_ns,
    read_offset,
    unix_ns,
    wait_finely,
    wait_for,
)
from bridge.pacer import NS, Output
from engines.footage.clip import Picture, Pictures
from tests.streams import picture

TICK_NS = 15_625_000
"""Between two ticks of Windows's timer, unless a program asks for more."""

HOUR_NS = 3600 * NS


def test_the_clock_is_the_fine_one_of_every_system() -> None:
    assert monotonic_ns is time.perf_counter_ns
    found = time.get_clock_info("perf_counter")
    assert found.monotonic and found.resolution <= 1e-6


def test_two_looks_at_the_clock_can_be_a_microsecond_apart() -> None:
    looks = np.array([monotonic_ns() for _ in range(100_000)])
    steps = np.diff(looks)
    assert steps.min() >= 0
    # The least, not the mean: a busy machine takes the processor away in between.
    assert steps[steps > 0].min() < 100_000


def test_another_process_reads_the_same_clock() -> None:
    code = "from bridge.clock import monotonic_ns; print(monotonic_ns())"
    before_ns = monotonic_ns()
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=120, check=True
    )
    assert before_ns < int(told.stdout) < monotonic_ns()


class Windows:
    """Time as a thread meets it there: coarse waits, fine sleeps."""

    def __init__(self) -> None:
        self.now_ns = 7 * NS + 4_321_000
        self.event = threading.Event()
        self.sets: Iterator[bool] = iter(())
        self.slept: list[float] = []

    def __call__(self) -> int:
        return self.now_ns

    def coarse(self, event: threading.Event, seconds: float) -> bool:
        """Return at the first tick of the timer after the time-out."""
        if not event.is_set():
            due_ns = self.now_ns + round(seconds * NS)
            self.now_ns = -(-due_ns // TICK_NS) * TICK_NS
        return event.is_set()

    def sleep(self, seconds: float) -> None:
        """Return half a millisecond late."""
        self.slept.append(seconds)
        self.now_ns += round(seconds * NS) + 500_000
        if next(self.sets, False):
            self.event.set()

    @property
    def finely(self) -> Wait:
        return partial(wait_finely, clock_ns=self, coarse=self.coarse, sleep=self.sleep)


@pytest.mark.parametrize("seconds", [0.0, 1e-6, 0.001, 0.0166, 0.034, 0.5, 7.0])
def test_a_fine_wait_is_on_time_where_the_systems_timer_is_coarse(
    seconds: float,
) -> None:
    windows = Windows()
    due_ns = windows.now_ns + round(seconds * NS)
    assert not windows.finely(windows.event, seconds)
    assert 0 <= windows.now_ns - due_ns <= 600_000
    assert all(slept <= 0.005 for slept in windows.slept)


def test_a_fine_wait_ends_when_its_event_is_set() -> None:
    windows = Windows()
    windows.sets = iter([False, True])
    assert windows.finely(windows.event, 10.0)
    assert windows.finely(windows.event, 10.0)
    assert len(windows.slept) == 2


def test_a_fine_wait_keeps_real_time_too() -> None:
    event = threading.Event()
    began_ns = monotonic_ns()
    assert not wait_finely(event, 0.05)
    assert monotonic_ns() - began_ns >= 50_000_000
    threading.Timer(0.01, event.set).start()
    assert wait_finely(event, 60.0)


def test_elsewhere_an_event_waits_for_itself() -> None:
    fine = sys.platform == "win32"
    assert wait_for is (wait_finely if fine else threading.Event.wait)


def beats(rate: int, windows: Windows, wait: Wait) -> list[int]:
    """Return when two hundred ticks of an output come."""
    at: list[int] = []
    ended = threading.Event()

    def tick(instant_ns: int) -> None:
        at.append(windows.now_ns)
        if len(at) == 200:
            raise EOFError

    output = Output(
        tick, rate, failed=lambda error: ended.set(), clock_ns=windows, wait=wait
    )
    output.follow(1_000)
    output.start()
    assert ended.wait(60.0)
    output.stop(10.0)
    return at


@pytest.mark.parametrize("rate", [60, 90, 120])
def test_an_output_keeps_its_rate_where_the_systems_timer_is_coarse(rate: int) -> None:
    windows = Windows()
    steps = np.diff(beats(rate, windows, windows.finely))
    assert abs(steps - NS / rate).max() < 1_000_000
    coarse = Windows()
    steps = np.diff(beats(rate, coarse, coarse.coarse))
    assert abs(steps - NS / rate).max() > 5_000_000


def reel() -> Pictures:
    for i in range(100):
        yield Picture(round(i * NS / 60), picture(i))


def test_a_file_keeps_its_pace_where_the_systems_timer_is_coarse() -> None:
    windows = Windows()
    playback = Playback("reel", reel(), clock_ns=windows, wait=windows.finely)
    arrived = []
    while (image := playback.read()) is not None:
        arrived.append(image.arrived_ns)
    assert len(arrived) == 100 and playback.dropped == 0
    assert abs(np.diff(arrived) - NS / 60).max() < 1_000_000


@pytest.mark.parametrize("paces", [Output, Playback, PacedSource])
def test_whatever_keeps_a_pace_waits_finely(paces: Callable[..., object]) -> None:
    assert inspect.signature(paces).parameters["wait"].default is wait_for


def test_a_windows_filetime_is_told_in_unix_time() -> None:
    assert unix_ns(27_111_902, 3_577_643_008) == 0
    assert unix_ns(0, 0) == -11_644_473_600 * NS
    assert unix_ns(27_111_902, 3_577_643_009) == 100


def clocks(
    steps: list[int], now_ns: int
) -> tuple[Callable[[], int], Callable[[], int]]:
    """Return a monotonic clock that takes such steps at each look, and the other."""
    mono = 0
    left = iter(steps)

    def clock() -> int:
        nonlocal mono
        mono += next(left)
        return mono

    return clock, lambda: now_ns + mono


def test_the_quickest_of_some_comparisons_counts() -> None:
    # Each takes two looks; what is between the two is doubt.
    steps = [10, 9_000_000, 10, 700, 10, 80, 10, 5_000, 10, 6_000]
    assert len(steps) == 2 * TRIES
    clock, utc = clocks(steps, 50 * HOUR_NS)
    found = read_offset(clock, utc)
    assert found.doubt_ns == 80
    assert abs(found.utc_ns - 50 * HOUR_NS) <= 80


def test_the_offset_leads_from_the_clock_to_the_time_of_day() -> None:
    before_ns = time.time_ns()
    found = read_offset()
    now_ns = found.utc_ns + monotonic_ns()
    doubt_ns = found.doubt_ns + 1_000_000
    assert before_ns - doubt_ns <= now_ns <= time.time_ns() + doubt_ns


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if sys.platform == "win32":
        pytest.skip("Windows takes no time zone from the environment")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("berlin")
def test_daylight_saving_begins_and_ends_while_we_look() -> None:
    summer_ns, winter_ns = 1_774_746_000 * NS, 1_792_890_000 * NS
    """01:00 UTC of 29 March and of 25 October 2026."""

    def zone_s(at_ns: int) -> float:
        return read_offset(lambda: 0, lambda: at_ns).zone_ns / NS

    assert [zone_s(summer_ns - NS), zone_s(summer_ns)] == [3600, 7200]
    assert [zone_s(winter_ns - NS), zone_s(winter_ns)] == [7200, 3600]
    assert Offset(5, 7).local_ns == 12
