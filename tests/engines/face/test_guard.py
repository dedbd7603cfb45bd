import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.face.guard import (
    APART,
    BLEND_S,
    FITS,
    KNOWN,
    PATIENCE_S,
    WATCHED,
    Guard,
    reliable,
)
from protocols.channels import ARKIT, INDEX

Weights = npt.NDArray[np.float32]

STEP_S = 1 / 30
SANE = hnp.arrays(np.float32, len(ARKIT), elements=st.floats(0, 1, width=32))
CALM = np.full(len(ARKIT), 0.125, dtype=np.float32)


def wild(curve: str = "jawOpen") -> Weights:
    out = CALM.copy()
    out[INDEX[curve]] = 1.0
    return out


def show(
    guard: Guard,
    network: Weights | None,
    seconds: float,
    from_s: float = 0.0,
    anchored: Weights = CALM,
) -> tuple[list[float], float]:
    """Show the guard a network beside calm landmarks; return its trust and the time."""
    frames = round(seconds / STEP_S)
    trust = []
    for i in range(frames):
        guard.watch(network, anchored, True, from_s + i * STEP_S)
        trust.append(guard.trust)
    return trust, from_s + frames * STEP_S


@pytest.mark.parametrize("curve", WATCHED)
def test_what_lasts_stops_counting_and_counts_again_when_they_agree(
    curve: str,
) -> None:
    guard = Guard()
    before, now = show(guard, wild(curve), PATIENCE_S)
    assert set(before) == {1.0}
    assert (guard.active, guard.count) == (False, 0)
    after, now = show(guard, wild(curve), BLEND_S + 0.2, now)
    assert after[-1] == 0.0
    # Blended: trust does not jump.
    assert np.abs(np.diff([before[-1], *after])).max() < 1.1 * STEP_S / BLEND_S
    held, now = show(guard, wild(curve), 5.0, now)
    assert set(held) == {0.0}
    assert (guard.active, guard.count) == (True, 1)
    back, _ = show(guard, CALM, PATIENCE_S + BLEND_S + 0.2, now)
    assert back[5] == 0.0 and back[-1] == 1.0
    assert (np.diff(back) >= 0.0).all()
    assert np.diff(back).max() < 1.1 * STEP_S / BLEND_S
    assert (guard.active, guard.count) == (False, 1)


def test_a_twitch_or_a_difference_of_taste_is_let_through() -> None:
    guard, now = Guard(), 0.0
    for _ in range(10):
        _, now = show(guard, wild("jawOpen"), 0.4, now)
        _, now = show(guard, CALM, 0.1, now)
    taste = CALM.copy()
    taste[INDEX["jawOpen"]] = 0.125 + APART - 0.02
    trust, now = show(guard, taste, 5.0, now)
    assert set(trust) == {1.0}
    # Curves that landmarks hardly show are the network's alone.
    trust, now = show(guard, wild("cheekPuff"), 5.0, now)
    assert set(trust) == {1.0}
    assert guard.count == 0


def test_a_network_without_an_answer_stops_counting_at_once_and_is_blended_back() -> (
    None
):
    guard = Guard()
    show(guard, CALM, 0.5)
    lost, now = show(guard, None, 0.1, 0.5)
    assert set(lost) == {0.0}
    assert guard.count == 0
    back, _ = show(guard, CALM, 0.5, now)
    assert back[0] < 0.5 and (np.diff(back) >= 0.0).all() and back[-1] == 1.0
    # One that never answers again is an incident.
    show(guard, None, 1.0, 2.0)
    assert (guard.active, guard.count) == (True, 1)


def test_frames_far_apart_and_time_that_goes_back_prove_nothing() -> None:
    guard = Guard()
    for i in range(20):
        guard.watch(wild(), CALM, True, 60.0 * i)
    for i in range(20):
        guard.watch(wild(), CALM, True, -0.1 * i)
    for _ in range(20):
        guard.watch(wild(), CALM, True, -2.0)
    assert (guard.active, guard.count, guard.trust) == (False, 0, 1.0)


def test_after_a_reset_it_is_trusted_again_and_the_count_stays() -> None:
    guard = Guard()
    _, now = show(guard, wild(), 2.0)
    assert (guard.active, guard.trust) == (True, 0.0)
    guard.reset()
    assert (guard.active, guard.count, guard.trust) == (False, 1, 1.0)
    # The time before the reset does not count as patience.
    show(guard, wild(), PATIENCE_S, now + 0.01)
    assert guard.count == 1


@given(
    st.lists(
        st.tuples(st.none() | SANE, SANE, st.floats(-1e6, 1e6) | st.floats(0, 3)),
        max_size=30,
    )
)
def test_any_weights_at_any_time_give_a_trust(
    frames: list[tuple[Weights | None, Weights, float]],
) -> None:
    guard, again = Guard(), Guard()
    for network, anchored, at_s in frames:
        kept = None if network is None else network.copy()
        guard.watch(network, anchored, True, at_s)
        again.watch(network, anchored, True, at_s)
        assert math.isfinite(guard.trust) and 0.0 <= guard.trust <= 1.0
        assert guard.trust == again.trust and guard.count == again.count
        if network is None:
            assert guard.trust == 0.0
        elif kept is not None:
            np.testing.assert_array_equal(network, kept)


@given(SANE, st.lists(st.floats(0, 0.4), max_size=40))
def test_a_network_that_agrees_is_trusted_at_any_rate(
    weights: Weights, steps_s: list[float]
) -> None:
    guard, now = Guard(), 0.0
    for step_s in steps_s:
        now += step_s
        guard.watch(weights, weights, True, now)
        assert guard.trust == 1.0
    assert guard.count == 0


def test_landmarks_that_are_not_reliable_contradict_nobody() -> None:
    guard = Guard()
    for i in range(60):
        guard.watch(wild(), CALM, False, i * STEP_S)
    assert (guard.active, guard.trust) == (False, 1.0)
    for i in range(60, 120):
        guard.watch(wild(), CALM, True, i * STEP_S)
    assert (guard.active, guard.trust) == (True, 0.0)
    assert reliable(0.5 * FITS, 1.0)
    assert not reliable(2.0 * FITS, 1.0)  # a hand before the mouth
    assert not reliable(0.5 * FITS, 0.5 * KNOWN)  # a stranger
