from collections.abc import Iterator

import numpy as np
import pytest

from bridge.metrics import KEPT, Stopwatch
from bridge.stages import NETWORKS, STAGES, overhead, summary


def ticking(step_ns: int) -> Iterator[int]:
    now = 0
    while True:
        now += step_ns
        yield now


def run(watch: Stopwatch, arrived_ns: int, *, tracked: bool = True) -> None:
    watch.start(arrived_ns)
    for _ in STAGES[1:]:
        watch.lap()
    watch.finish(tracked=tracked)


def test_laps_go_to_their_stages_and_add_up() -> None:
    times = ticking(1_000_000)
    watch = Stopwatch(lambda: next(times))
    run(watch, arrived_ns=0)
    latency = watch.latency_ms()
    assert [latency[name]["p50"] for name in STAGES] == [1.0] * len(STAGES)
    assert latency["capture_to_send"]["p99"] == pytest.approx(len(STAGES))
    assert watch.overhead_ms()["p50"] == pytest.approx(len(STAGES) - len(NETWORKS))


def test_networks_are_part_of_their_stages_and_not_of_the_rest() -> None:
    now = 0
    watch = Stopwatch(lambda: now)
    for passes in range(2):
        watch.start(now)
        for stage in STAGES[1:]:
            now += 1_000_000
            if stage == "solve" and passes == 0:
                for _ in range(2):
                    with watch.network:
                        now += 300_000
            if stage == "shape" and passes == 1:
                with watch.motion:
                    now += 100_000
            watch.lap()
        watch.finish(tracked=True)
    assert watch.networks_ns().tolist() == [[600_000, 0], [0, 100_000]]
    assert watch.latency_ms()["solve"]["p50"] == pytest.approx(1.3)
    # Solve, shape and send are counted; the networks are not.
    assert overhead(watch.laps_ns(), watch.networks_ns()) == watch.overhead_ms()
    assert watch.overhead_ms()["p50"] == watch.overhead_ms()["p99"] == 3.0


def test_counts_and_the_share_of_tracked_frames() -> None:
    times = ticking(10)
    watch = Stopwatch(lambda: next(times))
    for i in range(10):
        run(watch, 0, tracked=i < 7)
    assert (watch.frames, watch.tracked) == (10, 7)


def test_only_the_newest_are_kept() -> None:
    now = 0

    def clock() -> int:
        return now

    watch = Stopwatch(clock)
    for i in range(KEPT + 5):
        now = i
        run(watch, arrived_ns=i - (1_000_000 if i >= 5 else 9_000_000_000))
    assert watch.frames == KEPT + 5
    assert watch.latency_ms()["wait"]["p99"] == 1.0
    assert watch.latency_ms(newest=1)["capture_to_send"]["p50"] == 1.0


def test_nothing_measured_is_zero_not_an_error() -> None:
    watch = Stopwatch()
    assert watch.latency_ms()["capture_to_send"] == {"p50": 0, "p95": 0, "p99": 0}
    assert summary(np.zeros(0, dtype=np.int64))["p99"] == 0.0


def test_what_another_stopwatch_has_measured_goes_on() -> None:
    now = [0]
    own, other = Stopwatch(lambda: now[0]), Stopwatch(lambda: now[0])
    other.start(0)
    for stage_ns in (10, 20, 300):
        now[0] += stage_ns
        other.lap()
    passed = other.solved()
    now[0] += 7
    own.take_over(passed)
    own.shape()
    for stage_ns in (4_000, 50_000):
        now[0] += stage_ns
        own.lap()
    own.finish(tracked=True)
    assert own.laps_ns().tolist() == [[7, 10, 20, 300, 4_000, 50_000]]
    assert own.frames == 1 and other.frames == 0
