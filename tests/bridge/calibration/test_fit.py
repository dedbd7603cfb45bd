from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bridge.calibration.fit import LEAST, MOST, TARGET, Fitted, fit, ranges_of
from bridge.shape.profile import CurveRange, Profile, Ranges
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

CURVES = len(ARKIT)


def rest(count: int = 90, **levels: float) -> Floats:
    """A calm face, with some noise above some levels."""
    rng = np.random.default_rng(0)
    rows = np.zeros((count, CURVES), dtype=np.float32)
    for name, level in levels.items():
        rows[:, INDEX[name]] = level + 0.01 * rng.standard_normal(count)
    return np.clip(rows, 0.0, 1.0)


def moves(count: int = 600, **peaks: float) -> Floats:
    """A face that raises some curves once, to their peaks, for a tenth of the time."""
    rows = np.zeros((count, CURVES), dtype=np.float32)
    for name, peak in peaks.items():
        swing = np.sin(np.linspace(0.0, np.pi, count // 10))
        rows[: len(swing), INDEX[name]] = np.minimum(peak * swing * 1.05, peak)
    return rows


def asked(neutral: Floats, motion: Floats) -> tuple[Fitted, ...]:
    """Fit moves that were asked for, every one all the time."""
    return fit(neutral, motion, np.ones(motion.shape, dtype=np.bool_))


def row(rows: tuple[Fitted, ...], curve: str) -> Fitted:
    return rows[INDEX[curve]]


def test_a_short_move_is_stretched_to_the_target() -> None:
    found = row(asked(rest(), moves(jawOpen=0.6)), "jawOpen")
    assert found.moved and found.note == ""
    assert found.reach_before == pytest.approx(0.6, abs=0.01)
    assert found.reach_after == pytest.approx(TARGET, abs=0.01)


def test_a_bias_at_rest_is_taken_off_before_the_gain() -> None:
    found = row(
        asked(rest(noseSneerLeft=0.2), moves(noseSneerLeft=0.7)), "noseSneerLeft"
    )
    assert found.rest_before == pytest.approx(0.2, abs=0.01)
    assert found.rest_after == 0.0
    assert found.reach_after == pytest.approx(TARGET, abs=0.02)
    assert found.range.offset == pytest.approx(-0.2, abs=0.01)
    assert 0.01 < found.range.dead_zone < 0.04


def test_a_blink_in_the_neutral_face_is_not_its_rest() -> None:
    neutral = rest()
    neutral[30:37, INDEX["eyeBlinkLeft"]] = 0.95
    found = row(asked(neutral, moves(eyeBlinkLeft=0.8)), "eyeBlinkLeft")
    assert -found.range.offset + found.range.dead_zone < 0.03
    assert found.note == ""


def test_what_did_not_move_keeps_its_range_and_says_why() -> None:
    rows = asked(rest(), moves(jawOpen=0.6, mouthLeft=0.08, eyeBlinkRight=0.96))
    for curve, note in (
        ("cheekPuff", "did not move"),
        ("mouthLeft", "did not move"),
        ("eyeBlinkRight", "full range already"),
    ):
        assert row(rows, curve).range == CurveRange()
        assert row(rows, curve).note == note
    assert set(ranges_of(rows)) == {"jawOpen", "mouthClose"}


def test_noise_is_no_move() -> None:
    rng = np.random.default_rng(1)
    neutral, motion = rest(), moves()
    neutral[:, INDEX["browInnerUp"]] = 0.1 + 0.05 * rng.standard_normal(90)
    motion[:, INDEX["browInnerUp"]] = 0.1 + 0.05 * rng.standard_normal(600)
    found = row(asked(neutral, motion), "browInnerUp")
    assert not found.moved and found.range.gain == 1.0
    assert found.rest_after < 0.01


def test_a_gain_has_its_limit_and_begins_gently() -> None:
    peaks = np.arange(0.02, 1.0, 0.02)
    found = [row(asked(rest(), moves(cheekPuff=p)), "cheekPuff") for p in peaks]
    gains = np.array([f.range.gain for f in found])
    assert gains.min() == 1.0 and gains.max() <= MOST
    # A face that goes farther reads farther, whatever its gain.
    assert (np.diff([f.reach_after for f in found]) > 1.0 - LEAST).all()


def test_what_nobody_asked_for_is_stretched_less() -> None:
    motion = moves(mouthFunnel=0.4)
    clip = row(fit(rest(), motion), "mouthFunnel").range.gain
    assert 1.2 < clip < row(asked(rest(), motion), "mouthFunnel").range.gain - 0.5
    # A clip that goes nearly all the way is believed.
    motion = moves(mouthFunnel=0.7)
    far = row(fit(rest(), motion), "mouthFunnel")
    assert far.range == row(asked(rest(), motion), "mouthFunnel").range


def test_sides_are_drawn_together_and_still_differ() -> None:
    rows = asked(rest(), moves(mouthSmileLeft=0.45, mouthSmileRight=0.75))
    left = row(rows, "mouthSmileLeft").range.gain
    right = row(rows, "mouthSmileRight").range.gain
    assert TARGET / 0.75 < right < left < TARGET / 0.45
    # The more of the face's way is seen, the more of the difference is believed.
    short = asked(rest(), moves(mouthSmileLeft=0.36, mouthSmileRight=0.6))
    ratio = row(short, "mouthSmileLeft").range.gain
    ratio /= row(short, "mouthSmileRight").range.gain
    assert 1.0 < ratio < left / right


def test_a_side_that_did_not_move_neither_draws_nor_is_drawn() -> None:
    rows = asked(rest(), moves(browOuterUpLeft=0.5))
    assert row(rows, "browOuterUpLeft").reach_after == pytest.approx(TARGET, abs=0.01)
    assert row(rows, "browOuterUpRight").range == CurveRange()


def test_lips_that_met_still_meet() -> None:
    rows = asked(rest(), moves(jawOpen=0.45, mouthClose=0.4))
    assert row(rows, "mouthClose").range.gain == row(rows, "jawOpen").range.gain > 1.9
    assert "jawOpen" in row(rows, "mouthClose").note


def test_only_frames_that_were_to_show_a_curve_count_for_it() -> None:
    motion = moves(tongueOut=0.3, jawOpen=0.6)
    asked = np.zeros(motion.shape, dtype=np.bool_)
    asked[:60, INDEX["jawOpen"]] = True
    rows = fit(rest(), motion, asked)
    assert row(rows, "jawOpen").moved
    assert row(rows, "tongueOut").range == CurveRange()
    assert row(rows, "tongueOut").note == "not asked for"


def test_a_neutral_face_that_was_none_is_said() -> None:
    neutral = rest()
    neutral[:45, INDEX["mouthSmileLeft"]] = 0.6
    found = row(fit(neutral, moves(mouthSmileLeft=0.9)), "mouthSmileLeft")
    assert found.note == "not calm at rest"
    assert found.rest_after == 0.0


weights = st.floats(0, 1, width=32)
takes = st.integers(1, 12).flatmap(
    lambda n: arrays(np.float32, (n, CURVES), elements=weights)
)


@given(takes, takes)
def test_whatever_comes_the_result_is_a_range_and_the_rest_is_gone(
    neutral: Floats, motion: Floats
) -> None:
    rows = fit(neutral, motion)
    assert tuple(r.curve for r in rows) == ARKIT
    for found in rows:
        assert 1.0 <= found.range.gain <= MOST
        assert found.rest_after < 0.05
        values = (found.rest_before, found.reach_before, found.reach_after)
        assert all(0.0 <= value <= 1.0 for value in values)


@given(takes, takes, arrays(np.float32, (7, CURVES), elements=weights))
def test_a_fitted_curve_rises_where_its_weight_does(
    neutral: Floats, motion: Floats, values: Floats
) -> None:
    by = Ranges(Profile(curves=ranges_of(fit(neutral, motion))))
    out = by.weights(np.sort(values, axis=0))
    assert np.isfinite(out).all() and out.min() >= 0.0 and out.max() <= 1.0
    assert (np.diff(out, axis=0) >= 0.0).all()


@given(st.floats(width=32), st.floats(width=32), st.integers(1, 3))
def test_a_constant_input_moves_nothing(first: float, then: float, count: int) -> None:
    neutral = np.full((count, CURVES), first, dtype=np.float32)
    motion = np.full((count, CURVES), then, dtype=np.float32)
    for found in fit(neutral, motion):
        assert np.isfinite(found.reach_after) and np.isfinite(found.rest_after)
        assert found.rest_after < 0.05
        if first == then:
            assert not found.moved


def test_no_motion_at_all_leaves_the_offsets() -> None:
    rows = fit(rest(mouthFrownLeft=0.3), np.zeros((0, CURVES), dtype=np.float32))
    assert set(ranges_of(rows)) == {"mouthFrownLeft"}
    assert not any(r.moved for r in rows)


@pytest.mark.parametrize(
    ("neutral", "motion", "told"),
    [
        ((0, CURVES), (1, CURVES), "no frame"),
        ((1, 51), (1, CURVES), r"neutral: got \(1, 51\)"),
        ((1, CURVES), (52,), r"motion: got \(52,\)"),
    ],
)
def test_other_shapes_are_refused(
    neutral: tuple[int, ...], motion: tuple[int, ...], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        fit(np.zeros(neutral, np.float32), np.zeros(motion, np.float32))
