import numpy as np
import pytest

from engines.runtime.engine import Spec, Tensors
from engines.runtime.graphs import MOTION
from engines.runtime.timing import WARM_UP, time_calls


class Slow:
    """Implements `Engine` on a clock of its own; each call takes what it is told."""

    device = "fake"
    inputs: tuple[Spec, ...] = MOTION.inputs
    outputs: tuple[Spec, ...] = MOTION.outputs

    def __init__(self, took_ms: list[float]) -> None:
        self._took_ms = took_ms
        self.now_ns = 0
        self.waited_s: list[float] = []
        self.states: list[float] = []

    def clock_ns(self) -> int:
        return self.now_ns

    def wait(self, seconds: float) -> None:
        self.waited_s.append(seconds)
        self.now_ns += round(seconds * 1e9)

    def run(self, feeds: Tensors) -> Tensors:
        took = self._took_ms[len(self.states) % len(self._took_ms)]
        self.now_ns += round(took * 1e6)
        self.states.append(float(feeds["hidden"][0, 0]))
        return {
            "values": np.zeros((1, 58), np.float32),
            "hidden_out": feeds["hidden"] + np.float32(1.0),
            "cell_out": feeds["cell"],
        }

    def close(self) -> None:
        pass


def test_the_median_and_the_slowest_in_a_hundred() -> None:
    engine = Slow([1.0] * 99 + [101.0])
    # Warm-up calls are not counted, so the list starts in the middle.
    found = time_calls(MOTION, engine, 100, clock_ns=engine.clock_ns, wait=engine.wait)
    assert found.calls == 100
    assert found.median_ms == pytest.approx(1.0)
    assert found.p99_ms == pytest.approx(2.0)
    assert not engine.waited_s


def test_state_is_fed_back() -> None:
    engine = Slow([1.0])
    time_calls(MOTION, engine, 5, clock_ns=engine.clock_ns, wait=engine.wait)
    assert engine.states == [float(step) for step in range(WARM_UP + 5)]


def test_a_pace_is_kept_from_start_to_start() -> None:
    engine = Slow([10.0])
    time_calls(MOTION, engine, 5, 0.04, clock_ns=engine.clock_ns, wait=engine.wait)
    assert engine.waited_s == pytest.approx([0.03] * (WARM_UP + 5))


def test_a_call_beyond_the_gap_is_not_waited_for() -> None:
    engine = Slow([50.0])
    time_calls(MOTION, engine, 5, 0.04, clock_ns=engine.clock_ns, wait=engine.wait)
    assert not engine.waited_s
