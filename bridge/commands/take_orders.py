"""`facewire take start | stop | status`, and `facewire control take` with the same."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import BridgeError
from bridge.printing import say, say_json

from .options import AsJson, Pid


def start(
    slate: Annotated[str | None, typer.Option(help="What is shot.")] = None,
    number: Annotated[
        int | None,
        typer.Option("--take", help="Its number; unset, the next that is free."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where takes go from now on.")
    ] = None,
    pid: Pid = None,
) -> None:
    """Have the running facewire record."""
    arguments = {}
    if slate is not None:
        arguments["slate"] = slate
    if number is not None:
        arguments["number"] = str(number)
    if to is not None:
        arguments["folder"] = str(to.absolute())
    _ask("take start", arguments, pid)


def stop(pid: Pid = None) -> None:
    """Have the running facewire end its take."""
    _ask("take stop", {}, pid)


def status(pid: Pid = None, as_json: AsJson = False) -> None:
    """Say what the running facewire records."""
    _ask("take status", {}, pid, as_json=as_json)


def _ask(
    do: str, arguments: dict[str, str], pid: int | None, *, as_json: bool = False
) -> None:
    from bridge.control_client import ask

    reply = ask(do, arguments, pid)
    if not reply.ok:
        raise BridgeError(reply.told)
    if as_json:
        say_json(reply.state)
    elif do == "take status":
        # The signal USR1 needs the number.
        say(f"{reply.told} (process {reply.state['pid']})")
    else:
        say(reply.told)
