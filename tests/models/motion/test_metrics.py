from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, SIGNALS
from models.data.motion.noise import at
from models.motion.events import Events, events_of, ldlj, runs, sparc
from models.motion.metrics import jitter, lags_ms, measure, overshoot, spectrum
from models.motion.truth import SETTLE_S, Truth, truth_of
from protocols.arrays import Floats
from tests.models.motion_observed import clock, lively, observed, target_of

JAW, SMILE = SIGNALS.index("jawOpen"), SIGNALS.index("mouthSmileLeft")
BROW = SIGNALS.index("browInnerUp")
NOTHING = Events((), (), ())


def late(target: Floats, truth: Truth, seconds: float) -> Floats:
    """Return (n, 1, 58) the target as it was some seconds before."""
    shown = truth.display_s(0) - seconds
    return at(target, shown)[:, None]


@pytest.mark.parametrize("seconds", [-0.02, 0.0, 0.013, 0.04, 0.1])
@pytest.mark.parametrize("lead_s", [0.0, 0.05])
def test_a_delay_is_measured_to_a_millisecond(seconds: float, lead_s: float) -> None:
    target = lively()
    truth = truth_of([observed(target)], lead_s)
    lags = lags_ms(late(target, truth, seconds), truth)
    for group in ("jaw", "lids", "mouth", "all"):
        assert lags[group] == pytest.approx(1e3 * seconds, abs=1.0)
    assert math.isnan(lags["head"]) and math.isnan(lags["brows"])


def test_what_a_hold_shows_late_is_the_lead() -> None:
    truth = truth_of([observed(lively())], 0.05)
    assert lags_ms(truth.frames.values, truth)["all"] == pytest.approx(50.0, abs=1.0)


def test_jitter_is_of_what_stands_still() -> None:
    target = lively()
    truth = truth_of([observed(target)], 0.0)
    assert jitter(truth.value, truth) < 1e-4
    shaken = truth.value.copy()
    shaken[::2, :, BROW] += 0.01  # third differences of 0.04
    only = np.zeros(COUNT, dtype=np.bool_)
    only[BROW] = True
    alone = truth_of([observed(target)], 0.0, only)
    assert jitter(shaken, alone) == pytest.approx(0.04, rel=1e-3)
    moving = truth.value.copy()
    moving[::2, :, SMILE] += 0.01 * (np.abs(truth.value[::2, :, SMILE] - 0.5) < 0.3)
    assert jitter(moving, truth) < 1e-4


def test_what_is_missing_is_counted_apart() -> None:
    seen = observed(lively(), gone_s=(2.0, 3.0))
    truth = truth_of([seen], 0.0)
    at_s = truth.display_s(0)
    assert at_s[truth.used[:, 0]].min() == pytest.approx(SETTLE_S)
    assert at_s[truth.gone[:, 0]] == pytest.approx(at_s[(at_s > 1.99) & (at_s < 2.99)])
    after = at_s[truth.after[:, 0]]
    assert after[0] == pytest.approx(3.0) and after[-1] < 3.2
    wrong = truth.value.copy()
    wrong[truth.gone] += 0.1
    found = measure(wrong, truth, NOTHING)
    assert found.rmse_gone == pytest.approx(100.0, rel=1e-3)
    assert found.rmse_sound == found.rmse_after == found.rmse_moving == 0.0
    assert 0.0 < found.rmse < 100.0


def test_dropouts_to_half_a_second_are_judged_by_themselves_too() -> None:
    short = observed(lively(), gone_s=(2.0, 2.5))
    long = observed(lively(), gone_s=(2.0, 2.54))
    truth = truth_of([short, long], 0.0)
    assert truth.bridged[:, 0].tolist() == truth.gone[:, 0].tolist()
    assert truth.gone[:, 1].any() and not truth.bridged[:, 1].any()
    wrong = truth.value + 0.1 * truth.gone[..., None]
    wrong[:, 1] += 0.1 * truth.gone[:, 1, None]
    found = measure(wrong, truth, NOTHING)
    assert found.rmse_bridged == pytest.approx(100.0, rel=1e-3)
    assert found.rmse_gone > 150.0


def test_a_dropout_that_never_ends_is_not_bridged() -> None:
    truth = truth_of([observed(lively(), gone_s=(5.8, 9.0))], 0.0)
    assert truth.gone.any() and not truth.bridged.any()


def test_nothing_is_measured_where_there_is_nothing() -> None:
    truth = truth_of([observed(lively())], 0.0)
    found = measure(truth.value, truth, NOTHING)
    assert math.isnan(found.rmse_gone) and math.isnan(found.rmse_after)
    assert math.isnan(found.blink_peak) and math.isnan(found.closure_gap)
    assert found.rmse == 0.0


def test_padding_and_the_end_are_not_judged() -> None:
    sets = [observed(lively(4.0)), observed(lively(6.0))]
    truth = truth_of(sets, 0.1)
    wrong = truth.value + 1.0 * ~truth.used[..., None]
    assert measure(wrong, truth, NOTHING).rmse == 0.0
    assert truth.display_s(0)[truth.used[:, 0]].max() <= 4.0
    assert not truth.used[len(sets[0].times_s) :, 0].any()


def test_a_signal_that_is_not_judged_does_not_count() -> None:
    judged = np.ones(COUNT, dtype=np.bool_)
    judged[BROW] = False
    truth = truth_of([observed(lively())], 0.0, judged)
    wrong = truth.value.copy()
    wrong[..., BROW] += np.random.default_rng(0).normal(0, 1, wrong.shape[:2])
    found = measure(wrong, truth, NOTHING)
    assert found.rmse == 0.0 and found.jitter < 0.1 and found.overshoot == 0.0


def test_blinks_lose_their_height_and_come_late() -> None:
    target = lively()
    truth = truth_of([observed(target)], 0.0)
    events = events_of(truth)
    assert len(events.blinks) == 3
    found = measure(0.7 * late(target, truth, 0.03), truth, events)
    assert found.blink_recall == 1.0
    assert found.blink_peak == pytest.approx(0.7, abs=0.05)
    assert found.blink_late_ms == pytest.approx(30.0, abs=4.0)
    assert measure(0.3 * truth.value, truth, events).blink_recall == 0.0
    perfect = measure(truth.value, truth, events)
    assert (perfect.blink_recall, perfect.blink_peak) == (1.0, 1.0)


def test_a_blink_that_nobody_saw_is_nobodys_fault() -> None:
    truth = truth_of([observed(lively(), gone_s=(2.9, 3.1))], 0.0)
    assert len(events_of(truth).blinks) == 2


def test_lips_that_do_not_close() -> None:
    t = clock()
    closed = np.exp(-(((t - 3.0) / 0.06) ** 4))
    target = target_of(jawOpen=np.full(len(t), 0.3), mouthClose=0.3 * closed)
    truth = truth_of([observed(target)], 0.0)
    events = events_of(truth)
    assert len(events.closures) == 1
    open_ = truth.value.copy()
    open_[..., SIGNALS.index("mouthClose")] *= 0.5
    assert measure(open_, truth, events).closure_gap == pytest.approx(150.0, abs=5.0)
    assert measure(truth.value, truth, events).closure_gap == 0.0


def test_overshoot_is_beyond_the_range_around() -> None:
    t = clock()
    target = target_of(jawOpen=np.where((t % 2.0) < 1.0, 0.2, 0.7))
    truth = truth_of([observed(target)], 0.0)
    assert overshoot(truth.value, truth) == 0.0
    beyond = 1.2 * (truth.value - 0.45) + 0.45
    assert overshoot(beyond, truth) == pytest.approx(10.0, abs=0.1)


def test_a_slow_filter_takes_the_quick_movements() -> None:
    t = clock()
    target = target_of(
        jawOpen=0.3 + 0.1 * np.sin(2 * np.pi * 5 * t) + 0.1 * np.sin(2 * np.pi * 11 * t)
    )
    truth = truth_of([observed(target)], 0.0)
    same = spectrum(truth.value, truth)
    assert list(same.values()) == pytest.approx([1.0, 1.0])
    mean = truth.value.copy()
    mean[1:] = 0.5 * (truth.value[1:] + truth.value[:-1])
    less = list(spectrum(mean, truth).values())
    assert less[0] == pytest.approx(np.cos(np.pi * 5 / 30) ** 2, abs=0.03)
    assert less[1] == pytest.approx(np.cos(np.pi * 11 / 30) ** 2, abs=0.03)


def test_tremor_is_less_smooth() -> None:
    u = np.linspace(0.0, 1.0, 31)
    speed = 30 * u**2 * (1 - u) ** 2
    shaken = speed * (1.0 + 0.5 * np.sin(2 * np.pi * 8 * u))
    assert sparc(shaken, 1 / 30) < sparc(speed, 1 / 30) < -1.0
    assert ldlj(shaken, 1 / 30) < ldlj(speed, 1 / 30) < 0.0


def test_smoothness_does_not_know_how_large_or_how_long() -> None:
    u = np.linspace(0.0, 1.0, 61)
    speed = 30 * u**2 * (1 - u) ** 2
    assert ldlj(3.0 * speed, 1 / 30) == pytest.approx(ldlj(speed, 1 / 60))


def test_runs() -> None:
    where = np.array([True, False, True, True, False, False, True])
    assert runs(where) == [(0, 1), (2, 4), (6, 7)]
    assert runs(where[:0]) == []
