"""The commands that exchange takes, run in this process."""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from bridge.commands.take_exchange import add_commands
from bridge.errors import BridgeError

APP = typer.Typer()
add_commands(APP)

STEM = "MySlate_3_iPhone"


def run(*words: object) -> str:
    done = CliRunner().invoke(APP, [str(word) for word in words])
    if isinstance(done.exception, BridgeError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output
