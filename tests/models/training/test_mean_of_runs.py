from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs torch")

import torch
from typer.testing import CliRunner

from models.cli import app
from models.training import checkpoint
from models.training.mean_of_runs import mean_of

SHAPE = {"patch": 48, "before": [1, 2]}


def run(folder: Path, value: float, **more: Any) -> Path:
    folder.mkdir()
    weights = {"a": torch.full((2, 3), value), "seen": torch.tensor(int(10 * value))}
    checkpoint.save(folder / "weights.pt", weights)
    checkpoint.write_json(
        folder / "run.json", {"shape": SHAPE, "metrics": {"rmse": value}, **more}
    )
    return folder


def asked(*args: Path | str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["mean", *map(str, args)])
    return found.exit_code, found.output


def test_a_run_of_the_mean_is_like_any_and_tells_of_which(tmp_path: Path) -> None:
    first = run(tmp_path / "a", 1.0, steps=10, takes=8)
    second = run(tmp_path / "b", 2.0, steps=20, takes=8)
    out = tmp_path / "mean"

    code, message = asked(first, second, "--out", out)

    assert code == 0 and "the mean of 2 runs" in message
    weights = checkpoint.weights(out)
    torch.testing.assert_close(weights["a"], torch.full((2, 3), 1.5))
    assert weights["seen"] == 20
    described = checkpoint.read_json(out / "run.json")
    assert described["shape"] == SHAPE and described["takes"] == 8
    assert described["metrics"] == {}
    assert described["mean_of"] == [
        {"steps": 10, "metrics": {"rmse": 1.0}},
        {"steps": 20, "metrics": {"rmse": 2.0}},
    ]


def test_what_has_no_mean_is_one_sentence(tmp_path: Path) -> None:
    first, second = run(tmp_path / "a", 1.0), run(tmp_path / "b", 2.0)
    other = run(tmp_path / "c", 2.0, shape={"patch": 32})
    out = tmp_path / "out"

    for runs, said in (
        ((first,), "expected two runs or more"),
        ((first, tmp_path / "nowhere"), "run.json"),
        ((first, other), "differ in shape"),
    ):
        code, message = asked(*runs, "--out", out)
        assert code == 1 and said in message and "Traceback" not in message
    code, message = asked(first, second, "--out", tmp_path / "b")
    assert code == 1 and "expected two runs or more" in message
    assert not (out / "weights.pt").exists()


def test_networks_of_other_weights_have_no_mean() -> None:
    with pytest.raises(ValueError, match="different weights"):
        mean_of([{"a": torch.zeros(2)}, {"a": torch.zeros(3)}])
