from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from engines.character.assignment import assign
from protocols.arrays import Numbers


def costs(rows: int, columns: int, seed: int) -> Numbers:
    return np.random.default_rng(seed).normal(size=(rows, columns))


@pytest.mark.parametrize("seed", range(20))
def test_no_pairing_costs_less(seed: int) -> None:
    table = costs(4, 6, seed)
    rows, columns = assign(table)
    assert rows.tolist() == [0, 1, 2, 3]
    least = min(table[rows, list(some)].sum() for some in permutations(range(6), 4))
    assert table[rows, columns].sum() == pytest.approx(least, abs=1e-12)


def test_of_more_rows_than_columns_some_stay_alone() -> None:
    table = np.array([[1.0, 9.0], [0.0, 1.0], [9.0, 9.0]])
    rows, columns = assign(table)
    assert rows.tolist() == [0, 1]
    assert columns.tolist() == [0, 1]


def test_a_first_choice_is_given_up_for_the_sum() -> None:
    rows, columns = assign(np.array([[1.0, 2.0], [1.0, 5.0]]))
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1, 0])


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing_is_paired_with_nothing(shape: tuple[int, int]) -> None:
    rows, columns = assign(np.zeros(shape))
    assert rows.tolist() == columns.tolist() == []


@pytest.mark.parametrize("cost", [np.nan, np.inf, -np.inf])
def test_costs_are_finite(cost: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        assign(np.array([[0.0, cost]]))


@pytest.mark.parametrize("shape", [(52, 51), (40, 51), (300, 51), (1, 1), (7, 7)])
@pytest.mark.parametrize("steps", [3, 30, 10**9])
def test_pairs_are_those_of_scipy_equal_costs_included(
    shape: tuple[int, int], steps: int
) -> None:
    optimize = pytest.importorskip("scipy.optimize", reason="compares with SciPy")
    for seed in range(5):
        table = np.round(costs(*shape, seed) * steps) / steps
        expected = optimize.linear_sum_assignment(table)
        np.testing.assert_array_equal(assign(table), expected)
