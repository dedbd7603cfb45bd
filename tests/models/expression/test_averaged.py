from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch")

import torch

from models.expression import train as train_expression
from models.expression.averaged import average, measure_norms
from models.expression.network import ExpressionNet, Shape
from models.expression.recipe import Recipe
from models.training import checkpoint
from tests.models.faces import made_up

train = partial(train_expression.train, threads=1)
TINY = Shape(widths=(8, 16, 16, 16), depths=(1, 1, 1, 2), dropout=0.0)
QUICK = Recipe(epochs=1, batch=16, warm_up=5, ema=0.9, sizes=((1.0, 32),), lr=0.02)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("runs")
    for seed in (1, 2):
        train(made_up(96), folder / str(seed), replace(QUICK, seed=seed), TINY)
    return [folder / "1", folder / "2"]


def test_weights_are_the_mean_and_norms_are_measured(
    runs: list[Path], tmp_path: Path
) -> None:
    found = average(runs, made_up(96), tmp_path, steps=2)
    assert found["averaged"] == ["1", "2"]
    assert set(found["metrics"]) == {"public", "ferplus_public"}
    one, other = (checkpoint.weights(run) for run in runs)
    mean = checkpoint.weights(tmp_path)
    for name, value in mean.items():
        if "running" not in name and value.is_floating_point():
            torch.testing.assert_close(value, (one[name] + other[name]) / 2.0)
    assert checkpoint.shape_of(tmp_path, Shape) == TINY
    net = ExpressionNet(TINY)
    checkpoint.fill(net, tmp_path)


def test_norms_become_those_of_the_faces() -> None:
    net = ExpressionNet(TINY)
    with torch.no_grad():
        for name, value in net.named_buffers():
            if name.endswith(("running_mean", "running_var")):
                value.fill_(50.0)
    measure_norms(net, made_up(96), steps=3)
    for name, value in net.named_buffers():
        if name.endswith("running_var"):
            assert value.min() > 0.0 and value.max() < 20.0
    assert not net.training


def test_runs_without_a_mean_are_refused(runs: list[Path], tmp_path: Path) -> None:
    faces = made_up(96)
    with pytest.raises(ValueError, match="got 1 run, expected two"):
        average(runs[:1], faces, tmp_path / "out")
    train(faces, tmp_path / "wide", QUICK, replace(TINY, widths=(8, 16, 16, 24)))
    with pytest.raises(ValueError, match="wide: its network is"):
        average([*runs, tmp_path / "wide"], faces, tmp_path / "out")
    assert not (tmp_path / "out").exists()
