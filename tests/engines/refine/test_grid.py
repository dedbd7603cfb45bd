import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.refine.grid import (
    LONGEST_REPEAT,
    RATE,
    distance,
    from_grid,
    ramp,
    repeats,
    runs,
    to_grid,
)
from protocols.arrays import Floats, Mask, Numbers


def frames(count: int, fps: float = 30.0) -> tuple[Numbers, Floats, Mask, Mask]:
    rng = np.random.default_rng(count)
    times = 5.0 + np.arange(count) / fps
    signals = rng.random((count, 58)).astype(np.float32)
    return times, signals, np.ones(count, dtype=bool), np.zeros(count, dtype=bool)


def test_a_grid_holds_the_frames_that_fall_on_it() -> None:
    times, signals, seen, locked = frames(10)

    grid = to_grid(times, signals, seen, locked)

    assert grid.signals.shape == (19, 58)
    np.testing.assert_allclose(grid.signals[::2], signals, atol=1e-5)
    between = 0.5 * (signals[:-1] + signals[1:])
    np.testing.assert_allclose(grid.signals[1::2], between, atol=1e-5)
    assert grid.seen.all() and grid.fresh.all() and not grid.locked.any()


def test_one_frame_is_a_grid_of_one() -> None:
    times, signals, seen, locked = frames(1)

    grid = to_grid(times, signals, seen, locked)

    np.testing.assert_array_equal(grid.signals, signals)
    np.testing.assert_array_equal(from_grid(times, grid.signals), signals)


@given(st.integers(1, 60), st.sampled_from([15.0, 24.0, 30.0, 59.94, 60.0, 120.0]))
def test_what_goes_to_the_grid_comes_back_where_a_frame_lies_on_it(
    count: int, fps: float
) -> None:
    times, _, seen, locked = frames(count, fps)
    # A straight line survives sampling at any rate.
    signals = np.repeat(times[:, None], 58, axis=1).astype(np.float32)

    grid = to_grid(times, signals, seen, locked)
    back = from_grid(times, grid.signals)

    # The last sample may lie beyond the last frame, which is held there.
    place = (times - times[0]) * RATE
    inside = np.ceil(place - 1e-6) <= place[-1] + 1e-6
    assert inside[0]
    np.testing.assert_allclose(back[inside], signals[inside], atol=1e-4)


def test_a_locked_frame_locks_all_samples_that_touch_it() -> None:
    times, signals, seen, locked = frames(5, 15.0)
    locked[2] = True

    grid = to_grid(times, signals, seen, locked)

    # Frame 2 lies on sample 8; the samples between it and its neighbours are half its.
    assert runs(grid.locked) == [(5, 12)]


def test_frames_without_a_face_are_the_nearest_samples() -> None:
    times, signals, seen, locked = frames(5)
    seen[2] = False

    grid = to_grid(times, signals, seen, locked)

    assert not grid.seen[4] and grid.seen[[2, 6]].all()


def test_a_picture_shown_again_is_a_repetition_and_a_face_at_rest_is_not() -> None:
    signals = np.arange(40, dtype=np.float32)[:, None] * np.ones(58, np.float32)
    signals[5] = signals[4]
    signals[20 : 20 + LONGEST_REPEAT + 2] = 7.0

    assert np.flatnonzero(repeats(signals)).tolist() == [5]


def test_runs_are_first_and_past_the_last() -> None:
    mask = np.array([1, 1, 0, 1, 0, 0, 1], dtype=bool)

    assert runs(mask) == [(0, 2), (3, 4), (6, 7)]
    assert runs(np.zeros(3, dtype=bool)) == []


def test_distance_counts_samples_to_the_nearest() -> None:
    mask = np.array([0, 0, 1, 0, 0, 0, 1, 0], dtype=bool)

    assert distance(mask).tolist() == [2, 1, 0, 1, 2, 1, 0, 1]
    assert distance(np.zeros(3, dtype=bool)).tolist() == [3, 3, 3]


def test_a_ramp_is_whole_here_half_midway_and_nothing_beyond() -> None:
    assert ramp(np.array([0.0, 2.0, 4.0, 9.0]), 4.0) == pytest.approx([1, 0.5, 0, 0])
