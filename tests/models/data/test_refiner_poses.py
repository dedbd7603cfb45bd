"""Somebody who goes through poses: held, repeatable, within what a face can do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.motion.signals import COUNT, WEIGHTS
from models.data.motion import RATE, Performance, perform
from models.data.refiner_defects import Floats
from models.data.refiner_poses import pose

Make = Callable[[float, np.random.Generator], Performance]


def signals(seed: int, make: Make = pose) -> Floats:
    return make(12.0, np.random.default_rng(seed)).signals


def test_poses_are_within_bounds_and_a_seed_repeats_them() -> None:
    one, same, other = signals(1), signals(1), signals(2)
    assert one.shape == (12 * RATE, COUNT) and one.dtype == np.float32
    assert one[:, WEIGHTS].min() >= 0.0 and one[:, WEIGHTS].max() <= 1.0
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.2


def test_more_curves_are_raised_and_held_than_in_a_performance() -> None:
    def held(make: Make) -> float:
        """Return how many curves are high and stand still at some time."""
        total = 0
        for seed in range(8):
            weights = signals(seed, make)[:, WEIGHTS]
            slow = np.abs(np.gradient(weights, axis=0)) * RATE < 0.1
            total += int(((weights > 0.5) & slow).any(axis=0).sum())
        return total / 8

    assert held(pose) > 1.25 * held(perform)
