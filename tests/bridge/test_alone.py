"""`facewire` without a command."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bridge.capture.devices import CameraInfo
from bridge.cli import app
from bridge.commands import alone
from bridge.commands.alone import browse, first_source, open_first, without_taken
from bridge.commands.monitoring import Say
from bridge.commands.running import Way
from bridge.config import Config
from bridge.config_file import load_config
from bridge.errors import CaptureError, ConfigError, ModelError
from tests.bridge.fakes import NOWHERE

FRONT = CameraInfo(0, "/dev/video0", "Front \x1b[31mCamera")
DESK = CameraInfo(2, "/dev/video2", "Desk")
ADDRESS = "http://127.0.0.1:1/#token=x"


@contextmanager
def taken_port() -> Iterator[int]:
    """A TCP port that another program listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def test_the_first_camera_is_shown_by_its_name() -> None:
    source, sentence = first_source([FRONT])
    assert source == "camera:0"
    assert sentence.startswith("Camera: Front ") and "(camera:0)" in sentence
    assert "\x1b" not in sentence and "--source" not in sentence


def test_another_camera_is_named() -> None:
    source, sentence = first_source([FRONT, DESK])
    assert source == "camera:0"
    assert "`facewire run --monitor --source camera:2` shows another" in sentence


def test_the_demo_is_shown_without_a_camera_and_it_says_so() -> None:
    source, sentence = first_source([])
    assert source == "demo"
    assert sentence.startswith("No camera was found, so this is the demo.")


class Opened:
    """Stands for a daemon; keeps the source that it was opened with."""

    def __init__(self, config: Config) -> None:
        self.source = config.capture.source


def opens(config: Config, say: Say) -> Any:
    if config.capture.source == "camera:2":
        raise CaptureError("camera:2: cannot be opened; close other programs")
    if config.capture.source == "camera:3":
        raise ModelError("the network is damaged")
    return Opened(config)


@pytest.mark.parametrize(
    ("cameras", "source", "told"),
    [
        ([FRONT, DESK], "camera:0", "Camera: Front "),
        ([], "demo", "No camera was found, so this is the demo. "),
        (
            [DESK],
            "demo",
            "This camera cannot be used (camera:2: cannot be opened; close other "
            "programs), so this is the demo. ",
        ),
    ],
)
def test_a_camera_that_cannot_be_opened_gives_way_to_the_demo(
    cameras: list[CameraInfo], source: str, told: str
) -> None:
    said: list[str] = []
    opened: Any = open_first(NOWHERE, cameras, said.append, opens)
    assert opened.source == source
    assert said[-1].startswith(told) and "Ctrl-C ends facewire" in said[-1]


def test_what_is_no_matter_of_the_camera_is_not_hidden_by_the_demo() -> None:
    network = CameraInfo(3, "", "Broken network")
    with pytest.raises(ModelError, match="damaged"):
        open_first(NOWHERE, [network], lambda line: None, opens)


def test_a_receiver_whose_port_is_taken_is_left_out_with_a_sentence() -> None:
    said: list[str] = []
    with taken_port() as port:
        config = load_config(sinks=["osc=127.0.0.1:9", f"zmq=tcp://127.0.0.1:{port}"])
        left = without_taken(config, said.append)
    assert [sink.kind for sink in left.sinks] == ["osc"]
    assert len(said) == 1
    assert said[0].startswith("facewire goes on without this receiver: zmq")
    assert f"127.0.0.1:{port} is in use" in said[0]


def test_receivers_that_can_be_opened_stay() -> None:
    said: list[str] = []
    assert without_taken(NOWHERE, said.append) == NOWHERE
    assert not said


def test_facewire_alone_runs_with_the_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[tuple[Config, Way]] = []
    monkeypatch.setattr(
        alone, "carry_out", lambda load, way: runs.append((load(), way))
    )
    assert CliRunner().invoke(app, []).exit_code == 0
    config, way = runs[0]
    assert config.monitor.enabled and way.settings_file is None
    assert way.opened is browse


def test_help_names_the_commands_and_starts_nothing() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    for command in ("run", "calibrate", "record", "doctor", "bench"):
        assert command in result.output


def test_an_unknown_command_is_refused_and_starts_nothing() -> None:
    result = CliRunner().invoke(app, ["nonsense"])
    assert result.exit_code == 2
    assert "No such command 'nonsense'" in result.output


@pytest.mark.parametrize(
    ("platform", "environment", "terminal", "opens"),
    [
        ("linux", {"DISPLAY": ":0"}, True, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True, True),
        ("linux", {}, True, False),
        ("linux", {"DISPLAY": ""}, True, False),
        ("linux", {"DISPLAY": ":0"}, False, False),
        ("win32", {}, True, True),
        ("darwin", {}, True, True),
        ("darwin", {}, False, False),
        ("darwin", {"SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"}, True, False),
    ],
)
def test_a_browser_is_opened_only_where_a_person_sees_it(
    platform: str, environment: dict[str, str], terminal: bool, opens: bool
) -> None:
    asked: list[str] = []

    def open_page(address: str) -> bool:
        asked.append(address)
        return True

    done = browse(
        ADDRESS,
        open_page=open_page,
        platform=platform,
        environment=environment,
        terminal=terminal,
    )
    assert (done, asked) == (opens, [ADDRESS] if opens else [])


def test_a_browser_that_cannot_be_opened_is_no_error() -> None:
    def broken(address: str) -> bool:
        raise OSError("no browser")

    display = {"DISPLAY": ":0"}
    assert not browse(ADDRESS, open_page=broken, environment=display, terminal=True)


def test_no_browser_is_opened_when_output_is_no_terminal() -> None:
    asked: list[object] = []
    assert not browse(ADDRESS, open_page=asked.append, environment={"DISPLAY": ":0"})
    assert not asked


def test_a_mistake_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match=r"monitor\.port"):
        alone.alone(["monitor.port=-1"])


def begin(*sinks: str, duration: float | None, cwd: Path) -> subprocess.Popen[str]:
    """Start `facewire` without a command, on free ports and without a camera."""
    code = (
        "from bridge import cli\n"
        "from bridge.commands import alone\n"
        "alone.cameras = lambda: ()\n"
        "cli.alone = lambda: alone.alone(\n"
        f"    ['monitor.port=0'], {list(sinks)!r}, {duration!r}\n)\n"
        "import sys; sys.argv = ['facewire']\n"
        "cli.main()\n"
    )
    environment = os.environ | {"DISPLAY": ":9", "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env=environment,
    )


def test_without_a_camera_it_shows_the_demo_and_goes_on_without_a_taken_port(
    tmp_path: Path,
) -> None:
    (tmp_path / "facewire.toml").write_text("subjects = 3")
    with taken_port() as port:
        process = begin(
            f"zmq=tcp://127.0.0.1:{port}", "osc=127.0.0.1:9", duration=1, cwd=tmp_path
        )
        try:
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, output
    assert "No camera was found, so this is the demo." in output
    assert "facewire goes on without this receiver: zmq" in output
    assert "facewire.toml is not used; to use it: facewire run facewire.toml" in output
    assert re.search(r"http://127\.0\.0\.1:\d+/#token=[\w-]{32}\n", output)
    assert "Traceback" not in output


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    process = begin("osc=127.0.0.1:9", duration=None, cwd=tmp_path)
    assert process.stdout is not None
    try:
        while "#token=" not in (line := process.stdout.readline()):
            assert line, "it ended too early"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert "Traceback" not in output
