import numpy as np
import pytest

from engines.motion.bank import MEANS, QUICK, advance, restarted, started
from engines.motion.signals import COUNT, Signals


def face(level: float) -> Signals:
    return np.full(COUNT, level, dtype=np.float32)


def test_slow_means_are_averages_of_what_was_seen_until_they_are_old_enough() -> None:
    bank, lasted = started(face(1.0)), 1 / 30
    levels = [1.0]
    for level in (0.0, 0.5, 0.5, 1.0, 0.25):
        lasted += 1 / 30
        levels.append(level)
        bank = advance(bank, face(level), 1 / 30, 1.0, lasted)
        np.testing.assert_allclose(bank[QUICK:], np.mean(levels), atol=1e-6)
        np.testing.assert_array_equal(bank[0], level)


def test_slow_means_forget_by_their_times_and_wait_while_nobody_is_seen() -> None:
    bank = started(face(0.0))
    for _ in range(60):
        bank = advance(bank, face(1.0), 1 / 30)
    assert bank[QUICK, 0] == pytest.approx(1.0 - np.exp(-1.0), abs=1e-3)
    assert bank[QUICK + 1, 0] == pytest.approx(1.0 - np.exp(-0.25), abs=1e-3)
    gone = advance(bank, face(0.2), 0.5, 0.0)
    np.testing.assert_array_equal(gone[QUICK:], bank[QUICK:])
    assert gone[QUICK - 1, 0] < bank[QUICK - 1, 0]


def test_a_face_that_is_back_starts_the_quick_means_alone() -> None:
    bank = advance(started(face(0.2)), face(0.8), 1 / 30)
    back = restarted(bank, face(0.5))
    np.testing.assert_array_equal(back[:QUICK], 0.5)
    np.testing.assert_array_equal(back[QUICK:], bank[QUICK:])


def test_many_banks_advance_as_each_alone() -> None:
    rng = np.random.default_rng(0)
    banks = rng.random((3, MEANS, COUNT)).astype(np.float32)
    values = rng.random((3, COUNT)).astype(np.float32)
    steps = np.array([0.01, 0.03, 0.2], dtype=np.float32)
    seen = np.array([1.0, 0.0, 1.0], dtype=np.float32)
    lasted = np.array([0.5, 2.0, 30.0], dtype=np.float32)
    together = advance(banks, values, steps, seen, lasted)
    for k in range(3):
        alone = advance(
            banks[k], values[k], float(steps[k]), float(seen[k]), float(lasted[k])
        )
        np.testing.assert_allclose(together[k], alone, atol=1e-6)
