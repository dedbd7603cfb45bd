from __future__ import annotations

import numpy as np
import pytest

from engines.drawing.sums import LONG, Sums, merged, sums
from protocols.arrays import Floats, Ints


def made(terms: list[tuple[int, int, float]], count: int) -> Sums:
    """Return sums of (sum, row, weight)."""
    table = np.array(terms, dtype=np.float64).reshape(-1, 3)
    which, rows = table[:, :2].astype(np.int64).T
    return sums(which, rows, table[:, 2].astype(np.float32), count)


def random_terms(count: int, seed: int) -> tuple[Ints, Ints, Floats]:
    chance = np.random.default_rng(seed)
    # The square: a few sums have many more terms than `LONG`.
    which = np.floor(40 * chance.uniform(size=count) ** 2).astype(np.int64)
    weights = chance.uniform(size=count).astype(np.float32)
    return which, chance.integers(0, 9, count), weights


VALUES = np.array([[1, 10], [2, 20], [4, 40]], dtype=np.float32)


def test_a_sum_is_its_weighted_rows() -> None:
    found = made([(2, 1, 0.5), (0, 0, 1.0), (2, 2, 2.0)], 4).of(VALUES)
    assert found.tolist() == [[1, 10], [0, 0], [9, 90], [0, 0]]
    assert found.dtype == np.float32


def test_a_row_may_come_twice() -> None:
    assert made([(0, 1, 1.0), (0, 1, 1.0)], 1).of(VALUES).tolist() == [[4, 40]]


def test_the_sorted_sums_are_the_same_elsewhere() -> None:
    some = made([(0, 0, 1.0), (1, 1, 1.0), (1, 2, 1.0)], 2)
    assert some.sorted(VALUES).tolist() == [[6, 60], [1, 10]]
    assert some.place.tolist() == [1, 0]


def test_nothing_is_summed() -> None:
    assert made([], 0).of(VALUES).shape == (0, 2)
    assert not made([], 3).of(VALUES).any()


@pytest.mark.parametrize("count", [LONG, LONG + 1, 50 * LONG])
def test_a_sum_of_many_terms_has_them_all(count: int) -> None:
    which, rows, weights = random_terms(count, count)
    values = np.random.default_rng(1).normal(size=(9, 3)).astype(np.float32)
    expected = np.zeros((40, 3))
    np.add.at(expected, which, weights[:, None].astype(np.float64) * values[rows])
    found = sums(which, rows, weights, 40).of(values)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_terms_of_one_sum_and_row_become_one() -> None:
    which, rows = np.array([1, 0, 1, 1]), np.array([2, 0, 1, 2])
    weights = np.array([0.25, 1.0, 0.5, 0.25], dtype=np.float32)
    found = merged(which, rows, weights)
    assert [part.tolist() for part in found] == [[0, 1, 1], [0, 1, 2], [1.0, 0.5, 0.5]]


def test_sums_are_those_of_scipy_bit_by_bit() -> None:
    sparse = pytest.importorskip("scipy.sparse", reason="compares with SciPy")
    chance = np.random.default_rng(2)
    which, rows = np.divmod(np.sort(chance.permutation(500 * 60)[:3000]), 60)
    weights = chance.uniform(size=3000).astype(np.float32)
    values = chance.normal(size=(60, 12)).astype(np.float32)
    matrix = sparse.csr_matrix((weights, (which, rows)), shape=(500, 60))
    found = sums(which, rows, weights, 500).of(values)
    np.testing.assert_array_equal(found, matrix @ values)
