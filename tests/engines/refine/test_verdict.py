import numpy as np
import pytest

from engines.refine.filters import smoothed
from engines.refine.verdict import judge
from protocols.arrays import Floats

from .performance import performance

N = 900
EVERY = np.ones(N, bool)


def noisy(level: float) -> Floats:
    rng = np.random.default_rng(4)
    _, signals = performance(N, noise=0.0)
    return np.asarray(signals + rng.normal(0.0, level, signals.shape), np.float32)


def test_what_a_plain_filter_takes_off_may_be_taken_off() -> None:
    before = noisy(0.1)
    after = smoothed(before, 60.0)

    verdict = judge(before, after, EVERY, EVERY, 60.0)

    assert verdict.refined and verdict.healthy_rms > 0.03


def test_a_clean_take_may_hardly_be_changed() -> None:
    before = noisy(0.0)
    after = (before + 0.05).astype(np.float32)

    verdict = judge(before, after, EVERY, EVERY, 60.0)

    assert not verdict.refined and "would change by" in verdict.reason


def test_a_little_too_much_in_a_noisy_take_might_do_lessened() -> None:
    before = noisy(0.1)
    away = 2.0 * (smoothed(before, 60.0) - before)
    much, little = (
        judge(before, before + share * away, EVERY, EVERY, 60.0)
        for share in (1.3, 1.05)
    )

    assert not little.refined and little.share == pytest.approx(0.99 / 1.05, abs=1e-3)
    assert not much.refined and much.share == 1.0
    less = before + little.share * 1.05 * away
    assert judge(before, less, EVERY, EVERY, 60.0).healthy_rms < much.healthy_rms


def test_more_jitter_is_a_veto() -> None:
    verdict = judge(noisy(0.001), noisy(0.003), EVERY, EVERY, 60.0)

    assert not verdict.refined and "jitter would grow" in verdict.reason


def test_a_slow_cameras_take_is_not_left_for_its_long_rests() -> None:
    before = noisy(0.02)
    before[400:440] = before[400]
    after = smoothed(before, 60.0)
    # Of 15 fps recorded at 60, the only frames in a row that do not repeat the one
    # before are a rest of many.
    rests = np.zeros(N, bool)
    rests[400:440] = True

    verdict = judge(before, after, rests, EVERY, 60.0)

    assert verdict.refined and 0.0 < verdict.jitter_after < verdict.jitter_before
    assert not judge(before, after, EVERY, rests, 60.0).refined
