from __future__ import annotations

import math

import numpy as np
import pytest

from models.solver.metrics import (
    CURVES,
    TONGUE,
    bias,
    correlation,
    cross_talk,
    error,
    leaks,
    live,
    mean,
    mirror_error,
    peaks,
    slope,
    spread,
    turn_error,
    worst,
)
from protocols.arrays import Floats
from protocols.channels import ARKIT

JAW, PUFF = ARKIT.index("jawOpen"), ARKIT.index("cheekPuff")
LEFT, RIGHT = ARKIT.index("mouthSmileLeft"), ARKIT.index("mouthSmileRight")


def rows(n: int, **curves: list[float]) -> Floats:
    out = np.zeros((n, len(ARKIT)), dtype=np.float32)
    for name, values in curves.items():
        out[:, ARKIT.index(name)] = values
    return out


def test_half_the_range_is_a_perfect_correlation_and_half_the_slope() -> None:
    truth = rows(4, jawOpen=[0.0, 0.2, 0.6, 1.0])
    said = rows(4, jawOpen=[0.1, 0.2, 0.4, 0.6])
    assert correlation(said, truth)[JAW] == pytest.approx(1.0)
    assert slope(said, truth)[JAW] == pytest.approx(0.5)
    assert error(said, truth)[JAW] == pytest.approx((0.1 + 0.0 + 0.2 + 0.4) / 4)


def test_correlation_is_pearsons() -> None:
    said, truth = rows(3, jawOpen=[0.0, 1.0, 0.0]), rows(3, jawOpen=[0.0, 0.5, 1.0])
    assert correlation(said, truth)[JAW] == pytest.approx(0.0, abs=1e-6)
    said = rows(3, jawOpen=[0.0, 1.0, 1.0])
    assert correlation(said, truth)[JAW] == pytest.approx(math.sqrt(3) / 2)


def test_a_dead_curve_correlates_with_nothing() -> None:
    truth = rows(3, cheekPuff=[0.0, 0.5, 1.0])
    said = rows(3, cheekPuff=[0.1, 0.1, 0.1])
    assert correlation(said, truth)[PUFF] == 0.0
    assert slope(said, truth)[PUFF] == pytest.approx(0.0, abs=1e-6)


def test_a_truth_that_stands_still_measures_nothing() -> None:
    truth = rows(3, jawOpen=[0.50, 0.51, 0.50])
    said = rows(3, jawOpen=[0.0, 0.5, 1.0])
    assert math.isnan(correlation(said, truth)[PUFF])
    assert math.isnan(slope(said, truth)[PUFF])
    assert math.isfinite(correlation(said, truth)[JAW])
    assert math.isnan(correlation(said, truth, moves=0.02)[JAW])


@pytest.mark.parametrize("measure", [correlation, slope, error])
def test_no_rows_measure_nothing(measure: object) -> None:
    none = rows(0)
    assert callable(measure)
    assert np.isnan(measure(none, none)).all()
    assert np.isnan(bias(none)).all()


def test_bias_is_the_mean_at_rest() -> None:
    assert bias(rows(2, jawOpen=[0.1, 0.3]))[JAW] == pytest.approx(0.2)


def test_a_face_in_a_mirror_changes_sides() -> None:
    said = rows(2, mouthSmileLeft=[0.8, 0.4], jawOpen=[0.5, 0.5])
    right = rows(2, mouthSmileRight=[0.8, 0.4], jawOpen=[0.5, 0.5])
    assert mirror_error(said, right).max() == 0.0
    same = mirror_error(said, said)
    assert same[LEFT] == same[RIGHT] == pytest.approx(0.6)
    assert same[JAW] == 0.0


def often(frames: Floats) -> Floats:
    return np.tile(frames, (100, 1))


def test_cross_talk_is_the_answer_per_unit() -> None:
    truth = rows(4, jawOpen=[0.5, 1.0, 0.0, 0.0], cheekPuff=[0.0, 0.0, 0.5, 1.0])
    moved = rows(4, jawOpen=[0.4, 0.8, 0.1, 0.2], cheekPuff=[0.0, 0.0, 0.25, 0.5])
    table = cross_talk(often(moved), often(truth))
    assert table[JAW, JAW] == pytest.approx(0.8, rel=0.01)
    assert table[JAW, PUFF] == pytest.approx(0.0, abs=1e-3)
    assert table[PUFF, JAW] == pytest.approx(0.2, rel=0.01)
    assert table[PUFF, PUFF] == pytest.approx(0.5, rel=0.01)
    assert np.isnan(table[LEFT]).all()
    ((driven, answers, how_much),) = leaks(table, 1)
    assert (driven, answers) == ("cheekPuff", "jawOpen")
    assert how_much == pytest.approx(0.2, rel=0.01)


def test_a_helper_is_told_apart_from_what_it_helps() -> None:
    # The jaw opens for the tongue, and by itself; only the tongue puffs the cheeks.
    truth = rows(4, tongueOut=[0.5, 1.0, 0.0, 0.0], jawOpen=[0.5, 0.5, 0.5, 1.0])
    moved = rows(4, cheekPuff=[0.1, 0.2, 0.0, 0.0], jawOpen=[0.5, 0.5, 0.5, 1.0])
    table = cross_talk(often(moved), often(truth))
    assert table[TONGUE, PUFF] == pytest.approx(0.2, rel=0.01)
    assert table[JAW, PUFF] == pytest.approx(0.0, abs=1e-3)
    assert table[TONGUE, JAW] == pytest.approx(0.0, abs=1e-3)


def test_curves_that_only_move_together_are_one_driver() -> None:
    both = [0.5, 1.0]
    truth = rows(2, mouthSmileLeft=both, mouthSmileRight=both)
    moved = rows(2, mouthSmileLeft=both, mouthSmileRight=[0.4, 0.8], jawOpen=both)
    table = cross_talk(often(moved), often(truth))
    assert table[LEFT, LEFT] == pytest.approx(1.0, rel=0.01)
    assert table[RIGHT, RIGHT] == pytest.approx(0.8, rel=0.01)
    assert math.isnan(table[LEFT, RIGHT])
    assert math.isnan(table[RIGHT, LEFT])
    assert table[LEFT, JAW] == table[RIGHT, JAW] == pytest.approx(1.0, rel=0.01)


def test_a_faint_push_tells_nothing() -> None:
    table = cross_talk(rows(1, cheekPuff=[0.3]), rows(1, jawOpen=[0.01]))
    assert np.isnan(table).all()
    assert leaks(table) == []


def test_a_curve_is_live_where_it_has_something_to_do() -> None:
    truth = rows(4, jawOpen=[0.9, 0.0, 0.0, 0.0], cheekPuff=[0.0, 0.9, 0.0, 0.0])
    # The puff answers to the jaw's sweep only, which is no merit.
    said = rows(4, jawOpen=[0.8, 0.0, 0.0, 0.0], cheekPuff=[0.8, 0.0, 0.0, 0.0])
    sweeps = np.array([True, True, False, False])
    top = peaks(said, truth, ~sweeps, sweeps)
    assert top[JAW] > 0.7
    assert top[PUFF] == 0.0
    assert live(top) == 1
    assert np.isnan(peaks(said, truth, sweeps & ~sweeps, sweeps)[LEFT])


def test_the_tongue_is_not_counted_among_the_51() -> None:
    values = np.zeros(len(ARKIT))
    values[TONGUE] = 1.0
    assert len(CURVES) == 51
    assert live(values) == 0
    assert mean(values) == 0.0
    assert worst(values)[1] == 0.0


def test_the_worst_keeps_its_sign_and_skips_what_was_not_measured() -> None:
    values = np.zeros(len(ARKIT))
    values[[JAW, PUFF, LEFT]] = 0.2, -0.3, np.nan
    assert worst(values) == ("cheekPuff", -0.3)
    assert mean(values) == pytest.approx(-0.1 / 50)
    nothing = np.full(len(ARKIT), np.nan)
    assert worst(nothing)[0] == ""
    assert math.isnan(mean(nothing))


def test_everybody_counts_once_in_the_turn_error() -> None:
    who = np.array([0, 0, 0, 1, 2], dtype=np.int32)
    turned = rows(5, jawOpen=[0.1, 0.2, 0.3, 0.5, 0.9])
    rest = rows(5, jawOpen=[0.0, 0.0, 0.0, 0.6, 0.0])
    # Means of the three are 0.2, 0.1 and 0.9.
    assert turn_error(turned, rest, who)[JAW] == pytest.approx(0.2)
    none = np.zeros(0, dtype=np.int32)
    assert np.isnan(turn_error(rows(0), rows(0), none)).all()


def test_the_range_is_between_percentiles() -> None:
    values = np.linspace(0, 1, 101).tolist()
    low, high = spread(rows(101, jawOpen=values))
    assert low[JAW] == pytest.approx(0.01)
    assert high[JAW] == pytest.approx(0.99)
    assert np.isnan(spread(rows(0))[0]).all()
