import numpy as np
import pytest

from engines.motion.signals import SCALE
from engines.refine.scale_back import scale_back
from protocols.arrays import Floats

from .performance import performance

N = 600
ALL = np.ones(N, bool)
SEEN = np.zeros((N, 58), bool)
WHOLE = np.ones(N, np.float32)


def recorded_and_clean() -> tuple[Floats, Floats]:
    """Return what trembles and wanders, and what does not."""
    _, clean = performance(N, noise=0.0)
    rng = np.random.default_rng(1)
    quick = rng.normal(0.0, 0.03, clean.shape)
    slow = 0.03 * np.sin(np.arange(N)[:, None] / 9.0 + np.arange(58))
    return (clean + (quick + slow) / SCALE).astype(np.float32), clean


def rms(values: Floats) -> float:
    return float(np.sqrt(np.square(values * SCALE, dtype=np.float64).mean()))


def jitter(values: Floats) -> float:
    return float(np.abs(np.diff(values * SCALE, n=3, axis=0)).mean())


def test_what_was_changed_slowly_is_left_and_no_trembling_comes_back() -> None:
    before, clean = recorded_and_clean()
    after = clean.copy()

    scale_back(before, after, ALL, SEEN, WHOLE, 0.95, 60.0)

    assert rms(after - before) == pytest.approx(0.95 * rms(clean - before), rel=0.01)
    uniform = before + 0.95 * (clean - before)
    assert jitter(after) - jitter(clean) < 0.1 * (jitter(uniform) - jitter(clean))


def test_what_was_not_changed_keeps_every_bit() -> None:
    before, after = recorded_and_clean()
    fade = WHOLE.copy()
    fade[100:120], after[100:120] = 0.0, before[100:120]

    scale_back(before, after, ALL, SEEN, fade, 0.95, 60.0)

    np.testing.assert_array_equal(after[100:120], before[100:120])


def test_a_leap_that_was_repaired_is_not_put_back() -> None:
    before, clean = recorded_and_clean()
    before[300, 20] += 0.5
    after, leap = clean.copy(), SEEN.copy()
    leap[300, 20] = True

    scale_back(before, after, ALL, leap, WHOLE, 0.95, 60.0)

    assert np.abs(after[298:303, 20] - clean[298:303, 20]).max() < 0.03


def test_of_too_few_frames_a_second_all_is_lessened_alike() -> None:
    before, clean = recorded_and_clean()
    after = clean.copy()

    scale_back(before, after, ALL, SEEN, WHOLE, 0.95, 10.0)

    np.testing.assert_allclose(after, before + 0.95 * (clean - before), atol=1e-5)
