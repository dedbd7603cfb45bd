"""Networks that mean ill, and takes that nobody would record: nothing is damaged."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.motion.signals import SCALE, WEIGHTS
from engines.refine.defects import TIGHT, WIDE
from engines.refine.events import blinks, closures
from engines.refine.frames import frames_of
from engines.refine.grid import Mask, distance
from engines.refine.refiner import Refined
from engines.refine.stretch import mend, stretches

from .asked import holed, refined
from .networks import (
    KINDS,
    FakeRefinerEngine,
    Floats,
    calming,
    hostile,
    nothing,
)
from .performance import CLOSE, JAW, LIDS, performance


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


def assert_sound(
    signals: Floats, out: Refined, seen: Mask, recorded: Floats | None = None
) -> None:
    """Assert that nothing was lost, invented, or moved beyond what is allowed.

    What was recorded says which frames are missing, if it is not the signals.
    """
    recorded = signals if recorded is None else recorded
    assert np.isfinite(out.signals).all()
    weights = out.signals[:, WEIGHTS]
    assert weights.min() >= min(signals[:, WEIGHTS].min(), 0.0)
    assert weights.max() <= max(signals[:, WEIGHTS].max(), 1.0)
    times = np.arange(len(signals)) / 60.0
    frames = frames_of(times, recorded, seen, ~seen & False)
    engine = FakeRefinerEngine(nothing)
    parts = [mend(engine, frames, start, part) for start, part in stretches(frames)]
    pop = np.concatenate([mended.pop for mended in parts])
    near = distance(frames.missing) <= 8
    wide = near[:, None] | np.stack([distance(k) <= 8 for k in pop.T], axis=1)
    limit = np.where(wide, WIDE, TIGHT) / SCALE
    held = seen & ~frames.missing
    away = np.abs(out.signals - signals)
    assert (away[held] <= limit[held] + 1e-5).all()
    # What nobody saw has no events: straight lines there.
    unseen = frames.gap[:, None] | pop
    for find, value in ((blinks, lids_of), (closures, lips_of)):
        was, now = (find(value(straight(v, unseen))) for v in (signals, out.signals))
        assert len(was) == len(now)
        for before, after in zip(was, now, strict=True):
            assert before.first <= after.last and before.last >= after.first


def straight(signals: Floats, unseen: Mask) -> Floats:
    out = signals.copy()
    at = np.arange(len(signals))
    for k in (*LIDS, JAW, CLOSE):
        known = ~unseen[:, k]
        if known.any():
            out[:, k] = np.interp(at, at[known], signals[known, k])
    return out


def lids_of(signals: Floats) -> Floats:
    out: Floats = signals[:, LIDS].mean(axis=1)
    return out


def lips_of(signals: Floats) -> Floats:
    return signals[:, JAW] - signals[:, CLOSE]


def square(rng: np.random.Generator, n: int) -> Floats:
    period = int(rng.integers(3, 60))
    high = (np.arange(n)[:, None] + np.arange(58) * 3) // period % 2 == 1
    return np.asarray(np.where(high, rng.uniform(0.1, 1.0), 0.0), np.float32)


def silence(rng: np.random.Generator, n: int) -> Floats:
    return np.full((n, 58), rng.choice([0.0, 0.3]), np.float32)


def spikes(rng: np.random.Generator, n: int) -> Floats:
    out = np.full((n, 58), 0.1, np.float32)
    out[rng.integers(0, n, 8), rng.integers(0, 58, 8)] = 1.0
    return out


def noise(rng: np.random.Generator, n: int) -> Floats:
    return rng.uniform(0.0, 1.0, (n, 58)).astype(np.float32)


def wandering(rng: np.random.Generator, n: int) -> Floats:
    steps = rng.normal(0.0, rng.uniform(0.005, 0.06), (n, 58))
    return np.asarray(np.clip(0.4 + np.cumsum(steps, axis=0), 0.0, 1.0), np.float32)


def played(rng: np.random.Generator, n: int) -> Floats:
    return performance(n, seed=int(rng.integers(99)))[1]


@settings(max_examples=40)
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

    assert out.verdict.reason == "the network gave numbers that are not finite"
