"""The stretches and windows in which a take is refined."""

import numpy as np
import pytest

from engines.motion.signals import COUNT, PLACE, SCALE, TURN
from engines.refine.chunks import CHUNK, HOP, SIDES, SIGN, chunks_of, refine_chunk
from engines.refine.defects import TIGHT, WIDE
from engines.refine.frames import frames_of
from engines.refine.refiner import Refiner
from protocols.arrays import Floats
from protocols.channels import INDEX

from .asked import refined
from .networks import FakeRefinerEngine, calming, nothing
from .performance import LIDS, performance


def test_a_part_does_not_depend_on_what_is_far_away() -> None:
    count = 2 * CHUNK + 700
    _, here = performance(count)
    _, there = performance(count, seed=5, noise=0.02)
    there[4000:5000] = here[4000:5000]
    shorter = here[: CHUNK + 2000]

    long, other, short = (refined(v).signals for v in (here, there, shorter))

    np.testing.assert_allclose(other[4400:4600], long[4400:4600], atol=1e-5)
    np.testing.assert_allclose(short[: CHUNK + 1500], long[: CHUNK + 1500], atol=1e-5)


def test_stretches_meet_without_a_seam() -> None:
    _, signals = performance(CHUNK + 1000)
    times = np.arange(len(signals)) / 60.0
    seen = np.ones(len(signals), bool)
    late = 300 / 60.0

    whole = Refiner(FakeRefinerEngine(calming))(times, signals, seen).signals
    cut = Refiner(FakeRefinerEngine(calming))(
        times[300:] - late, signals[300:], seen[300:]
    ).signals

    middle = slice(CHUNK - 100, CHUNK + 100)
    np.testing.assert_allclose(
        cut[middle.start - 300 : middle.stop - 300], whole[middle], atol=2e-3
    )


def test_frames_at_odd_times_and_after_a_jump_of_the_clock() -> None:
    rng = np.random.default_rng(1)
    times = np.cumsum(rng.uniform(0.01, 0.05, 500))
    times[250:] += 3e7  # a year: no sample is made for it
    _, signals = performance(500)

    out = Refiner(FakeRefinerEngine(calming))(times, signals, np.ones(500, bool))

    assert np.isfinite(out.signals).all()
    assert (np.abs(out.signals - signals) <= WIDE / SCALE + 1e-6).all()


def test_left_and_right_are_treated_alike() -> None:
    def lopsided(window: Floats) -> Floats:
        out = calming(window)
        out[0, LIDS[0]] += 0.3
        return out

    _, signals = performance(600)
    mirrored = (signals[:, SIDES] * SIGN).astype(np.float32)

    out, back = refined(signals, lopsided), refined(mirrored, lopsided)

    np.testing.assert_allclose(back.signals[:, SIDES] * SIGN, out.signals, atol=1e-6)


def test_sides_swap_by_name() -> None:
    assert SIDES[INDEX["mouthLeft"]] == INDEX["mouthRight"]
    np.testing.assert_array_equal(SIDES[SIDES], np.arange(COUNT))
    assert SIGN[TURN].tolist() == [1, -1, -1] and SIGN[PLACE].tolist() == [-1, 1, 1]


def test_windows_fade_to_the_whole_of_what_the_network_says() -> None:
    engine = FakeRefinerEngine(lambda window: np.full((1, COUNT, 256), 0.5))
    # At rest throughout, so that nothing is left to be stilled.
    signals = np.repeat(performance(1)[1], 1000, axis=0)
    every = np.ones(1000, bool)
    frames = frames_of(np.arange(1000) / 60.0, signals, every, ~every)
    ((start, part),) = chunks_of(frames)

    mended = refine_chunk(engine, frames, start, part)

    change = (mended.target - mended.base) * SCALE / TIGHT
    calm = ~mended.pop.any(axis=1)
    assert np.median(change[calm]) == pytest.approx(0.5, abs=1e-5)
    symmetric = SIGN > 0
    assert change[calm][:, symmetric].min() > 0.499
    assert np.abs(change[calm][:, ~symmetric]).max() < 1e-5
    assert engine.runs == 2 * (1000 // HOP + 4)


def test_nobody_there_costs_no_network() -> None:
    engine = FakeRefinerEngine(calming)
    _, signals = performance(600)

    Refiner(engine)(np.arange(600) / 60.0, signals, np.zeros(600, bool))

    assert engine.runs == 0


def test_progress_is_told_of_every_frame() -> None:
    _, signals = performance(CHUNK + 10)
    spans: list[int] = []

    Refiner(FakeRefinerEngine(nothing))(
        np.arange(len(signals)) / 60.0,
        signals,
        np.ones(len(signals), bool),
        progress=spans.append,
    )

    assert spans == [CHUNK, 10]
