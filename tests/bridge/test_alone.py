"""`facewire` without a command."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bridge.capture.devices import CameraInfo
from bridge.cli import app
from bridge.commands import alone
from bridge.commands.alone import browse, first_source
from bridge.commands.running import Way
from bridge.config import Config

FRONT = CameraInfo(0, "/dev/video0", "Front \x1b[31mCamera")
DESK = CameraInfo(2, "/dev/video2", "Desk")
ADDRESS = "http://127.0.0.1:1/#token=x"


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


def test_facewire_alone_runs_with_the_monitor(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[tuple[Config, Way]] = []
    monkeypatch.setattr(
        alone, "carry_out", lambda load, way: runs.append((load(), way))
    )
    monkeypatch.setattr("bridge.capture.devices.list_cameras", lambda: ())
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    assert "No camera was found" in result.output
    config, way = runs[0]
    assert config.capture.source == "demo" and config.monitor.enabled
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
