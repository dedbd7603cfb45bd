import tracemalloc

import numpy as np
import pytest

from engines.motion.signals import COUNT, PLACE, SCALE
from engines.refine.defects import LOCK_FADE, WIDE
from engines.refine.refiner import NO_CHANGE, Refined, Refiner
from engines.runtime.graphs import REFINER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from protocols.arrays import Floats

from .asked import holed, refined
from .networks import (
    Answer,
    FakeRefinerEngine,
    calming,
    calming_graph,
    hostile,
    nothing,
)
from .performance import performance


def test_jitter_goes_and_what_happens_stays() -> None:
    _, clean = performance(1200, noise=0.0)
    _, signals = performance(1200)

    out = refined(signals)

    assert out.verdict.refined and out.verdict.reason == "nothing was damaged"
    assert out.verdict.jitter_after < 0.5 * out.verdict.jitter_before
    assert np.abs(out.signals - clean).mean() < 0.8 * np.abs(signals - clean).mean()
    assert out.signals.dtype == np.float32
    assert out.spans == ()


def test_a_change_that_is_a_little_too_much_is_lessened() -> None:
    _, signals = performance(600, noise=0.03)

    def more(times: float) -> Refined:
        return refined(signals, lambda window: times * calming(window))

    enough, little, much = more(1.4), more(1.5), more(1.7)

    assert enough.verdict.reason == "nothing was damaged"
    assert little.verdict.reason == "nothing was damaged, with 97% of the change"
    assert 0.97 * enough.verdict.healthy_rms < little.verdict.healthy_rms
    assert not much.verdict.refined and "would change by" in much.verdict.reason
    np.testing.assert_array_equal(much.signals, signals)


def test_a_network_that_changes_nothing_leaves_every_bit() -> None:
    for fps in (24.0, 30.0, 59.94, 60.0, 120.0):
        _, signals = performance(300, fps=fps)

        out = refined(signals, nothing, fps=fps)

        assert out.verdict.refined and out.guarded == ()
        np.testing.assert_array_equal(out.signals, signals)


@pytest.mark.parametrize("fps", [24.0, 30.0, 59.94, 60.0, 120.0])
def test_short_gaps_are_drawn_and_long_ones_left(fps: float) -> None:
    _, clean = performance(600, fps=fps, noise=0.0)
    short, long = (100, 100 + int(0.2 * fps)), (300, 300 + int(0.8 * fps))
    signals, seen = holed(clean, short, long, (590, 600))

    out = refined(signals, nothing, fps=fps, seen=seen)

    gap = slice(*short)
    was, now = (
        np.abs(v[gap, 20:50] - clean[gap, 20:50]) for v in (signals, out.signals)
    )
    assert now.mean() < 0.5 * was.mean()
    rest = np.ones(600, bool)
    rest[gap] = False
    np.testing.assert_array_equal(out.signals[rest], signals[rest])
    spans = [(span.kind, span.first, span.last, span.done) for span in out.spans]
    assert spans == [
        ("gap", short[0], short[1] - 1, "repaired"),
        ("lost", long[0], long[1] - 1, "left"),
        ("lost", 590, 599, "left"),
    ]
    assert out.spans[1].why == "needs an animator"


def test_a_picture_shown_twice_is_replaced() -> None:
    _, clean = performance(300, noise=0.0)
    signals = clean.copy()
    signals[150] = signals[149]

    out = refined(signals, nothing)

    off = np.abs(out.signals[150] - clean[150]).max()
    assert off < 0.3 * np.abs(signals[150] - clean[150]).max()
    assert [(s.kind, s.first, s.last) for s in out.spans] == [("repeat", 150, 150)]


def test_amount_is_a_blend_and_nothing_at_zero() -> None:
    signals, seen = holed(performance(400)[1], (200, 210))
    whole = refined(signals, nothing, seen=seen)
    half = refined(signals, nothing, seen=seen, amount=0.5)
    none = refined(signals, hostile("random"), seen=seen, amount=0.0)

    np.testing.assert_allclose(half.signals, 0.5 * (signals + whole.signals), atol=1e-6)
    np.testing.assert_array_equal(none.signals, signals)
    assert not none.verdict.refined and none.verdict.reason == NO_CHANGE
    assert [(s.kind, s.done, s.why) for s in none.spans] == [("gap", "left", NO_CHANGE)]


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan")])
def test_an_amount_that_is_none_is_refused(amount: float) -> None:
    with pytest.raises(ValueError, match="amount is"):
        refined(performance(10)[1], amount=amount)


def test_locks_keep_every_bit_and_the_change_fades_toward_them() -> None:
    signals, seen = holed(performance(600)[1], (300, 312))
    locked = np.zeros(600, bool)
    locked[100:140] = locked[305:307] = True

    def up(window: Floats) -> Floats:
        return np.full((1, COUNT, window.shape[2]), 0.2, np.float32)

    out = refined(signals, up, seen=seen, locked=locked)

    assert out.verdict.refined
    np.testing.assert_array_equal(out.signals[locked], signals[locked])
    change = np.abs(out.signals - signals)[:, 46]
    assert change[140] < 0.1 * change[140 + int(LOCK_FADE)]
    assert 0 < change[143] < change[146] < change[149]
    assert [(s.first, s.last) for s in out.spans] == [(300, 304), (307, 311)]
    assert np.isfinite(out.signals).all()


def test_a_locked_frame_that_cannot_be_read_keeps_its_bits() -> None:
    signals = performance(300)[1]
    signals[150] = np.nan
    locked = np.zeros(300, bool)
    locked[150] = True

    out = refined(signals, locked=locked)

    assert np.isnan(out.signals[150]).all()
    assert np.isfinite(np.delete(out.signals, 150, axis=0)).all()


def test_frames_of_nan_are_gaps_and_come_back_finite() -> None:
    _, clean = performance(600, noise=0.0)
    signals = clean.copy()
    signals[:20] = signals[100:106] = signals[200:300] = np.nan
    signals[400, 3] = np.inf
    signals[420, PLACE] = 1e20

    out = refined(signals, nothing)

    assert np.isfinite(out.signals).all()
    assert np.abs(out.signals[100:106] - clean[100:106]).max() < 0.1
    assert np.abs(out.signals[[400, 420]] - clean[[400, 420]]).max() < 0.05
    kinds = [(s.kind, s.first, s.last) for s in out.spans]
    assert kinds == [
        ("lost", 0, 19),
        ("gap", 100, 105),
        ("lost", 200, 299),
        ("gap", 400, 400),
        ("gap", 420, 420),
    ]


def test_a_take_of_nothing_but_nan_is_at_rest() -> None:
    out = refined(np.full((50, 58), np.nan, np.float32))

    assert not out.signals.any() and [s.kind for s in out.spans] == ["lost"]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 127, 128, 129, 256, 257])
@pytest.mark.parametrize("answer", [nothing, calming, hostile("slow"), hostile("up")])
def test_takes_of_any_length(count: int, answer: Answer) -> None:
    _, signals = performance(count)

    out = refined(signals, answer)

    assert out.signals.shape == signals.shape and np.isfinite(out.signals).all()
    assert (np.abs(out.signals - signals) <= WIDE / SCALE + 1e-6).all()
    if answer is nothing:
        np.testing.assert_array_equal(out.signals, signals)


def test_the_same_take_gives_the_same_bits() -> None:
    _, signals = performance(700)

    assert refined(signals).signals.tobytes() == refined(signals).signals.tobytes()


def test_a_real_engine_does_as_the_fake_does() -> None:
    _, signals = performance(500)
    engine = OnnxRuntimeEngine(REFINER, calming_graph())
    refiner = Refiner(engine)

    out = refiner(np.arange(500) / 60.0, signals, np.ones(500, bool))
    refiner.close()
    refiner.close()

    np.testing.assert_allclose(out.signals, refined(signals).signals, atol=1e-5)


@pytest.mark.parametrize(
    ("times", "shape", "seen"),
    [
        ([], (0, 58), 0),
        ([0, 1], (2, 57), 2),
        ([0, 1], (2, 58), 1),
        ([1, 1], (2, 58), 2),
    ],
)
def test_frames_that_do_not_fit_are_refused(
    times: list[float], shape: tuple[int, int], seen: int
) -> None:
    refiner = Refiner(FakeRefinerEngine(nothing))
    with pytest.raises(ValueError, match="refine:"):
        refiner(
            np.array(times, float), np.zeros(shape, np.float32), np.ones(seen, bool)
        )


@pytest.mark.slow
def test_two_hours_take_bounded_memory() -> None:
    count = 2 * 3600 * 60
    _, minute = performance(3600)
    signals = np.tile(minute, (count // 3600, 1))
    seen = np.ones(count, bool)
    seen[100_000:100_020] = seen[300_000:301_000] = False
    tracemalloc.start()

    out = refined(signals, nothing, seen=seen)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # The take before, after, and what leapt; beyond that a few numbers a frame.
    assert peak < 3.5 * signals.nbytes
    assert out.verdict.refined and out.signals.shape == signals.shape
