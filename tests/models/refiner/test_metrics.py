"""Numbers of the refiner's evaluation, on takes whose answers are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, SCALE, SIGNALS
from models.data.motion.noise import at
from models.data.motion.performance import RATE
from models.data.recorded.defects import Degraded
from models.refiner.events import events, kept_events
from models.refiner.frechet import distance
from models.refiner.metrics import GAP_NAMES, Measured, jitter, lag_ms, measure
from models.refiner.smoothers import (
    KINDS,
    Kind,
    butterworth,
    held,
    linear,
    pchip,
    rts_kalman,
    savitzky_golay,
)
from models.refiner.truth import TakeTruth, truth_of
from models.refiner.tuning import Tuned, try_all
from protocols.arrays import Floats
from tests.models.motion_observed import clock, lively, target_of

ALL = np.ones(COUNT, dtype=np.bool_)
BLINK = SIGNALS.index("eyeBlinkLeft"), SIGNALS.index("eyeBlinkRight")


def take(
    target: Floats, fps: float = 60.0, gone: tuple[float, float] = (0, 0)
) -> Degraded:
    times = np.arange(0.1, len(target) / RATE - 0.1, 1.0 / fps)
    seen = ~((times >= gone[0]) & (times < gone[1]))
    return Degraded(times, at(target, times), seen, target)


def judged(said: Floats, truth: TakeTruth) -> Measured:
    return measure([said], [truth], [truth.value])


def wave(hertz: float = 2.0) -> Floats:
    t = clock()
    return target_of(
        jawOpen=0.5 + 0.3 * np.sin(2 * np.pi * hertz * t),
        browInnerUp=0.4 + 0.2 * np.sin(2 * np.pi * 0.5 * hertz * t),
    )


def test_the_truth_itself_is_without_fault() -> None:
    truth = truth_of(take(lively(12.0)), ALL)
    found = judged(truth.value, truth)
    assert found.rmse == found.rmse_moving == 0.0
    assert found.spectrum["3 to 8"] == pytest.approx(1.0)
    assert abs(found.lag_ms) < 0.5
    assert found.frechet < 1e-6
    assert (found.blinks.kept, found.blinks.lost, found.blinks.invented) == (3, 0, 0)
    assert math.isnan(found.dropout)


@pytest.mark.parametrize("late_s", [-0.012, 0.004, 0.02])
def test_a_delayed_copy_is_as_late(late_s: float) -> None:
    truth = truth_of(take(wave()), ALL)
    late = at(truth.degraded.target * SCALE, truth.degraded.times_s - late_s)
    assert lag_ms([late], [truth]) == pytest.approx(1e3 * late_s, abs=0.7)


def test_half_the_swing_is_a_quarter_of_the_power() -> None:
    truth = truth_of(take(wave(5.0)), ALL)
    mean = truth.value.mean(axis=0)
    found = judged(mean + 0.5 * (truth.value - mean), truth)
    assert found.spectrum["3 to 8"] == pytest.approx(0.25, rel=0.02)


def test_jitter_is_the_third_difference_of_what_stands_still() -> None:
    truth = truth_of(take(target_of(jawOpen=np.full(len(clock()), 0.3))), ALL)
    tremble = truth.value + 0.01 * (-1.0) ** np.arange(len(truth.value))[:, None]
    assert jitter([tremble], [truth]) == pytest.approx(0.08, rel=1e-3)
    moving = truth_of(take(wave()), np.array(SIGNALS) == "jawOpen")
    assert math.isnan(jitter([moving.value + 0.1], [moving]))


@pytest.mark.parametrize(
    ("gone_s", "name"), list(zip((0.08, 0.2, 0.4, 0.9), GAP_NAMES, strict=True))
)
def test_a_gap_counts_by_its_length(gone_s: float, name: str) -> None:
    truth = truth_of(take(wave(), gone=(2.0, 2.0 + gone_s)), ALL)
    said = truth.value + 0.1 * ~truth.degraded.seen[:, None]
    found = judged(said.astype(np.float32), truth)
    others = [value for key, value in found.by_gap.items() if key != name]
    assert found.by_gap[name] == pytest.approx(100.0, rel=1e-3)
    assert all(math.isnan(value) for value in others)
    # Nobody shall make up more than half a second: it counts for nothing else.
    assert math.isnan(found.dropout) == (name == "longer")
    assert (found.rmse > 0.0) == (name != "longer")


def test_blinks_are_lost_made_up_and_neither() -> None:
    truth = truth_of(take(lively()), ALL)
    gone, more, lower = (truth.value.copy() for _ in range(3))
    first = np.abs(truth.degraded.times_s - 1.5) < 0.3
    between = np.abs(truth.degraded.times_s - 2.2) < 0.08
    for lid in BLINK:
        gone[first, lid] = 0.0
        more[between, lid] = 0.9
        lower[first, lid] *= 0.8
    for said, lost, invented in ((gone, 1, 0), (more, 0, 1), (lower, 0, 0)):
        blinks, _ = kept_events([said], [truth], [truth.value])
        assert (blinks.lost, blinks.invented) == (lost, invented)
    # Made up is only what was not recorded either.
    blinks, _ = kept_events([more], [truth], [more])
    assert blinks.invented == 0


def test_closed_lips_that_stay_apart_are_lost() -> None:
    t = clock()
    jaw = 0.3 * (np.abs(t - 2.0) > 0.1) * (np.abs(t - 4.0) > 0.1)
    truth = truth_of(take(target_of(jawOpen=jaw)), ALL)
    apart = truth.value.copy()
    apart[np.abs(truth.degraded.times_s - 2.0) < 0.3, SIGNALS.index("jawOpen")] = 0.2
    _, closures = kept_events([apart], [truth], [truth.value])
    assert (closures.kept, closures.lost, closures.invented) == (1, 1, 0)


def test_an_event_needs_to_come() -> None:
    curve = np.array([1, 1, 0, 0, 0.6, 0.4, 0.6, 0.1, 0.4, 0.1], dtype=np.float32)
    assert events(curve, (0.5, 0.3)) == [(4, 7)]


def test_the_distance_of_two_normals_is_the_formula() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(0.0, 1.0, (40_000, 2))
    b = rng.normal([3.0, 0.0], [1.0, 2.0], (40_000, 2))
    # |3|^2 + (1 - 2)^2
    assert distance(a, b) == pytest.approx(10.0, rel=0.03)
    assert distance(a, a) < 1e-9


def test_noise_moves_otherwise_than_the_truth() -> None:
    truth = truth_of(take(lively(12.0)), ALL)
    rng = np.random.default_rng(0)
    noise = rng.normal(0.0, 1.0, truth.value.shape).astype(np.float32)
    a, b = (judged(truth.value + size * noise, truth).frechet for size in (0.01, 0.05))
    assert b > 1.5 * a > 0.1


def test_what_is_not_finite_is_refused() -> None:
    truth = truth_of(take(wave()), ALL)
    with pytest.raises(ValueError, match="not finite"):
        judged(np.full_like(truth.value, np.nan), truth)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("rate", [30.0, 60.0])
def test_filters_leave_what_rests_and_delay_nothing(kind: Kind, rate: float) -> None:
    rest = np.full((91, 2), 0.4, dtype=np.float32)
    t = np.arange(91) / rate
    bump = np.exp(-((t - t[45]) ** 2) / 0.1)[:, None].astype(np.float32)
    for setting in kind.settings:
        np.testing.assert_allclose(kind.run(rest, rate, setting), rest, atol=2e-3)
        out = kind.run(bump, rate, setting)[:, 0]
        np.testing.assert_allclose(out, out[::-1], atol=0.02)


def test_filters_calm_noise() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(0.0, 0.02, (300, 3)).astype(np.float32)
    for run, setting in (
        (savitzky_golay, (0.4, 2.0)),
        (butterworth, (3.0,)),
        (rts_kalman, (1e3,)),
    ):
        assert run(noise, 30.0, setting).std() < 0.6 * noise.std()


def test_filling_hits_a_line_and_holds_the_ends() -> None:
    t = clock()
    degraded = take(target_of(jawOpen=0.05 + 0.1 * t), gone=(2.0, 2.4))
    degraded.signals[~degraded.seen] = 0.0
    true = at(degraded.target, degraded.times_s) * SCALE
    for fill in (linear, pchip):
        np.testing.assert_allclose(fill(degraded), true, atol=1e-4)
    assert np.abs(held(degraded) - true).max() > 0.2
    late = Degraded(
        degraded.times_s, degraded.signals, degraded.times_s > 0.5, degraded.target
    )
    first = int(np.argmax(late.seen))
    np.testing.assert_array_equal(pchip(late)[0], pchip(late)[first])


def test_tuning_takes_less_error_or_less_jitter_as_asked() -> None:
    rng = np.random.default_rng(0)
    degraded = take(lively(), fps=30.0)
    noise = rng.normal(0.0, 0.02, degraded.signals.shape).astype(np.float32)
    truths = [
        truth_of(
            Degraded(
                degraded.times_s,
                degraded.signals + noise,
                degraded.seen,
                degraded.target,
            ),
            ALL,
        )
    ]
    tried = try_all(KINDS[1], pchip, truths)
    loose, calm = tried.best(), tried.best(2e-4)

    def numbers(method: Tuned) -> tuple[float, float]:
        said = method(truths[0].degraded)
        return float(((said - truths[0].value) ** 2).mean()), jitter([said], truths)

    assert numbers(loose)[0] <= numbers(calm)[0]
    assert numbers(calm)[1] <= 2.1e-4
    assert set(loose.by_group()) == set(calm.by_group())
