import threading

import numpy as np
import pytest

from engines.runtime.engine import Engine, GraphError, Spec, Tensors
from engines.runtime.graphs import EXPRESSION, MOTION
from engines.runtime.parity import made_up
from engines.runtime.runtimes import DeviceError
from engines.runtime.switching import SwitchingEngine


class Counter:
    """Implements `Engine` for the motion graph; counts in the state it is fed."""

    inputs: tuple[Spec, ...] = MOTION.inputs
    outputs: tuple[Spec, ...] = MOTION.outputs

    def __init__(self, device: str) -> None:
        self.device = device
        self.closed = 0
        self.runs = 0

    def run(self, feeds: Tensors) -> Tensors:
        assert not self.closed
        self.runs += 1
        return {
            "values": np.zeros((1, 58), np.float32),
            "hidden_out": feeds["hidden"] + np.float32(1.0),
            "cell_out": feeds["cell"],
        }

    def close(self) -> None:
        self.closed += 1


class Stage:
    """A first engine, one that is opened when it is let, and what was told."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.first, self.second = Counter("first"), Counter("second")
        self.let = threading.Event()
        self.over = threading.Event()
        self.told: list[str] = []
        self._fails = fails
        self.engine = SwitchingEngine(self.first, self.open, self.tell)

    def open(self, stop: threading.Event) -> Engine:
        while not self.let.wait(0.01):
            if stop.is_set():
                raise DeviceError("stopped")
        if self._fails is not None:
            raise self._fails
        return self.second

    def tell(self, sentence: str) -> None:
        self.told.append(sentence)
        self.over.set()

    def finish(self) -> None:
        self.let.set()
        assert self.over.wait(30)


def test_no_call_is_lost_and_the_state_goes_on() -> None:
    stage = Stage()
    feeds = made_up(MOTION, 0)
    for call in range(20):
        if call == 10:
            assert stage.engine.device == "first"
            stage.finish()
        feeds["hidden"] = stage.engine.run(feeds)["hidden_out"].copy()
    assert feeds["hidden"][0, 0] == 20.0
    assert (stage.first.runs, stage.second.runs) == (10, 10)
    assert (stage.first.closed, stage.second.closed) == (1, 0)
    assert stage.engine.device == "second"
    assert stage.told == ["second takes over from first"]
    stage.engine.close()
    assert (stage.first.closed, stage.second.closed) == (1, 1)


@pytest.mark.parametrize("fails", [DeviceError("no card"), GraphError("no card")])
def test_what_cannot_be_opened_changes_nothing(fails: Exception) -> None:
    stage = Stage(fails)
    stage.finish()
    stage.engine.run(made_up(MOTION, 0))
    assert stage.told == ["first stays in use: no card"]
    assert stage.first.runs == 1
    stage.engine.close()
    assert stage.first.closed == 1


def test_closing_gives_up_what_is_being_opened_and_says_nothing() -> None:
    stage = Stage()
    stage.engine.close()
    assert (stage.first.closed, stage.second.closed, stage.told) == (1, 0, [])


def test_an_end_does_not_wait_for_a_compiler_that_hears_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engines.runtime.switching.CLOSE_S", 0.01)
    let, begun, closed = threading.Event(), threading.Event(), threading.Event()
    told: list[str] = []
    first, second = Counter("first"), Counter("second")

    def deaf(stop: threading.Event) -> Engine:
        begun.set()
        assert let.wait(30)
        return second

    monkeypatch.setattr(second, "close", closed.set)
    engine = SwitchingEngine(first, deaf, told.append)
    assert begun.wait(30)
    engine.close()
    assert first.closed == 1 and not closed.is_set()
    let.set()
    # What nobody wants any more is freed all the same.
    assert closed.wait(30) and not told


def test_what_is_ready_but_was_never_used_is_closed_too() -> None:
    stage = Stage()
    stage.finish()
    stage.engine.close()
    assert (stage.first.closed, stage.second.closed) == (1, 1)


def test_another_graph_is_not_taken() -> None:
    stage = Stage()
    stage.second.inputs = EXPRESSION.inputs
    stage.finish()
    stage.engine.run(made_up(MOTION, 0))
    assert (stage.first.runs, stage.second.closed) == (1, 1)
    assert stage.told == [
        "first stays in use: the faster engine has other inputs or outputs"
    ]
    stage.engine.close()
