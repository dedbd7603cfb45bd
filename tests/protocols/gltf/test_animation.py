from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.arrays import Floats, Ints
from protocols.gltf.animation import float_times, needed


def interpolated(values: Floats, times: Floats, at: Ints) -> Floats:
    columns = [np.interp(times, times[at], column[at]) for column in values.T]
    return np.array(columns, dtype=np.float32).T


def frames(count: int) -> Floats:
    return float_times(np.arange(count) / 30.0)


def test_a_straight_line_needs_its_ends_only() -> None:
    line = np.linspace(0.0, 1.0, 60, dtype=np.float32)[:, None]
    assert needed(line, frames(60), 0.002).tolist() == [0, 59]


def test_a_corner_is_kept() -> None:
    values = np.minimum(np.arange(21), 10)[:, None] / np.float32(10.0)
    assert needed(values, frames(21), 0.002).tolist() == [0, 10, 20]


@given(st.integers(0, 400), st.integers(1, 5), st.integers(0, 99))
def test_what_is_left_out_is_met_by_interpolation(
    count: int, width: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    steps = generator.normal(0.0, 0.004, (count + 1, width))
    values = np.cumsum(steps, axis=0).astype(np.float32)
    at = needed(values, frames(count + 1), 0.01)
    assert {0, count} <= set(at.tolist())
    error = np.abs(interpolated(values, frames(count + 1), at) - values).max()
    assert error <= 0.01 + 1e-6


def test_a_still_take_of_minutes_needs_few_keys() -> None:
    values = np.zeros((6000, 52), dtype=np.float32)
    assert len(needed(values, frames(6000), 0.002)) < 60


def test_steps_are_kept_where_the_value_changes() -> None:
    values = np.array([0, 0, 1, 1, 1, 0.5, 0.5], dtype=np.float32)[:, None]
    assert needed(values, frames(7), 0.002, stepped=True).tolist() == [0, 2, 5, 6]


def test_one_frame_is_one_key() -> None:
    assert needed(np.ones((1, 3)), frames(1), 0.1).tolist() == [0]


@pytest.mark.parametrize("times", [[], [-1.0], [0.0, 0.0], [1.0, 1.0 + 1e-9], [np.nan]])
def test_times_that_do_not_rise_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="animation"):
        float_times(np.array(times))
