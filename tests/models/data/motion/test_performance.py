from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, PLACE, SCALE, TURN, WEIGHTS
from models.data.motion.character import Mood, Span, liveliness, not_still
from models.data.motion.limits import limit
from models.data.motion.performance import RATE, Performance, perform
from models.data.motion.steps import glide, pulse, two_pole, wander
from protocols.arrays import Floats
from protocols.channels import ARKIT, EXPRESSIONS, INDEX
from protocols.easing import least_jerk


def some(count: int, seconds: float = 12.0, seed: int = 0) -> list[Performance]:
    return [perform(seconds, np.random.default_rng((seed, k))) for k in range(count)]


@pytest.fixture(scope="module")
def many() -> list[Performance]:
    return some(60)


def together(many: list[Performance]) -> Floats:
    return np.concatenate([each.signals for each in many])


def column(signals: Floats, name: str) -> Floats:
    return signals[:, INDEX[name]]


@given(st.integers(0, 10_000), st.floats(1.0, 15.0))
@example(seed=373, seconds=4.625)
@settings(max_examples=15, deadline=None)
def test_a_performance_is_what_one_face_can_do(seed: int, seconds: float) -> None:
    made = perform(seconds, np.random.default_rng(seed))
    n = round((seconds + 2.0) * RATE) - 2 * RATE
    assert made.signals.shape == (n, COUNT)
    assert made.signals.dtype == made.expression.dtype == np.float32
    assert np.isfinite(made.signals).all()
    weights = made.signals[:, WEIGHTS]
    assert weights.min() >= 0.0
    assert weights.max() <= 1.0
    assert (column(weights, "mouthClose") <= column(weights, "jawOpen") + 0.05).all()
    assert np.abs(made.signals[:, TURN]).max() < 1.2
    assert np.abs(made.signals[:, PLACE][:, :2]).max() < 0.5
    assert made.signals[:, PLACE][:, 2].max() < -0.15
    assert made.expression.shape == (n, len(EXPRESSIONS))
    assert made.expression.min() >= 0.0
    np.testing.assert_allclose(made.expression.sum(axis=1), 1.0, atol=1e-5)


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_both_eyes_look_the_same_way(seed: int) -> None:
    w = perform(6.0, np.random.default_rng(seed)).signals[:, WEIGHTS]
    for way in ("Up", "Down"):
        left, right = (column(w, f"eyeLook{way}{side}") for side in ("Left", "Right"))
        np.testing.assert_array_equal(left, right)
    for side in ("Left", "Right"):
        # An eye looks in or out, up or down.
        assert not (
            column(w, f"eyeLookIn{side}") * column(w, f"eyeLookOut{side}")
        ).any()
        assert not (
            column(w, f"eyeLookUp{side}") * column(w, f"eyeLookDown{side}")
        ).any()
    # Where one eye turns out far, the other turns in.
    out = column(w, "eyeLookOutLeft") > 0.3
    assert (column(w, "eyeLookInRight")[out] > 0.2).all()


def test_the_same_seed_is_the_same_performance() -> None:
    first, again = some(1, seed=5)[0], some(1, seed=5)[0]
    np.testing.assert_array_equal(first.signals, again.signals)
    assert first.blinks == again.blinks
    assert not np.array_equal(first.signals, some(1, seed=6)[0].signals)


def test_every_curve_moves_sometimes(many: list[Performance]) -> None:
    # One gesture in fifty raises the upper lip: 60 performances may lack it.
    more = [*many, *some(60, seed=1)]
    most = together(more)[:, WEIGHTS].max(axis=0)
    still = [name for name, value in zip(ARKIT, most, strict=True) if value < 0.4]
    assert not still


def test_nothing_jumps(many: list[Performance]) -> None:
    """No signal moves faster than a saccade, and the head far slower."""
    for each in many:
        speed = np.abs(np.diff(each.signals, axis=0)) * (RATE * SCALE)
        gaze = [i for i, name in enumerate(ARKIT) if name.startswith("eyeLook")]
        assert speed[:, gaze].max() < 40.0
        others = np.delete(speed[:, WEIGHTS], gaze, axis=1)
        assert others.max() < 40.0
        assert speed[:, TURN.start :].max() < 15.0


def test_there_are_still_passages(many: list[Performance]) -> None:
    """Seconds in which nothing but lids and gaze move: jitter is seen there."""
    eyes = np.array([not name.startswith("eye") for name in ARKIT] + [True] * 6)
    longest = 0
    for each in many:
        speed = np.abs(np.diff(each.signals, axis=0)) * (RATE * SCALE)
        moves = (speed[:, eyes] > 0.072).any(axis=1)
        ends = np.flatnonzero(np.concatenate([[True], moves, [True]]))
        longest = max(longest, int(np.diff(ends).max()))
    assert longest > 2 * RATE


def test_blinks_are_where_they_are_said_to_be(many: list[Performance]) -> None:
    blinks = [(each, blink) for each in many for blink in each.blinks]
    assert len(blinks) > 100
    for each, blink in blinks:
        assert 0.0 <= blink.start_s < blink.peak_s < blink.end_s
        assert blink.end_s <= len(each.signals) / RATE + 1e-9
        lids = each.signals[:, [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]]
        peak = lids[round(blink.peak_s * RATE)]
        np.testing.assert_allclose(peak, blink.depth, atol=0.12)
        assert max(blink.depth) > lids[math.ceil(blink.start_s * RATE)].max() + 0.15


def test_lips_are_shut_in_closures(many: list[Performance]) -> None:
    closures = [(each, span) for each in many for span in each.closures]
    assert len(closures) > 30
    for each, (start, end) in closures:
        inside = each.signals[math.ceil(start * RATE) : math.floor(end * RATE) + 1]
        assert end - start >= 0.05
        gap = column(inside, "jawOpen") - column(inside, "mouthClose")
        # Where a tongue is out, lips cannot shut.
        if column(inside, "tongueOut").max() < 0.02:
            assert gap.max() < 0.02
        assert column(inside, "mouthPressLeft").min() >= 0.4


def test_emotions_show_on_the_face(many: list[Performance]) -> None:
    smile, happy = [], []
    for each in many:
        smile.append(column(each.signals, "mouthSmileLeft"))
        happy.append(each.expression[:, EXPRESSIONS.index("happiness")])
    known = np.corrcoef(np.concatenate(smile), np.concatenate(happy))[0, 1]
    assert known > 0.6
    felt = np.concatenate([each.expression for each in many]).max(axis=0)
    assert (felt > 0.3).all()


def test_limit_lets_a_tongue_out_between_open_lips() -> None:
    w = np.zeros((1, 52))
    for name in ("tongueOut", "mouthClose", "cheekPuff", "jawLeft", "jawRight"):
        w[0, INDEX[name]] = 0.9
    limit(w, np.zeros(1))
    assert w[0, INDEX["jawOpen"]] > 0.05
    assert w[0, INDEX["mouthClose"]] <= w[0, INDEX["jawOpen"]]
    assert w[0, INDEX["cheekPuff"]] == 0.0
    assert w[0, INDEX["jawLeft"]] == w[0, INDEX["jawRight"]] == 0.0


def test_ease_and_pulse_begin_and_end_at_rest() -> None:
    u = np.linspace(-0.5, 1.5, 101)
    values = least_jerk(u)
    assert values[0] == values[25] == 0.0
    assert values[-1] == values[75] == 1.0
    assert (np.diff(values) >= 0.0).all()
    where, shape = pulse(240, 0.5, 0.1, 0.2, 0.3)
    assert where == slice(60, 132)
    assert shape.max() == 1.0
    assert shape[0] == 0.0
    assert shape[-1] < 0.01


@pytest.mark.parametrize("start", [-5.0, 9.0])
def test_a_pulse_outside_is_empty(start: float) -> None:
    where, shape = pulse(240, start, 0.1, 0.2, 0.3)
    assert len(shape) == 0
    assert len(np.zeros(240)[where]) == 0


def test_a_glide_leads_from_where_it_is() -> None:
    track = np.full(240, 2.0)
    glide(track, 0.5, 0.25, -1.0)
    assert track[59] == 2.0
    assert track[-1] == -1.0
    assert (np.diff(track) <= 0.0).all()


def test_wandering_has_unit_deviation() -> None:
    walks = wander(24_000, 20, 1.0, np.random.default_rng(0), 0.2)
    assert walks.std() == pytest.approx(1.0, abs=0.06)


def test_two_poles_leave_a_level_and_take_a_step_slowly() -> None:
    track = np.full((120, 2), 0.5)
    np.testing.assert_allclose(two_pole(track, 6.5), 0.5)
    track[10:] = 1.0
    out = two_pole(track, 6.5)
    assert out[10, 0] < 0.6
    assert out[-1, 0] == pytest.approx(1.0, abs=1e-3)
    assert out.max() <= 1.0 + 1e-9


def test_nothing_begins_in_a_still_span() -> None:
    spans = (Span(0.0, 2.0, Mood.TALK), Span(2.0, 5.0, Mood.STILL))
    assert not_still(spans, 1.0) == 1.0
    assert not_still(spans, 3.0) > 5.0
    lively = liveliness(600, spans)
    assert lively[0] == 1.0
    assert lively[-1] < 0.1


def test_blinks_compare_by_value() -> None:
    blink = next(b for each in some(4) for b in each.blinks)
    assert replace(blink) == blink
