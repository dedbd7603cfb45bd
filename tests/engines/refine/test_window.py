import numpy as np
import pytest

from engines.motion.signals import COUNT, PLACE, SCALE
from engines.refine.defects import WIDE, bounds, find_defects
from engines.refine.layout import INPUT_ROWS
from engines.refine.window import STEPS, centred, filled_signals, input_rows

from .test_defects import grid_of, moving


def test_the_network_is_told_values_steps_and_what_is_wrong() -> None:
    signals, seen, locked = moving(), np.ones(200, bool), np.zeros(200, bool)
    seen[100:103], locked[10] = False, True
    signals[31] = signals[30]
    signals[60, 3] += 0.5
    grid = grid_of(signals, seen, locked)
    defects = find_defects(grid)
    values = filled_signals(grid, defects)

    reach = bounds(grid, defects)
    out = input_rows(values, grid, defects, reach)

    assert out.shape == (INPUT_ROWS, 200) and out.dtype == np.float32
    np.testing.assert_array_equal(out[:COUNT], values.T)
    step = STEPS * (values[50] - values[49])
    assert out[COUNT : 2 * COUNT, 50] == pytest.approx(step, abs=1e-6)
    np.testing.assert_array_equal(out[2 * COUNT : 3 * COUNT], (reach / WIDE).T)
    there, fresh, away, phase, lock, pops = out[3 * COUNT :]
    assert np.flatnonzero(there == 0).tolist() == [100, 101, 102]
    assert np.flatnonzero(fresh == 0).tolist() == [31]
    assert away[[99, 100, 101, 102, 103]] == pytest.approx(
        [0, 1 / 30, 2 / 30, 1 / 30, 0]
    )
    assert phase[[31, 100, 101, 102]] == pytest.approx([0, -0.5, 0, 0.5])
    assert np.flatnonzero(lock).tolist() == [10]
    assert pops[60] == pytest.approx(1 / COUNT) and pops[61] == 0


def test_gaps_are_filled_and_the_rest_is_as_it_was() -> None:
    seen = np.ones(200, bool)
    seen[100:103] = False
    signals = moving()
    signals[100:103] = 0.0
    grid = grid_of(signals, seen)

    values = filled_signals(grid, find_defects(grid))

    np.testing.assert_array_equal(values[seen], (signals * SCALE)[seen])
    np.testing.assert_allclose(
        values[100:103], moving()[100:103] * SCALE, rtol=0.02, atol=0.01
    )


def test_a_centred_window_counts_places_from_their_mean() -> None:
    grid = grid_of(moving())
    defects = find_defects(grid)
    window = input_rows(
        filled_signals(grid, defects), grid, defects, bounds(grid, defects)
    )

    out = centred(window)

    assert np.abs(out[PLACE].mean(axis=1)).max() < 1e-5
    rest = [i for i in range(INPUT_ROWS) if not PLACE.start <= i < PLACE.stop]
    np.testing.assert_array_equal(out[rest], window[rest])
