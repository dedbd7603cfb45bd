"""The network that ships, on takes that nobody would record: nothing is damaged.

What hostile networks are kept from stands in `test_refiner_hostile.py`; this is what a
user gets.
"""

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from engines.motion.signals import SCALE
from engines.refine.defects import TIGHT
from engines.refine.refiner import Refiner
from engines.runtime.graphs import REFINER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from protocols.arrays import Floats

from .odd_takes import noise, played, silence, spikes, square, wandering
from .performance import performance
from .soundness import assert_sound

Make = Callable[[np.random.Generator, int], Floats]


@pytest.fixture(scope="module")
def refiner() -> Iterator[Refiner]:
    refiner = Refiner(OnnxRuntimeEngine(REFINER, find_weights("refiner").read()))
    yield refiner
    refiner.close()


@pytest.mark.parametrize("amount", [0.4, 1.0])
@pytest.mark.parametrize("make", [square, silence, spikes, noise, wandering, played])
def test_odd_takes_come_back_sound(refiner: Refiner, make: Make, amount: float) -> None:
    for seed in range(2):
        signals = make(np.random.default_rng(seed), 400)
        seen = np.ones(400, bool)
        seen[150:165] = seen[250:300] = seen[:3] = False
        out = refiner(np.arange(400) / 60.0, signals, seen, amount=amount)
        assert_sound(signals, out, seen)
        if not out.verdict.refined:
            assert out.signals.tobytes() == signals.tobytes()


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_silence_stays_silent(refiner: Refiner, level: float) -> None:
    still = np.full((400, 58), level, np.float32)
    out = refiner(np.arange(400) / 60.0, still, np.ones(400, bool))
    assert np.abs((out.signals - still) * SCALE).max() < 0.25 * TIGHT.max()
    assert out.verdict.jitter_after < 1e-3


def test_square_waves_keep_their_edges(refiner: Refiner) -> None:
    signals = square(np.random.default_rng(3), 600)
    out = refiner(np.arange(600) / 60.0, signals, np.ones(600, bool))
    middle = signals.max() / 2.0
    np.testing.assert_array_equal(out.signals > middle, signals > middle)


@pytest.mark.parametrize("gap", [(100, 101), (100, 128), (100, 250), (0, 40)])
def test_gaps_of_nan_come_back_finite_and_nothing_else_moves_far(
    refiner: Refiner, gap: tuple[int, int]
) -> None:
    _, signals = performance(400)
    first, last = gap
    signals[first:last] = np.nan
    out = refiner(np.arange(400) / 60.0, signals, np.ones(400, bool))
    assert np.isfinite(out.signals).all() and out.verdict.refined
    away = np.abs(out.signals - signals) * SCALE
    far = np.ones(400, bool)
    far[max(first - 60, 0) : last + 60] = False
    # A leap that was there may go.
    assert np.median(away[far].max(axis=1)) <= TIGHT.max()


def test_a_take_of_nothing_but_nan_is_at_rest(refiner: Refiner) -> None:
    nothing = np.full((120, 58), np.nan, np.float32)
    out = refiner(np.arange(120) / 60.0, nothing, np.ones(120, bool))
    assert not np.nan_to_num(out.signals).any()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 17])
def test_a_take_of_a_few_frames_stays_what_it_was(refiner: Refiner, count: int) -> None:
    _, signals = performance(400)
    signals = signals[100 : 100 + count]
    seen = np.ones(count, bool)
    out = refiner(np.arange(count) / 60.0, signals, seen)
    assert out.signals.shape == (count, 58)
    assert_sound(signals, out, seen)


@pytest.mark.slow
def test_two_hours_with_a_face_now_and_then_take_bounded_memory(
    refiner: Refiner,
) -> None:
    count, there = 2 * 3600 * 60, 20 * 60
    _, played_once = performance(there)
    signals = np.zeros((count, 58), np.float32)
    seen = np.zeros(count, bool)
    for first in (0, count // 2 - 777, count - there):
        signals[first : first + there] = played_once
        seen[first : first + there] = True
    told: list[int] = []
    tracemalloc.start()
    out = refiner(np.arange(count) / 60.0, signals, seen, progress=told.append)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.5 * signals.nbytes and sum(told) == count
    assert out.verdict.refined and out.verdict.jitter_after < out.verdict.jitter_before
    assert out.signals[~seen].tobytes() == signals[~seen].tobytes()
    assert (out.signals[seen] != signals[seen]).any()
