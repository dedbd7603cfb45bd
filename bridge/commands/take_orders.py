"""`facewire take start | stop | status`, which are also in `facewire control take`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import BridgeError
from bridge.printing import say, say_json

from .options import AsJson, Pid


def start(
    slate: Annotated[str | None, typer.Option(help="Name of the shot.")] = None,
    number: Annotated[
        int | None,
        typer.Option("--take", help="Number; default: the next free one."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for this and all later takes."),
    ] = None,
    pid: Pid = None,
) -> None:
    """Start a take in the running facewire."""
    arguments = {}
    if slate is not None:
        arguments["slate"] = slate
    if number is not None:
        arguments["number"] = str(number)
    if to is not None:
        arguments["folder"] = str(to.absolute())
    _ask("take start", arguments, pid)


def stop(pid: Pid = None) -> None:
    """Stop the take of the running facewire."""
    _ask("take stop", {}, pid)


def status(pid: Pid = None, as_json: AsJson = False) -> None:
    """Show what the running facewire is recording."""
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
        # The user needs the pid to send the signal USR1.
        say(f"{reply.told} (process {reply.state['pid']})")
    else:
        say(reply.told)
