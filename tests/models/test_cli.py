from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from models.cli import app


def test_absent_data_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = ["data", "clip", "--data", str(tmp_path), "--out", str(out)]
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 1
    assert "ict_facekit.npz" in result.output
    assert "Traceback" not in result.output
    assert not out.exists()


def test_help_names_the_command() -> None:
    assert "clip" in CliRunner().invoke(app, ["data", "--help"]).output
