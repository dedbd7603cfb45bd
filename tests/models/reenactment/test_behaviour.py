"""Blinks, latency and known faults, over whole clips."""

from __future__ import annotations

import numpy as np
import pytest

from models.reenactment.blinks import Blinks, count_blinks, seen_lids
from models.reenactment.faults import count_faults, side_agreement
from models.reenactment.latency import best_lag, lags
from models.reenactment.solvers import MEDIAPIPE
from protocols.arrays import Numbers
from protocols.channels import ARKIT
from tests.models.reenactment.made import OURS, curves, measures, performance

N = 150


def bump(at: int, width: float = 3.0) -> Numbers:
    """Return (N,) 0 but for a hill of height 1."""
    hill: Numbers = np.exp(-(((np.arange(N) - at) / width) ** 2))
    return hill


def blinking(at: int) -> Numbers:
    opening = 0.14 * (1.0 - 0.85 * bump(at))
    return measures(N, eye_open_R=opening, eye_open_L=opening)


def test_lids_of_the_landmarks_are_shut_where_they_meet() -> None:
    lids = seen_lids(performance(blinking(60), {}))[:, ARKIT.index("eyeBlinkLeft")]
    assert lids[60] == pytest.approx(1.0)
    assert lids[20] == pytest.approx(0.0, abs=1e-6)


def test_blinks_are_missed_and_invented() -> None:
    right = curves(N, eyeBlinkLeft=bump(60), eyeBlinkRight=bump(60))
    wrong = curves(N, eyeBlinkLeft=bump(120), eyeBlinkRight=bump(120))
    shot = performance(blinking(60), {OURS: right, "other": wrong, "dead": curves(N)})
    assert count_blinks([shot], OURS) == Blinks(1, 0, 0)
    assert count_blinks([shot], "other") == Blinks(1, 1, 1)
    assert count_blinks([shot, shot], "dead") == Blinks(2, 2, 0)


def test_a_late_signal_has_its_lag() -> None:
    seconds = np.arange(N) / 30.0
    leader = np.sin(2.0 * seconds) + bump(60)
    late = np.interp(seconds - 0.1, seconds, leader)
    assert best_lag(seconds, late, leader) == pytest.approx(0.1, abs=0.011)
    assert best_lag(seconds, leader, leader) == 0.0


def test_a_signal_that_does_not_follow_has_no_lag() -> None:
    seconds = np.arange(N) / 30.0
    assert np.isnan(best_lag(seconds, np.zeros(N), bump(60)))
    assert np.isnan(best_lag(seconds, bump(120), bump(20)))
    assert np.isnan(best_lag(seconds[:10], bump(5)[:10], bump(5)[:10]))


def test_latency_is_measured_where_the_actor_moves() -> None:
    gap = 0.2 * (bump(40) + bump(90))
    jaw = 0.5 * (bump(43) + bump(93))
    found = lags(
        [performance(measures(N, mouth_gap=gap), {OURS: curves(N, jawOpen=jaw)})], OURS
    )
    assert found["jaw"] == pytest.approx(0.1, abs=0.011)
    assert np.isnan(found["smile"])


def test_a_pucker_that_reads_as_a_frown_is_counted() -> None:
    theirs = curves(N, mouthPucker=np.where(np.arange(N) < 100, 0.8, 0.0))
    frown = np.where(np.arange(N) < 25, 0.6, 0.0)
    ours = curves(N, mouthPucker=0.3, mouthFrownLeft=frown, mouthFrownRight=frown)
    shot = performance(measures(N), {OURS: ours, MEDIAPIPE: theirs})
    found = count_faults([shot], OURS)
    assert found is not None
    assert found.puckers == 100
    assert found.frowned == pytest.approx(0.25)
    assert found.narrowed == 0
    assert np.isnan(found.rolled)


def test_eyes_that_roll_up_under_narrowed_lids_are_counted() -> None:
    opening = np.where(np.arange(N) < 50, 0.05, 0.14)
    rolled = np.where(np.arange(N) < 10, 0.5, 0.0)
    ours = curves(N, eyeLookUpLeft=rolled, eyeLookUpRight=rolled)
    actor = measures(N, eye_open_R=opening, eye_open_L=opening)
    found = count_faults([performance(actor, {OURS: ours, MEDIAPIPE: curves(N)})], OURS)
    assert found is not None
    assert found.narrowed == 50
    assert found.rolled == pytest.approx(0.2)


def test_vertical_gaze_is_compared_with_mediapipe() -> None:
    up, down = bump(40, 10.0), bump(110, 10.0)
    theirs = curves(N, eyeLookUpLeft=up, eyeLookDownLeft=down)
    ours = curves(N, eyeLookUpRight=0.5 * up, eyeLookDownRight=0.5 * down)
    found = count_faults(
        [performance(measures(N), {OURS: ours, MEDIAPIPE: theirs})], OURS
    )
    assert found is not None
    assert found.vertical_r == pytest.approx(1.0, abs=1e-4)


def test_without_mediapipe_no_faults_are_counted() -> None:
    assert count_faults([performance(measures(N), {OURS: curves(N)})], OURS) is None


def test_sides_agree_where_they_differ() -> None:
    wink = measures(N, wink=-0.1 * bump(60))
    right = performance(wink, {OURS: curves(N, eyeBlinkLeft=bump(60))})
    assert side_agreement([right], OURS)["wink"] == pytest.approx(1.0, abs=1e-4)
    wrong = performance(wink, {OURS: curves(N, eyeBlinkRight=bump(60))})
    assert side_agreement([wrong], OURS)["wink"] == pytest.approx(-1.0, abs=1e-4)
    assert np.isnan(side_agreement([right], OURS)["smirk"])
