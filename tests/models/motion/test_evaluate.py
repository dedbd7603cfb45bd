from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("torch", reason="the network needs torch")

from engines.motion.signals import COUNT, PLACE, SIGNALS
from engines.runtime.graphs import MOTION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.data.motion.noise import DEFAULT, Observed, at
from models.data.motion.performance import perform
from models.data.motion.pieces import cut
from models.motion import evaluate as evaluate_motion
from models.motion.evaluate import LEVELS, Network, evaluate, held
from models.motion.filters import apart, one_euro, side_by_side
from models.motion.network import MotionNet
from models.motion.report import as_json, show, write
from models.motion.results import NETWORK, RAW, Judged, MotionReport
from models.motion.runners import ShippedNetwork, TrainedNetwork
from models.motion.sets import MotionSet, synthetic
from models.motion.step import MotionStep
from models.motion.tables import markdown
from models.motion.tune_filters import DESP, KALMAN, ONE_EURO, Kind
from models.training.onnx_file import onnx_bytes
from protocols.arrays import Floats
from tests.models.motion_observed import clock, lively, observed, target_of


@pytest.fixture(autouse=True)
def few_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ((0.1, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0), (0.0, 10.0), (1.0,), (2.0,))
    small = (
        Kind(ONE_EURO.name, one_euro, grid, grid),
        Kind(DESP.name, DESP.run, ((0.02, 0.1, 0.3),), ((0.02, 0.1),)),
        Kind(KALMAN.name, KALMAN.run, ((1e2, 1e4, 1e6),), ((1e2, 1e5),)),
    )
    monkeypatch.setattr(evaluate_motion, "KINDS", small)


def motion_set(seed: int) -> MotionSet:
    sets = [
        observed(lively(), noise=0.02, gone_s=(3.4, 3.9), seed=seed + k)
        for k in range(3)
    ]
    return MotionSet("synthetic", tuple(sets), np.ones(COUNT, dtype=np.bool_))


def one_euro_network(
    observed: Sequence[Observed], lead_s: float, steadiness: float
) -> list[Floats]:
    """Stand for a network that is no better than a filter."""
    frames = side_by_side(observed)
    cutoff = np.full(COUNT, 8.0 * 0.005**steadiness, dtype=np.float32)
    return apart(frames, one_euro(frames, cutoff, np.zeros_like(cutoff)).level)


def seer(
    observed: Sequence[Observed], lead_s: float, steadiness: float
) -> list[Floats]:
    """Stand for a network that knows the future, and trembles as it is told to."""
    rng = np.random.default_rng(0)
    out = []
    for each in observed:
        true = at(each.target, each.times_s + lead_s)
        noise = 0.02 * 0.05**steadiness * rng.standard_normal(true.shape)
        out.append((true + noise).astype(np.float32))
    return out


def judged_by(network: Network | None) -> Judged:
    return evaluate(motion_set(0), motion_set(100), network)


def test_who_knows_the_future_has_no_lag() -> None:
    judged = judged_by(seer)
    assert not judged.unmatched
    for level in LEVELS:
        ours, theirs = judged.rows[NETWORK, level], judged.rows[ONE_EURO.name, level]
        assert ours.jitter == pytest.approx(theirs.jitter, rel=0.05)
    worst = judged.worst()
    assert worst["lag_ratio"] < 0.3 and worst["rmse_ratio"] < 0.6
    assert worst["rmse_ratio_lead50"] < 0.3 and worst["dropout_ratio"] < 0.3
    assert worst["blink_peak"] == pytest.approx(1.0, abs=0.05)


def test_a_filter_in_disguise_does_not_win() -> None:
    judged = judged_by(one_euro_network)
    assert not judged.unmatched
    worst = judged.worst()
    assert worst["rmse_ratio"] > 0.99
    assert worst["rmse_ratio_lead50"] > 0.99
    assert worst["dropout_ratio"] > 0.9


def test_steadier_levels_ask_for_more_steadiness() -> None:
    steadiness = list(judged_by(seer).steadiness.values())
    assert steadiness == sorted(steadiness, reverse=True)


def test_a_network_that_cannot_be_calm_is_told_of() -> None:
    def nervous(
        observed: Sequence[Observed], lead_s: float, steadiness: float
    ) -> list[Floats]:
        return held(observed, lead_s)

    report = MotionReport({"synthetic": judged_by(nervous)})
    assert report.judged["synthetic"].unmatched == list(LEVELS)
    assert report.headline()["unmatched_synthetic"] == len(LEVELS)


def test_without_a_network_there_are_filters_and_no_headline() -> None:
    made_up = synthetic("valid", DEFAULT, 3)
    judged = evaluate(made_up, made_up)
    assert judged.ratios() == {} and judged.headline() == {}
    assert {name for name, _ in judged.rows} >= {RAW, ONE_EURO.name, KALMAN.name}
    calm, quick = (judged.rows[ONE_EURO.name, k] for k in ("steady", "quick"))
    assert calm.jitter < quick.jitter < judged.rows[RAW, ""].jitter


def test_a_method_that_breaks_down_is_an_error() -> None:
    def broken(
        observed: Sequence[Observed], lead_s: float, steadiness: float
    ) -> list[Floats]:
        return [np.full_like(each.values, np.nan) for each in observed]

    with pytest.raises(ValueError, match="not finite"):
        judged_by(broken)


def test_the_headline_is_the_worst_level() -> None:
    judged = judged_by(seer)
    headline = judged.headline()
    ratios = judged.ratios()
    assert headline["lag_ratio_synthetic"] == pytest.approx(
        max(ratios["lag_ratio"].values()), abs=1e-4
    )
    assert headline["blink_peak_synthetic"] == pytest.approx(
        min(ratios["blink_peak"].values()), abs=1e-4
    )


def test_the_report_is_written_and_printed(tmp_path: Path) -> None:
    report = MotionReport({"synthetic": judged_by(seer)}, ["a [motion] remark"])
    write(report, tmp_path)
    found = json.loads((tmp_path / "motion.json").read_text())
    assert found["headline"] == report.headline() == as_json(report)["headline"]
    assert set(found["synthetic"]["ratios"]["lag_ratio"]) == set(LEVELS)
    for name in ("pareto.png", "before_after_synthetic.png"):
        assert (tmp_path / name).read_bytes()[:4] == b"\x89PNG"
    console = Console(width=200, record=True)
    show(report, console)
    text = console.export_text()
    assert "network, steady" in text and "a [motion] remark" in text
    lines = markdown(report.judged["synthetic"]).splitlines()
    assert len({line.count("|") for line in lines}) == 1


def test_made_up_sets_are_the_same_every_time_and_differ_by_split() -> None:
    one, again = synthetic("test", DEFAULT, 2), synthetic("test", DEFAULT, 2)
    other = synthetic("valid", DEFAULT, 2)
    for a, b, c in zip(one.observed, again.observed, other.observed, strict=True):
        assert np.array_equal(a.values, b.values)
        assert not np.array_equal(a.target, c.target)


def test_a_performance_in_pieces() -> None:
    whole = perform(27.0, np.random.default_rng(0))
    pieces = cut(whole)
    assert [len(piece.signals) for piece in pieces] == [1200, 1200, 840]
    joined = np.concatenate([piece.signals for piece in pieces])
    assert np.array_equal(joined, whole.signals[: len(joined)])
    assert len(cut(perform(12.0, np.random.default_rng(0)))) == 1


def test_what_ships_is_what_was_trained() -> None:
    net = MotionNet()
    # Far from its limits: weights near a half, so that nothing is cut off at 0 or 1.
    target = target_of(3.0, **{name: 0.5 * np.ones(360) for name in SIGNALS[:52]})
    target[:, SIGNALS.index("jawOpen")] += 0.1 * np.sin(2.0 * clock(3.0))
    target[:, PLACE] = (0.0, 0.1, -0.5)
    sets = (observed(target, noise=0.001, gone_s=(1.0, 1.2)),)
    content = onnx_bytes(MotionStep(net), MOTION)
    ships = ShippedNetwork(OnnxRuntimeEngine(MOTION, content))
    try:
        for lead_s in (0.0, 0.05):
            ours = TrainedNetwork(net)(sets, lead_s, 0.3)[0]
            theirs = ships(sets, lead_s, 0.3)[0]
            assert np.abs(ours - theirs).max() < 0.005
    finally:
        ships.close()
    assert ships.guarded == 0
