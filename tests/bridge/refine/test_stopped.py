"""A library of takes that is stopped midway, and gone on with."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import typer

pytest.importorskip("scipy", reason="refining needs SciPy")

from bridge.commands.refine import refine as command
from bridge.refine.job import Job, Outcome, attempt

from .takes import recorded, take, weights


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "takes", tmp_path / "out"
    folder.mkdir()
    for name in ("a", "b"):
        recorded(folder / f"{name}.mcap", take(120))
    monkeypatch.setattr("bridge.commands.refine.FOLDER", weights(tmp_path / "weights"))

    def stopped(
        jobs: Sequence[Job], done: Callable[[Outcome], object], _progress: object
    ) -> None:
        done(attempt(jobs[0]))
        raise KeyboardInterrupt

    with monkeypatch.context() as midway:
        midway.setattr("bridge.refine.library.refine_here", stopped)
        with pytest.raises(typer.Exit) as caught:
            command([folder], to=out)
    assert caught.value.exit_code == 130
    assert "run the same command for the rest" in capsys.readouterr().err

    command([folder], to=out)

    assert "1 refined, 1 skipped" in capsys.readouterr().out
    assert len(list(out.glob("*.mcap"))) == 2
