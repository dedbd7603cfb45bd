"""Runs that are damaged, or of another network, through the real commands."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch")

import torch
from typer.testing import CliRunner

from models.cli import app
from models.data.files import FileError
from models.training import checkpoint


@pytest.mark.parametrize("content", [b"", b"xx", b"PK\x03\x04garbage", b"\x80\x04."])
def test_a_damaged_checkpoint_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"weights\.pt: not a complete checkpoint"):
        checkpoint.weights(tmp_path)


def test_a_checkpoint_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    checkpoint.save(path, {"a": torch.zeros(4)})
    whole = path.read_bytes()
    for end in range(0, len(whole), 101):
        path.write_bytes(whole[:end])
        with pytest.raises(FileError):
            checkpoint.load(path)


def test_a_state_without_weights_is_named(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "last.pt", {"step": 3})
    with pytest.raises(FileError, match=r"last\.pt: holds no weights"):
        checkpoint.weights(tmp_path)


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1, result.output
    message = [line for line in result.output.splitlines() if line.strip()][-1]
    assert (
        "Error" not in message and "Errno" not in message and "Expecting" not in message
    )
    return message


def test_a_run_of_another_network_is_one_sentence(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    checkpoint.save(run / "weights.pt", {"a": torch.zeros(4)})
    checkpoint.write_json(run / "run.json", {"shape": {"patch": 3}})
    out = ("--out", str(tmp_path / "out"))
    for network in ("motion", "refiner"):
        message = refused("export", network, "--run", str(run), *out)
        assert message.startswith(f"export {network}: {run}")
        assert message.endswith("another network")
    message = refused("evaluate", "refiner", "--smoothnet", str(run), *out)
    assert message == f"evaluate refiner: {run}: its weights belong to another network"
    (run / "run.json").write_text("{")
    message = refused("export", "motion", "--run", str(run), *out)
    assert message.endswith("run.json: it is not JSON, from line 1, column 2 on")
    message = refused("mean", str(run), str(run), *out)
    assert message.endswith("run.json: it is not JSON, from line 1, column 2 on")


def test_a_path_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    long = "x" * 300
    message = refused("data", "motion", "--noise", long)
    assert message == f"data motion: {long}: File name too long"
    (tmp_path / "file").write_text("")
    out = str(tmp_path / "file" / "out")
    message = refused("data", "motion", "--count", "1", "--seconds", "4", "--out", out)
    assert message == f"data motion: {out}: Not a directory"
