"""`facewire control`: what is typed, what a daemon is asked, what is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.control import Control
from bridge.errors import BridgeError
from protocols.control import VERBS, Reply, Request


class Daemon:
    """Notes what it is asked, and agrees."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.refuses = ""

    def answer(self, request: Request) -> Reply:
        self.asked.append((request.do, request.arguments))
        state = {"pid": "7", "recording": "no"}
        told = self.refuses or f"did {request.do}"
        return Reply(not self.refuses, told, state, '{"frames": 3}')


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon()
    control = Control(made.answer)
    yield made
    control.close()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["control", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("typed", "verb", "arguments"),
    [
        (("calibrate",), "calibrate", {}),
        (("calibrate", "1.5"), "calibrate", {"seconds": "1.5"}),
        (("reset", "--subject", "anna"), "reset", {"subject": "anna"}),
        (("steadiness", "0.5"), "steadiness", {"value": "0.5"}),
        # A number out of range is the daemon's to refuse, and no unknown option.
        (("lead", "-5"), "lead", {"value": "-5"}),
        (("style", "calm"), "style", {"value": "calm"}),
        (
            ("mirror", "on", "--subject", "b"),
            "mirror",
            {"value": "on", "subject": "b"},
        ),
        (("idle", "off"), "idle", {"value": "off"}),
        (
            ("pause", "on", "--subject", "b"),
            "pause",
            {"value": "on", "subject": "b"},
        ),
        (("gain", "jawOpen", "-1"), "gain", {"curve": "jawOpen", "value": "-1"}),
        (("profile", "none"), "profile", {"file": ""}),
        (("take", "start", "--slate", "A"), "take start", {"slate": "A"}),
        (("take", "stop"), "take stop", {}),
    ],
)
def test_what_is_typed_is_asked_and_the_answer_printed(
    daemon: Daemon, typed: tuple[str, ...], verb: str, arguments: dict[str, str]
) -> None:
    assert run(*typed) == f"did {verb}\n"
    assert daemon.asked == [(verb, arguments)]


def test_a_profile_is_named_by_its_full_path(daemon: Daemon) -> None:
    run("profile", "me.toml")
    assert daemon.asked == [("profile", {"file": str(Path("me.toml").absolute())})]


def test_status_is_a_sentence_or_json(daemon: Daemon) -> None:
    assert run("status") == "did status\n"
    assert json.loads(run("status", "--json")) == {"frames": 3}
    assert run("take", "status") == "did take status (process 7)\n"
    assert json.loads(run("take", "status", "--json"))["recording"] == "no"


def test_what_is_refused_is_a_problem(daemon: Daemon) -> None:
    daemon.refuses = "motion is off in this run"
    for typed in (("lead", "5"), ("status",), ("take", "stop")):
        with pytest.raises(BridgeError, match="motion is off in this run"):
            run(*typed)


def test_the_command_has_every_verb(daemon: Daemon) -> None:
    values = {
        "steadiness": ("0",),
        "lead": ("0",),
        "style": ("calm",),
        "mirror": ("on",),
        "idle": ("on",),
        "pause": ("on",),
        "gain": ("jawOpen", "1"),
        "profile": ("none",),
    }
    for verb in VERBS:
        run(*verb.split(), *values.get(verb, ()))
    assert [verb for verb, _ in daemon.asked] == list(VERBS)
