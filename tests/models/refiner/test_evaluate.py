"""The refiner beside its rivals, in small; and what the command says to mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

pytest.importorskip("scipy", reason="models need SciPy")
pytest.importorskip("torch", reason="the network needs torch")

from engines.motion.signals import SCALE
from engines.runtime.graphs import REFINER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.cli import app
from models.data.motion.noise import DEFAULT
from models.data.recorded.batches import sheet_of
from models.refiner import evaluate as evaluate_refiner
from models.refiner.evaluate import (
    CALM,
    FILLED,
    NETWORK,
    RAW,
    SMOOTHNET,
    TOOL,
    WITHOUT,
    Judged,
    bridged,
    evaluate,
)
from models.refiner.report import as_json, show, write
from models.refiner.sets import synthetic
from models.refiner.smoothers import Kind, butterworth, pchip
from models.refiner.smoothnet import Smoothed, train
from models.training.onnx_file import onnx_bytes
from tests.models.refiner_takes import degraded, take_set, tiny_network

KEYS = (
    *("rmse_ratio", "jitter_ratio", "detail_3_8"),
    *("dropout_ratio", "events_lost", "events_invented"),
)


@pytest.fixture(scope="module", autouse=True)
def few_settings() -> Iterator[None]:
    few = (Kind("Butterworth", butterworth, ((2.0,), (6.0,), (9.0,))),)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate_refiner, "KINDS", few)
        yield


@pytest.fixture(scope="module")
def judged(few_settings: None) -> Judged:
    content = onnx_bytes(tiny_network(), REFINER)
    engines = [OnnxRuntimeEngine(REFINER, content) for _ in range(2)]
    found = evaluate(take_set(0), take_set(9), engines[0], engines[1], pchip)
    for engine in engines:
        engine.close()
    return found


def test_every_method_is_measured_and_the_headline_is_flat(judged: Judged) -> None:
    methods = {RAW, FILLED, "Butterworth", SMOOTHNET, NETWORK, TOOL}
    methods |= {NETWORK + WITHOUT, TOOL + WITHOUT, "Butterworth" + CALM}
    assert set(judged.rows) == methods
    assert judged.best == "Butterworth"
    headline = judged.headline()
    assert set(headline) == {f"{key}_synthetic" for key in KEYS}
    assert headline["rmse_ratio_synthetic"] == pytest.approx(
        judged.rows[TOOL].rmse / judged.rows["Butterworth"].rmse, abs=1e-4
    )
    assert headline["events_lost_synthetic"] == 0.0


def test_rows_say_what_is_so(judged: Judged) -> None:
    rows = judged.rows
    assert rows[RAW].dropout > rows[FILLED].dropout
    assert rows["Butterworth"].jitter < rows[FILLED].jitter
    assert rows["Butterworth"].rmse < rows[FILLED].rmse
    calm = rows["Butterworth" + CALM]
    assert calm.jitter <= 1.2 * max(rows[TOOL].jitter, rows["Butterworth"].jitter)
    # The same network twice.
    assert rows[NETWORK] == rows[NETWORK + WITHOUT]
    assert rows[SMOOTHNET].rmse == pytest.approx(rows[FILLED].rmse, rel=0.2)


def test_all_of_it_is_written_and_shown(judged: Judged, tmp_path: Path) -> None:
    write([judged], ["a remark"], tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {
        *("refined_synthetic.png", "refiner.md", "refiner.json")
    }
    written = json.loads((tmp_path / "refiner.json").read_text())
    assert written["headline"] == judged.headline()
    assert written["synthetic"]["methods"][TOOL]["by_gap"]["longer"] is None
    console = Console(record=True, width=80)
    show([judged], ["a remark"], console)
    text = console.export_text()
    assert "Frechet" in text and "dropout" in text and "a remark" in text
    assert "…" not in text


def test_without_a_network_there_is_no_headline() -> None:
    found = evaluate(take_set(0), take_set(9))
    assert TOOL not in found.rows and found.headline() == {}
    assert as_json([found], [])["headline"] == {}


def test_the_sets_are_the_same_every_time_and_the_splits_differ() -> None:
    one, same, other = (synthetic(s, DEFAULT, 2) for s in ("valid", "valid", "test"))
    for a, b in zip(one.takes, same.takes, strict=True):
        np.testing.assert_array_equal(a.signals, b.signals)
    assert one.takes[0].target.shape == other.takes[0].target.shape
    assert (one.takes[0].target != other.takes[0].target).any()


def test_smoothnet_learns_to_smooth(tmp_path: Path) -> None:
    learn = [sheet_of(degraded(noise=0.03, seed=k)) for k in range(4)]
    train(learn, tmp_path, steps=60, threads=1, batch=4)
    with pytest.raises(FileNotFoundError, match="train first"):
        Smoothed(tmp_path / "nothing")
    test = degraded(noise=0.03, seed=9)
    said = Smoothed(tmp_path)(test)
    assert said.shape == test.signals.shape
    rough, calm = (
        float(np.abs(np.diff(values, n=3, axis=0)).mean())
        for values in (test.signals * SCALE, said)
    )
    assert calm < 0.9 * rough


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", "refiner", "--split", "train"], "expected valid or test"),
        (["evaluate", "refiner", "--run", "nowhere"], "train first"),
        (["evaluate", "refiner", "--smoothnet", "nowhere"], "train first"),
        (["export", "refiner", "--run", "nowhere"], "run.json"),
        (["train", "refiner", "--data", "nowhere"], "none of"),
        (["train", "smoothnet", "--data", "nowhere"], "none of"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_only_gaps_that_are_bridged_count_as_such() -> None:
    take = take_set(0).takes[0]
    seen = np.ones_like(take.seen)
    gaps = [(10, 12), (40, 40 + int(np.searchsorted(take.times_s, 0.7)))]
    for first, end in (*gaps, (len(seen) - 2, len(seen))):
        seen[first:end] = False

    assert bridged(replace(take, seen=seen)) == [(10, 12)]
