from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.cli import app


def test_absent_data_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["data", "clip", "--data", str(tmp_path), "--out", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "ict_facekit.npz" in result.output
    assert "Traceback" not in result.output
    assert not out.exists()


def test_expressions_without_a_head_are_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="rendering needs SciPy")
    out = tmp_path / "new" / "posed.npz"
    arguments = ["data", "expressions", "--data", str(tmp_path), "--out", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert "ict_facekit.npz: no such file" in " ".join(result.output.split())
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("what", "option", "named"),
    [
        ("likeness", "--faces", "facewire-models data faces"),
        ("basis", "--data", "ict_facekit.npz"),
        ("doubt", "--faces", "facewire-models data faces"),
    ],
)
def test_an_export_without_its_data_names_what_is_missing(
    what: str, option: str, named: str, tmp_path: Path
) -> None:
    if what == "basis":
        pytest.importorskip("torch", reason="the batches of training need torch")
    arguments = ["export", what, option, str(tmp_path), "--out", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert named in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_help_names_the_command() -> None:
    assert "clip" in CliRunner().invoke(app, ["data", "--help"]).output


def test_a_training_goes_on_from_an_earlier_run(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="training needs torch")

    def train(out: str, *more: str) -> tuple[int, str]:
        arguments = ["train", "motion", "--performances", "8", "--batch", "1"]
        arguments += [
            "--steps",
            "1",
            "--threads",
            "1",
            "--out",
            str(tmp_path / out),
            *more,
        ]
        result = CliRunner().invoke(app, arguments)
        return result.exit_code, result.output

    def weights(out: str) -> float:
        return float(torch.load(tmp_path / out / "weights.pt")["who"].sum())

    assert train("first")[0] == 0
    assert train("next", "--from", str(tmp_path / "first"), "--seed", "5")[0] == 0
    code, message = train("none", "--from", str(tmp_path / "nowhere"))

    # Another seed begins elsewhere; a step moves 464 numbers by a learning rate each.
    assert abs(weights("next") - weights("first")) < 464 * 2e-3
    assert code == 1 and "train first" in message and "Traceback" not in message
