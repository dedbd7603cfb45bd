import numpy as np
import pytest

from engines.motion.signals import PLACE, SCALE, TURN
from engines.refine.defects import LOCK_FADE, bounds, filled, find_defects, leaps
from engines.refine.grid import Grid, runs, to_grid
from protocols.arrays import Floats, Mask
from protocols.channels import INDEX

JAW, LEFT, RIGHT = (INDEX[n] for n in ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight"))


def grid_of(
    signals: Floats, seen: Mask | None = None, locked: Mask | None = None
) -> Grid:
    n = len(signals)
    seen = np.ones(n, dtype=bool) if seen is None else seen
    locked = np.zeros(n, dtype=bool) if locked is None else locked
    return to_grid(np.arange(n) / 60.0, signals.astype(np.float32), seen, locked)


def moving(count: int = 200) -> Floats:
    """Return slow waves: nothing repeats, nothing leaps."""
    at = np.arange(count)[:, None] / 60.0
    return (0.4 + 0.2 * np.sin(at + np.arange(58))).astype(np.float32)


def test_sound_motion_has_no_defects() -> None:
    found = find_defects(grid_of(moving()))

    assert not found.missing.any() and not found.lost.any() and not found.pop.any()


def test_gaps_to_half_a_second_are_bridged_and_longer_ones_lost() -> None:
    seen = np.ones(200, dtype=bool)
    seen[40:70] = seen[100:131] = seen[190:] = False

    found = find_defects(grid_of(moving(), seen))

    assert runs(found.gap) == [(40, 70)]
    assert runs(found.lost) == [(100, 131), (190, 200)]


def test_pictures_shown_again_are_missing() -> None:
    signals = moving()
    signals[51] = signals[50]

    found = find_defects(grid_of(signals))

    assert np.flatnonzero(found.missing).tolist() == [51]


@pytest.mark.parametrize("length", [1, 2])
def test_a_leap_there_and_back_is_a_pop(length: int) -> None:
    signals = moving()
    signals[60 : 60 + length, JAW] += 0.3

    found = find_defects(grid_of(signals))

    assert runs(found.pop[:, JAW]) == [(60, 60 + length)]
    assert found.pop.sum() == length


def test_a_step_and_a_blink_are_no_pops() -> None:
    signals = moving()
    signals[60:, JAW] += 0.3
    signals[100, [LEFT, RIGHT]] += 0.5

    assert not find_defects(grid_of(signals)).pop.any()


@pytest.mark.parametrize(
    ("rate", "length", "found"),
    [(30, 1, True), (30, 2, True), (30, 3, False), (24, 1, True), (10, 1, False)],
)
def test_a_slower_camera_leaps_for_a_frame_or_two_of_its_own(
    rate: int, length: int, found: bool
) -> None:
    since = np.arange(2 * rate) / rate
    signals = np.repeat(0.4 + 0.05 * np.sin(since)[:, None], 58, axis=1)
    signals[rate : rate + length, JAW] += 0.3
    missing = np.zeros(2 * rate, dtype=bool)
    missing[rate + 5] = True
    at = np.arange(110) / 60.0

    out = leaps(since, at, signals.astype(np.float32), missing)

    before, after = (rate - 1) / rate, (rate + length) / rate
    inside = (at > before + 1e-6) & (at < after - 1e-6)
    assert out[:, JAW].tolist() == (inside & found).tolist()
    assert out.sum() == out[:, JAW].sum()


def test_two_frames_do_not_leap() -> None:
    signals = np.zeros((2, 58), np.float32)
    since, none = np.array([0.0, 0.03]), np.zeros(2, bool)

    assert not leaps(since, np.arange(3) / 60.0, signals, none).any()


def test_what_is_missing_is_drawn_within_what_is_known() -> None:
    signals = moving()
    missing = np.zeros(200, dtype=bool)
    missing[50:60] = missing[:3] = missing[197:] = True

    out = filled(signals, missing)

    np.testing.assert_array_equal(out[~missing], signals[~missing])
    np.testing.assert_array_equal(out[:3], np.repeat(signals[3:4], 3, axis=0))
    np.testing.assert_array_equal(out[197:], np.repeat(signals[196:197], 3, axis=0))
    low = np.minimum(signals[49], signals[60]) - 1e-6
    high = np.maximum(signals[49], signals[60]) + 1e-6
    assert (out[50:60] >= low).all() and (out[50:60] <= high).all()
    np.testing.assert_allclose(out[50:60], signals[50:60], atol=0.01)


def test_nothing_known_is_left_alone() -> None:
    signals = moving(5)

    np.testing.assert_array_equal(filled(signals, np.ones(5, dtype=bool)), signals)


def test_bounds_are_tight_where_all_is_well_and_wide_in_defects() -> None:
    signals, seen = moving(), np.ones(200, dtype=bool)
    seen[100:110] = False
    signals[30, JAW] += 0.3
    grid = grid_of(signals, seen)

    out = bounds(grid, find_defects(grid))

    assert out[0, JAW] == pytest.approx(0.12)
    assert out[0, TURN] == pytest.approx(np.radians(2.5) * SCALE[TURN])
    assert out[0, PLACE] == pytest.approx(0.005 * SCALE[PLACE])
    assert out[105] == pytest.approx(out[105, JAW] * out[105] / 0.35)
    assert out[105, JAW] == out[30, JAW] == pytest.approx(0.35)
    assert out[30, LEFT] == pytest.approx(0.12)
    assert 0.12 < out[102 - 4, JAW] < 0.35


def test_bounds_are_nothing_where_it_is_locked_or_lost() -> None:
    seen, locked = np.ones(200, dtype=bool), np.zeros(200, dtype=bool)
    seen[150:] = False
    locked[50:53] = True
    grid = grid_of(moving(), seen, locked)

    out = bounds(grid, find_defects(grid))

    assert not out[50:53].any() and not out[150:].any()
    assert (out[53:60, JAW] < 0.12).all()
    assert out[53 + int(LOCK_FADE), JAW] == pytest.approx(0.12)


def test_a_leap_widens_bounds_and_may_be_taken_back_whole() -> None:
    signals = moving()
    signals[60:64, JAW] += 0.6
    grid = grid_of(signals)
    leap = np.zeros(signals.shape, dtype=bool)
    leap[60:64, JAW] = True
    defects = find_defects(grid, leap)
    assert not defects.pop.any()

    usual, whole = bounds(grid, defects), bounds(grid, defects, whole=True)

    assert usual[60:64, JAW] == pytest.approx(0.35)
    assert (whole[60:64, JAW] > 0.6).all() and (whole[60:64, JAW] < 0.7).all()
    whole[60:64, JAW] = usual[60:64, JAW]
    np.testing.assert_array_equal(whole, usual)
