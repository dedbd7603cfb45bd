from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, SCALE, SIGNALS, WEIGHTS
from engines.one_euro import OneEuro
from models.motion.filters import (
    MEMBERS,
    Track,
    apart,
    double_exponential,
    kalman,
    one_euro,
    raw,
    shipped_tuning,
    side_by_side,
)
from models.motion.truth import truth_of
from models.motion.tune_filters import (
    DESP,
    GAINS,
    KALMAN,
    KINDS,
    ONE_EURO,
    Kind,
    try_all,
)
from protocols.arrays import Floats
from protocols.channels import CHANNELS, WEIGHTS_SLICE
from tests.models.motion_observed import clock, lively, observed, target_of

JAW = SIGNALS.index("jawOpen")


def f32(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


RUNS: dict[str, Callable[..., Track]] = {
    "One-Euro": lambda f: one_euro(f, f32(1.0), f32(2.0), slope_cutoff=8.0),
    "double exponential": lambda f: double_exponential(f, f32(0.05)),
    "Kalman": lambda f: kalman(f, f32(3000.0)),
}


def test_every_signal_is_in_one_group() -> None:
    assert np.stack(list(MEMBERS.values())).sum(axis=0).tolist() == [1] * COUNT
    assert MEMBERS["jaw"][JAW] and MEMBERS["head"][SIGNALS.index("turn.y")]


def test_one_euro_is_the_daemons() -> None:
    seen = observed(lively(), noise=0.02)
    frames = side_by_side([seen])
    ours = apart(frames, one_euro(frames, *shipped_tuning()).level)[0]
    theirs = OneEuro()
    for values, at_s, said in zip(seen.values, seen.times_s, ours, strict=True):
        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[WEIGHTS_SLICE] = values[WEIGHTS]
        wanted = theirs(vector, float(at_s))[WEIGHTS_SLICE]
        assert said[WEIGHTS] == pytest.approx(wanted, abs=1e-5)


def test_sequences_come_back_as_they_went_in() -> None:
    short, long = observed(lively(4.0)), observed(lively(6.0))
    frames = side_by_side([short, long])
    assert not frames.seen[len(short.times_s) :, 0].any()
    for values, each in zip(
        apart(frames, raw(frames).level), (short, long), strict=True
    ):
        assert values == pytest.approx(each.values, abs=1e-6)


@pytest.mark.parametrize("name", RUNS)
def test_neighbours_do_not_matter(name: str) -> None:
    both = [observed(lively(4.0), noise=0.01), observed(lively(6.0), noise=0.01)]
    together = side_by_side(both)
    said = apart(together, RUNS[name](together).level)
    for each, values in zip(both, said, strict=True):
        alone = side_by_side([each])
        assert apart(alone, RUNS[name](alone).level)[0] == pytest.approx(values)


@pytest.mark.parametrize("name", RUNS)
def test_the_slope_of_a_ramp_is_found(name: str) -> None:
    frames = side_by_side([observed(target_of(jawOpen=0.1 * clock()))])
    track = RUNS[name](frames)
    assert track.slope[-1, 0, JAW] == pytest.approx(0.1, rel=0.02)
    ahead = track.ahead(0.1) - track.level
    assert ahead[-1, 0, JAW] == pytest.approx(0.01, rel=0.02)


@given(
    value=st.floats(-2.0, 2.0, width=32),
    fps=st.floats(10.0, 240.0),
    name=st.sampled_from(sorted(RUNS)),
)
@settings(max_examples=40, deadline=None)
def test_what_stands_still_stays(value: float, fps: float, name: str) -> None:
    target = target_of(2.0, jawOpen=np.full(len(clock(2.0)), value))
    track = RUNS[name](side_by_side([observed(target, fps=fps)]))
    assert track.ahead(0.1)[..., JAW] == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("name", RUNS)
def test_in_a_gap_all_come_to_rest_on_the_last_face(name: str) -> None:
    seen = observed(target_of(jawOpen=0.1 * clock()), gone_s=(3.0, 6.0))
    track = RUNS[name](side_by_side([seen]))
    assert track.ahead(0.1)[-1, 0, JAW] == pytest.approx(seen.values[-1, JAW], abs=0.01)


def test_place_and_turn_are_in_the_networks_units() -> None:
    target = target_of()
    target[:, -1] = 0.1
    seen = observed(target)
    place = side_by_side([seen]).values[0, 0, SIGNALS.index("headPosition.z")]
    assert place == pytest.approx(0.1 * SCALE[-1])


SMALL = Kind("One-Euro", one_euro, ((0.5, 2.0, 8.0), (0.0, 5.0)), ((0.5, 8.0), (5.0,)))


def test_more_jitter_buys_less_error() -> None:
    sets = [observed(lively(), noise=0.03, seed=s) for s in range(3)]
    truth = truth_of(sets, 0.0)
    tried = try_all(SMALL, truth)
    found = []
    for jitter in (0.01, 0.015, 0.03, 0.06):
        tuned = tried.best(jitter)
        said = side_by_side(sets)
        values = tuned.kind.run(said, *tuned.parameters).level
        third = np.abs(np.diff(values, n=3, axis=0))[truth.still].mean()
        assert third <= jitter * 1.001
        wrong = ((values - truth.value) ** 2)[truth.used].mean()
        found.append(float(wrong))
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[0]


def test_groups_are_tuned_apart() -> None:
    # The jaw moves and is clean; the brow stands still and is noisy.
    seen = observed(target_of(jawOpen=0.5 + 0.4 * np.sin(12.0 * clock())))
    brow = SIGNALS.index("browInnerUp")
    seen.values[:, brow] += np.random.default_rng(0).normal(0, 0.03, len(seen.values))
    tuned = try_all(SMALL, truth_of([seen], 0.0)).best()
    assert tuned.parameters[0][JAW] == 8.0
    assert tuned.parameters[0][brow] == 0.5


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_lead_is_tuned_with_gains(kind: Kind) -> None:
    seen = [observed(target_of(jawOpen=0.5 + 0.4 * np.sin(5.0 * clock())))]
    held = truth_of(seen, 0.05)
    tuned = try_all(kind, held).best()
    assert tuned.gain[JAW] in GAINS and tuned.gain[JAW] > 0.0
    said = tuned(seen, 0.05)[0][:, JAW]
    used = held.used[:, 0]
    true = held.value[:, 0, JAW]
    hold = seen[0].values[:, JAW]
    better = np.abs(said - true)[used].mean() / np.abs(hold - true)[used].mean()
    assert better < 0.5


def test_kinds_have_names_of_their_own() -> None:
    assert len({kind.name for kind in (ONE_EURO, DESP, KALMAN)}) == 3
