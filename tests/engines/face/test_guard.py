import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.face.guard import APART, BLEND_S, PATIENCE_S, WATCHED, Guard
from protocols.channels import ARKIT, INDEX

Weights = npt.NDArray[np.float32]

STEP_S = 1 / 30
NUMBERS = st.floats(-2, 2, width=32) | st.sampled_from([np.nan, np.inf, -np.inf])
ANY = hnp.arrays(np.float32, len(ARKIT), elements=NUMBERS)
SANE = hnp.arrays(np.float32, len(ARKIT), elements=st.floats(0, 1, width=32))
CALM = np.full(len(ARKIT), 0.125, dtype=np.float32)


def wild(curve: str = "jawOpen") -> Weights:
    out = CALM.copy()
    out[INDEX[curve]] = 1.0
    return out


def show(
    guard: Guard, learned: Weights | None, seconds: float, from_s: float = 0.0
) -> tuple[list[Weights], float]:
    """Show the guard a network's weights beside a calm geometry."""
    frames = round(seconds / STEP_S)
    given = [guard(learned, CALM, from_s + i * STEP_S) for i in range(frames)]
    return given, from_s + frames * STEP_S


@pytest.mark.parametrize("curve", WATCHED)
def test_what_lasts_is_taken_over_and_given_back_when_they_agree(curve: str) -> None:
    guard = Guard()
    before, now = show(guard, wild(curve), PATIENCE_S)
    np.testing.assert_array_equal(before[-1], wild(curve))
    assert (guard.active, guard.count) == (False, 0)
    assert guard.share == 0.0
    after, now = show(guard, wild(curve), BLEND_S + 0.2, now)
    assert guard.share == 1.0
    np.testing.assert_allclose(after[-1], CALM)
    # Blended: no curve jumps.
    steps = np.abs(np.diff([before[-1], *after], axis=0)).max()
    assert steps < 1.1 * STEP_S / BLEND_S
    held, now = show(guard, wild(curve), 5.0, now)
    np.testing.assert_allclose(held, np.tile(CALM, (len(held), 1)))
    assert (guard.active, guard.count) == (True, 1)
    other = CALM.copy()
    other[INDEX["tongueOut"]] = 1.0
    back, _ = show(guard, other, PATIENCE_S + BLEND_S + 0.2, now)
    np.testing.assert_allclose(back[5], CALM)
    np.testing.assert_array_equal(back[-1], other)
    assert (guard.active, guard.count) == (False, 1)


def test_all_curves_of_the_frame_follow_not_only_the_wild_one() -> None:
    guard, learned = Guard(), wild()
    learned[INDEX["tongueOut"]] = 0.75
    given, _ = show(guard, learned, 1.0)
    assert given[-1][INDEX["tongueOut"]] == pytest.approx(0.125)


def test_a_blink_or_a_difference_of_taste_is_let_through() -> None:
    guard, now = Guard(), 0.0
    for _ in range(10):
        _, now = show(guard, wild("eyeBlinkLeft"), 0.4, now)
        _, now = show(guard, CALM, 0.1, now)
    taste = CALM.copy()
    taste[INDEX["jawOpen"]] = 0.125 + APART - 0.02
    given, now = show(guard, taste, 5.0, now)
    np.testing.assert_array_equal(given[-1], taste)
    # Curves that geometry does not know are the network's alone.
    given, _ = show(guard, wild("cheekPuff"), 5.0, now)
    np.testing.assert_array_equal(given[-1], wild("cheekPuff"))
    assert guard.count == 0


def test_a_network_without_an_answer_is_replaced_at_once_and_blended_back() -> None:
    guard = Guard()
    show(guard, CALM, 0.5)
    lost, now = show(guard, None, 0.1, 0.5)
    np.testing.assert_array_equal(lost[0], CALM)
    assert guard.count == 0
    other = CALM.copy()
    other[INDEX["tongueOut"]] = 1.0
    back, _ = show(guard, other, 0.5, now)
    tongue = np.array([w[INDEX["tongueOut"]] for w in back])
    assert tongue[0] < 0.5 and (np.diff(tongue) >= 0.0).all() and tongue[-1] == 1.0
    # One that never answers again is an incident.
    show(guard, None, 1.0, 2.0)
    assert (guard.active, guard.count) == (True, 1)


def test_frames_far_apart_and_time_that_goes_back_prove_nothing() -> None:
    guard = Guard()
    for i in range(20):
        guard(wild(), CALM, 60.0 * i)
    for i in range(20):
        guard(wild(), CALM, -0.1 * i)
    for _ in range(20):
        guard(wild(), CALM, -2.0)
    assert (guard.active, guard.count) == (False, 0)


@given(st.lists(st.tuples(st.none() | ANY, ANY, st.floats(-1e6, 1e6)), max_size=12))
def test_any_numbers_at_any_time_give_weights(
    frames: list[tuple[Weights | None, Weights, float]],
) -> None:
    guard, again = Guard(), Guard()
    for learned, geometric, at_s in frames:
        kept = None if learned is None else learned.copy()
        found = guard(learned, geometric, at_s)
        assert found.shape == (len(ARKIT),) and found.dtype == np.float32
        assert 0.0 <= float(found.min()) <= float(found.max()) <= 1.0
        np.testing.assert_array_equal(found, again(learned, geometric, at_s))
        if learned is not None and kept is not None:
            np.testing.assert_array_equal(learned, kept)


@given(SANE, SANE, st.lists(st.floats(0, 0.4), max_size=40))
def test_it_never_leaves_what_lies_between_the_two(
    learned: Weights, geometric: Weights, steps_s: list[float]
) -> None:
    guard, now = Guard(), 0.0
    low, high = np.minimum(learned, geometric), np.maximum(learned, geometric)
    for step_s in steps_s:
        now += step_s
        found = guard(learned, geometric, now)
        assert (found >= low - 1e-6).all() and (found <= high + 1e-6).all()
