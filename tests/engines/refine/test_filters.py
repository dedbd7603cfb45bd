import numpy as np
import pytest

from engines.refine.filters import CUTOFF_HZ, frames_a_second, smoothed
from protocols.arrays import Floats


def wave(hertz: float, fps: float = 60.0, count: int = 600) -> Floats:
    angle = 2.0 * np.pi * hertz * np.arange(count) / fps
    return np.asarray(np.sin(angle), np.float32)


def test_slow_motion_passes_without_delay_and_jitter_does_not() -> None:
    middle = slice(100, -100)

    np.testing.assert_allclose(
        smoothed(wave(1.0), 60)[middle], wave(1.0)[middle], atol=2e-3
    )
    assert np.abs(smoothed(wave(20.0), 60)[middle]).max() < 0.02


def test_at_the_cutoff_a_half_passes() -> None:
    out = smoothed(wave(CUTOFF_HZ), 60)[100:-100]

    assert np.abs(out).max() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_a_few_frames_are_no_error(count: int) -> None:
    values = np.full((count, 2), 0.25, np.float32)

    np.testing.assert_allclose(smoothed(values, 60.0), values, atol=1e-6)


def test_too_slow_a_rate_filters_nothing() -> None:
    values = wave(3.0, fps=15.0)

    np.testing.assert_array_equal(smoothed(values, 15.0), values)
    np.testing.assert_array_equal(smoothed(values, 0.0), values)


def test_a_rate_is_the_usual_one() -> None:
    times = np.arange(10) / 30.0
    times[5:] += 60.0

    assert frames_a_second(times) == pytest.approx(30.0)
    assert frames_a_second(times[:1]) == 0.0
