from __future__ import annotations

import numpy as np
import pytest

from engines.character.nearest import FEW, nearest
from protocols.arrays import Numbers


def scattered(count: int, seed: int) -> Numbers:
    return np.random.default_rng(seed).normal(size=(count, 3))


@pytest.mark.parametrize("count", [1, 2, FEW, FEW + 1, 1000])
def test_the_nearest_is_that_of_all_distances(count: int) -> None:
    points, asking = scattered(count, 1), 2.0 * scattered(300, 2)
    away, found = nearest(points, asking)
    apart = np.linalg.norm(asking[:, None] - points, axis=2)
    np.testing.assert_array_equal(found, apart.argmin(axis=1))
    np.testing.assert_allclose(away, apart.min(axis=1), rtol=1e-12)


def test_a_point_is_its_own_nearest() -> None:
    points = scattered(500, 3)
    away, found = nearest(points, points)
    assert not away.any()
    np.testing.assert_array_equal(found, np.arange(500))


@pytest.mark.parametrize("places", [1, 5])
def test_points_in_one_place_are_equally_near(places: int) -> None:
    points = np.repeat(scattered(places, 4), 1000, axis=0)
    asking = scattered(20, 5)
    away, found = nearest(points, asking)
    np.testing.assert_allclose(away, np.linalg.norm(asking - points[found], axis=1))
    apart = np.linalg.norm(asking[:, None] - points, axis=2)
    np.testing.assert_allclose(away, apart.min(axis=1))


def test_nobody_asks() -> None:
    away, found = nearest(scattered(100, 6), np.zeros((0, 3)))
    assert away.shape == found.shape == (0,)


def test_distances_are_those_of_scipy() -> None:
    spatial = pytest.importorskip("scipy.spatial", reason="compares with SciPy")
    points = scattered(3000, 7)
    points[:, 2] *= 0.01
    asking = scattered(2000, 8)
    away, _ = nearest(points, asking)
    np.testing.assert_array_equal(away, spatial.cKDTree(points).query(asking)[0])
