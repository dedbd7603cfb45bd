from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="models need SciPy")

from engines.motion.signals import COUNT, TURN, WEIGHTS
from models.data.motion.noise import DEFAULT, Noise, NoiseError, at, corrupt
from models.data.motion.performance import RATE, Performance, perform
from protocols.channels import ARKIT, INDEX

SILENT = replace(
    DEFAULT,
    level=(0.0,) * COUNT,
    pops_per_s=0.0,
    gaps_per_s=0.0,
    repeats=0.0,
    skips=0.0,
    jitter_s=0.0,
    exposure_s=(0.0, 0.0),
)


def made(seconds: float = 10.0, seed: int = 0) -> Performance:
    return perform(seconds, np.random.default_rng(seed))


def held(value: float, seconds: float = 20.0) -> Performance:
    """Return a face that does nothing, every weight at one value."""
    n = round(seconds * RATE)
    signals = np.zeros((n, COUNT), dtype=np.float32)
    signals[:, WEIGHTS] = value
    expression = np.zeros((n, 8), dtype=np.float32)
    expression[:, 0] = 1.0
    return Performance(signals, expression, (), (), "held")


@given(st.integers(0, 10_000), st.floats(10.0, 120.0))
@settings(max_examples=25, deadline=None)
def test_what_is_seen_is_plausible_at_any_rate(seed: int, fps: float) -> None:
    rng = np.random.default_rng(seed)
    performance = perform(6.0, rng)
    seen = corrupt(performance, DEFAULT, fps, rng)
    n = len(seen.times_s)
    assert 0.8 * 6.0 * fps < n < 1.2 * 6.0 * fps
    assert (np.diff(seen.times_s) > 0.0).all()
    assert seen.times_s[0] >= 0.0
    assert seen.times_s[-1] <= (len(seen.target) - 1) / RATE
    assert seen.values.shape == (n, COUNT)
    assert np.isfinite(seen.values).all()
    weights = seen.values[:, WEIGHTS]
    assert weights.min() >= 0.0
    assert weights.max() <= 1.0
    assert seen.seen[0]
    assert not seen.confidence[~seen.seen].any()
    assert (seen.confidence[seen.seen] > 0.0).all()
    assert seen.confidence.max() <= 1.0
    assert seen.target.shape == performance.signals.shape
    sums = seen.expression.sum(axis=1)
    assert ((np.abs(sums - 1.0) < 1e-4) | (sums == 0.0)).all()


def test_without_noise_the_target_is_seen() -> None:
    seen = corrupt(made(), SILENT, 30.0, np.random.default_rng(0))
    np.testing.assert_allclose(seen.values, at(seen.target, seen.times_s), atol=1e-5)
    assert seen.seen.all()


def test_exposure_makes_what_is_seen_late() -> None:
    """A head that turns evenly is seen where it was half an exposure before."""
    performance = held(0.3)
    performance.signals[:, TURN.start] = np.arange(len(performance.signals)) / RATE
    noise = replace(SILENT, exposure_s=(0.02, 0.02))
    seen = corrupt(performance, noise, 30.0, np.random.default_rng(0))
    now = at(seen.target, seen.times_s)[10:, TURN.start]
    speed = float(np.diff(seen.target[:, TURN.start]).mean()) * RATE
    late = (now - seen.values[10:, TURN.start]) / speed
    np.testing.assert_allclose(late, 0.01, atol=2e-4)


def test_noise_is_as_loud_as_it_says_and_quiet_at_rest() -> None:
    plain = replace(
        DEFAULT,
        loud=0.0,
        loud_curve=0.0,
        pops_per_s=0.0,
        gaps_per_s=0.0,
        gain=(1.0, 0.0),
        bias=0.0,
        cross=(0.0, 0.0),
        repeats=0.0,
    )
    rng = np.random.default_rng(1)
    half = corrupt(held(0.5, 120.0), plain, 30.0, rng)
    jaw = INDEX["jawOpen"]
    error = half.values[:, jaw] - half.target[0, jaw]
    assert error.std() == pytest.approx(plain.level[jaw], rel=0.15)
    rest = corrupt(held(0.0, 60.0), plain, 30.0, rng)
    assert rest.values[:, jaw].std() < 0.1 * plain.level[jaw]


def test_both_sides_err_alike() -> None:
    quiet = replace(DEFAULT, pops_per_s=0.0, gain=(1.0, 0.0), bias=0.0)
    seen = corrupt(held(0.5, 60.0), quiet, 30.0, np.random.default_rng(2))
    for name in ("mouthSmile", "browDown", "eyeBlink"):
        left, right = (seen.values[:, INDEX[name + s]] for s in ("Left", "Right"))
        assert np.corrcoef(left, right)[0, 1] > 0.9


def test_values_are_held_where_nobody_is_seen() -> None:
    noise = replace(DEFAULT, gaps_per_s=1.0)
    seen = corrupt(made(20.0), noise, 30.0, np.random.default_rng(3))
    gone = np.flatnonzero(~seen.seen)
    assert len(gone) > 20
    np.testing.assert_array_equal(seen.values[gone], seen.values[gone - 1])
    assert not seen.expression[gone].any()


def test_confidence_falls_before_a_gap() -> None:
    noise = replace(DEFAULT, gaps_per_s=0.5)
    before, far = [], []
    for seed in range(20):
        seen = corrupt(held(0.3), noise, 30.0, np.random.default_rng(seed))
        last = np.flatnonzero(seen.seen[:-1] & ~seen.seen[1:])
        before += seen.confidence[last].tolist()
        far.append(float(np.median(seen.confidence[seen.seen])))
    assert np.mean(before) < np.mean(far) - 0.15


def test_gaps_are_short_and_long() -> None:
    noise = replace(DEFAULT, gaps_per_s=0.1)
    lengths: list[int] = []
    for seed in range(40):
        seen = corrupt(held(0.3), noise, 30.0, np.random.default_rng(seed)).seen
        edges = np.flatnonzero(np.diff(np.concatenate([[True], seen, [True]])))
        lengths += (edges[1::2] - edges[::2]).tolist()
    assert min(lengths) <= 2
    assert 30 < max(lengths) <= 130


def test_a_repeated_frame_shows_the_picture_before() -> None:
    noise = replace(SILENT, repeats=0.3)
    seen = corrupt(made(), noise, 30.0, np.random.default_rng(4))
    same = (np.diff(seen.values, axis=0) == 0.0).all(axis=1)
    assert 0.15 < same.mean() < 0.45


def test_at_is_linear_and_held_at_the_ends() -> None:
    target = np.array([[0.0], [1.0], [3.0]], dtype=np.float32)
    times = np.array([-1.0, 0.0, 0.5 / RATE, 1.5 / RATE, 2.0 / RATE, 9.0])
    np.testing.assert_allclose(
        at(target, times)[:, 0], [0.0, 0.0, 0.5, 2.0, 3.0, 3.0], atol=1e-6
    )


@pytest.mark.parametrize("fps", [4.0, 241.0, float("nan")])
def test_a_rate_out_of_range_is_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="fps"):
        corrupt(made(2.0), DEFAULT, fps, np.random.default_rng(0))


def test_noise_is_written_by_name_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "noise.json"
    other = replace(DEFAULT, slow_s=0.05, level=tuple(np.linspace(0.001, 0.05, COUNT)))
    other.write(path)
    assert json.loads(path.read_text())["level"]["jawOpen"] > 0.0
    again = Noise.read(path)
    np.testing.assert_allclose(again.level, other.level, atol=1e-6)
    assert replace(again, level=other.level) == other


def test_what_a_file_leaves_out_is_as_by_default(tmp_path: Path) -> None:
    path = tmp_path / "noise.json"
    path.write_text('{"pop": 0.5}')
    assert Noise.read(path) == replace(DEFAULT, pop=0.5)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", '{"popp": 1}', '{"level": {"jawOpen": 0.1}}'),
        *('{"white": 0.9}', '{"slow_s": 0}', '{"twins": 2}', '{"slow_s": "no"}'),
    ],
)
def test_a_file_that_is_no_noise_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "noise.json"
    path.write_text(text)
    with pytest.raises(NoiseError, match=r"noise\.json"):
        Noise.read(path)


def test_every_signal_has_a_level() -> None:
    assert len(DEFAULT.level) == len(ARKIT) + 6
    assert min(DEFAULT.level) > 0.0
