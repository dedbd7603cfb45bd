import numpy as np
import pytest

from engines.runtime.engine import Spec, Tensors
from engines.runtime.graphs import EXPRESSION, MOTION, SOLVER
from engines.runtime.parity import STEPS, Parity, carried, compare, made_up

STATE = {"hidden": "hidden_out", "cell": "cell_out"}


class Adder:
    """Implements `Engine` for the motion graph: state grows by a step a call."""

    device = "fake"
    inputs: tuple[Spec, ...] = MOTION.inputs
    outputs: tuple[Spec, ...] = MOTION.outputs

    def __init__(self, step: float = 0.0, value: float = 0.0, at: int = 0) -> None:
        self._step, self._value, self._at = step, value, at
        self.calls = 0

    def run(self, feeds: Tensors) -> Tensors:
        values = np.full((1, 58), feeds["hidden"][0, 0], np.float32)
        if self.calls >= self._at:
            values += np.float32(self._value)
        self.calls += 1
        step = np.float32(self._step)
        return {
            "values": values,
            "hidden_out": feeds["hidden"] + step,
            "cell_out": feeds["cell"],
        }

    def close(self) -> None:
        pass


def test_state_is_what_comes_out_under_its_name() -> None:
    assert carried(MOTION) == STATE
    assert carried(EXPRESSION) == carried(SOLVER) == {}


def test_made_up_feeds_are_the_seeds_and_state_starts_at_rest() -> None:
    first, again, other = made_up(MOTION, 1), made_up(MOTION, 1), made_up(MOTION, 2)
    for spec in MOTION.inputs:
        assert first[spec.name].shape == spec.shape
        assert first[spec.name].dtype == np.float32
        assert np.array_equal(first[spec.name], again[spec.name])
    assert not first["hidden"].any()
    assert not np.array_equal(first["moment"], other["moment"])


def test_the_same_is_no_difference() -> None:
    assert compare(MOTION, Adder(), Adder()) == Parity(0.0, "values", 0)


def test_an_error_that_grows_is_seen_where_it_is_largest() -> None:
    found = compare(MOTION, Adder(step=0.01), Adder())
    assert found.output == "hidden_out"
    assert found.step == STEPS - 1
    assert found.worst == pytest.approx(0.01 * STEPS, rel=1e-4)
    assert not found.within("fp16")


def test_large_numbers_are_measured_by_their_size() -> None:
    found = compare(MOTION, Adder(value=1000.5), Adder(value=1000.0))
    assert found.worst == pytest.approx(0.5 / 1000.0, rel=1e-3)
    assert found.within("fp32")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_ends_it(bad: float) -> None:
    engine = Adder(value=bad, at=3)
    assert compare(MOTION, engine, Adder()) == Parity(np.inf, "values", 3)
    assert engine.calls == 4
