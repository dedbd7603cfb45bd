"""Options of the wrong type, and files that nobody thought of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.errors import BridgeError, CaptureError, ConfigError, TakeError
from bridge.takes.write import write_recording
from tests.bridge.takes.made import recording
from tests.refining import needs_refining


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


LONG = "x" * 300
"""Longer than any system takes for a name."""


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("run", LONG), ConfigError),
        (("run", "--profile", LONG, "--source", "demo"), ConfigError),
        (("run", "--source", LONG), ConfigError),
        (("run", "--source", f"video:{LONG}", "--sink", "vmc"), CaptureError),
        (("run", "--source", f"images:{LONG}", "--sink", "vmc"), CaptureError),
        (("run", "--source", "video:a\udcff.mp4", "--sink", "vmc"), CaptureError),
        (("run", "--source", "demo", "--stats", LONG), ConfigError),
        (("run", "--source", "demo", "--stats", "."), ConfigError),
        (("calibrate", "--source", "demo", "--out", LONG), ConfigError),
        (("init", LONG), ConfigError),
        (("doctor", LONG), ConfigError),
        (("timecode", "read", LONG), CaptureError),
        (("timecode", "listen", f"{LONG}.wav"), CaptureError),
        (("timecode", "write", LONG), TakeError),
        (("init", "."), ConfigError),
        pytest.param(("refine", LONG), TakeError, marks=needs_refining),
        (("take", "list", LONG), TakeError),
        (("take", "info", LONG), TakeError),
        (("take", "recover", LONG), TakeError),
        (("take", "import", LONG), TakeError),
    ],
)
def test_a_path_that_cannot_be_is_a_sentence_with_its_code(
    arguments: tuple[str, ...], kind: type[BridgeError]
) -> None:
    result = CliRunner().invoke(app, arguments)
    assert type(result.exception) is kind, result.output
    told = str(result.exception)
    assert len(told.splitlines()) == 1 and "Errno" not in told


@pytest.mark.parametrize("seconds", ["inf", "nan", "1e300"])
def test_a_time_without_an_end_is_refused(seconds: str) -> None:
    for command in (("run", "--source", "demo"), ("inspect", "vmc:45454")):
        result = CliRunner().invoke(app, [*command, "--duration", seconds])
        assert result.exit_code == 2 and result.exception is not None


def test_an_export_to_a_path_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, recording())
    result = CliRunner().invoke(
        app, ["take", "export", str(path), "--format", "bvh", "--to", LONG]
    )
    assert isinstance(result.exception, ConfigError)
    with pytest.raises(TakeError, match="cannot be written"):
        write_recording(tmp_path / LONG, recording())


def broken_by(statement: str) -> subprocess.CompletedProcess[str]:
    """Run the program with a command that does nothing but this."""
    code = (
        f"from bridge import cli\ndef app():\n {statement}\ncli.app = app\ncli.main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )


def test_a_path_that_nobody_thought_of_is_one_sentence() -> None:
    done = broken_by(f"open('{LONG}')")
    assert done.returncode == 1
    assert done.stderr.startswith(f"facewire: {LONG}: ") and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "Errno" not in done.stderr


def test_what_is_no_file_is_told_in_full() -> None:
    done = broken_by("raise OSError(5, 'Input/output error')")
    assert done.returncode == 1 and "Traceback" in done.stderr
