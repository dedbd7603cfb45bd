"""Options of the wrong type, and files that nobody thought of."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge import cli
from bridge.cli import app


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "--duration", "x"), "--duration': got 'x', expected a number"),
        (("run", "--faces", "1.5"), "--faces': got '1.5', expected a whole number"),
        (("run", "--duration", "-1"), "--duration': got '-1', expected 0 or more"),
        (("refine", "a", "--amount", "2"), "--amount': got '2', expected 1 or less"),
        (("bench", "--solver", "x"), "'x' is not one of 'learned', 'geometric'"),
        (("take", "start", "--take", "x"), "got 'x', expected a whole number"),
        (("engines", "bench", "--calls", "1"), "got '1', expected 20 or more"),
    ],
)
def test_an_option_of_the_wrong_type_is_told_in_plain_words(
    arguments: tuple[str, ...], told: str
) -> None:
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert told in result.output and "Input" not in result.output


def test_a_path_that_the_system_refuses_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def break_down() -> None:
        (tmp_path / ("x" * 300)).stat()

    monkeypatch.setattr(cli, "app", break_down)
    monkeypatch.setattr(sys, "argv", ["facewire"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith(f"facewire: {tmp_path}") and len(told.splitlines()) == 1
    assert "Errno" not in told


def test_what_is_no_file_is_told_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down() -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(cli, "app", break_down)
    with pytest.raises(OSError, match="Input/output"):
        cli.main()
