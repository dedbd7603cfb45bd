"""Networks that mean ill, and takes that nobody would record: nothing is damaged."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engines.motion.signals import SCALE
from engines.refine.defects import TIGHT
from protocols.arrays import Floats

from .asked import holed, refined
from .networks import KINDS, calming, hostile
from .odd_takes import noise, played, silence, spikes, square, wandering
from .performance import performance
from .soundness import assert_sound


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("amount", [0.3, 1.0])
def test_a_hostile_network_damages_nothing(kind: str, amount: float) -> None:
    _, signals = performance(1500, noise=0.004)
    signals, seen = holed(signals, (700, 712))

    out = refined(signals, hostile(kind), seen=seen, amount=amount)

    assert_sound(signals, out, seen)
    if kind in ("random", "up", "down", "nan") and amount == 1.0:
        assert not out.verdict.refined
    if not out.verdict.refined:
        np.testing.assert_array_equal(out.signals, signals)


@settings(max_examples=40)
# A picture shown twice beside a pop was drawn half way up to it: an event, it seemed.
@example(make=spikes, kind="small", seed=49, length=28, gaps=[], nan=False, amount=0.2)
# Pictures shown three times: a pop was one only the first time, and what was not next
# to it was drawn on the way to it.
@example(make=square, kind="small", seed=495, length=7, gaps=[], nan=False, amount=1.0)
@given(
    make=st.sampled_from([square, silence, spikes, noise, wandering, played]),
    kind=st.sampled_from(["small", "slow", "flatten", "amplify", "random", "calming"]),
    seed=st.integers(0, 10_000),
    length=st.integers(1, 500),
    gaps=st.lists(st.tuples(st.integers(0, 480), st.integers(1, 50)), max_size=3),
    nan=st.booleans(),
    amount=st.sampled_from([0.2, 1.0]),
)
def test_nothing_is_invented_whatever_comes(
    make: Callable[[np.random.Generator, int], Floats],
    kind: str,
    seed: int,
    length: int,
    gaps: list[tuple[int, int]],
    nan: bool,
    amount: float,
) -> None:
    rng = np.random.default_rng(seed)
    signals, seen = make(rng, length), np.ones(length, bool)
    for first, long in gaps:
        seen[first : first + long] = False
    answer = calming if kind == "calming" else hostile(kind, seed)
    given_signals = signals.copy()
    if nan:
        given_signals[~seen] = np.nan

    out = refined(given_signals, answer, seen=seen, amount=amount)

    if not out.verdict.refined:
        assert out.signals.tobytes() == given_signals.tobytes()
        return
    if nan:
        assert np.isfinite(out.signals).all()
        signals = np.where(seen[:, None], signals, out.signals)
    assert_sound(signals, out, seen, given_signals)


def test_silence_stays_silent() -> None:
    still = np.zeros((400, 58), np.float32)

    out = refined(still, hostile("random"))

    assert not out.verdict.refined and "jitter would grow" in out.verdict.reason
    np.testing.assert_array_equal(out.signals, still)


def test_a_network_that_trembles_a_little_leaves_silence_nearly_silent() -> None:
    still = np.zeros((400, 58), np.float32)

    out = refined(still, hostile("small"))

    assert np.abs(out.signals * SCALE).max() < 0.05 * TIGHT.max()
    assert out.verdict.jitter_after < 1e-5


def test_numbers_that_are_not_finite_veto_the_take() -> None:
    out = refined(performance(300)[1], hostile("nan"))

    assert out.verdict.reason == "the network returned numbers that are not finite"
