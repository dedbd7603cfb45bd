"""`facewire control`: changes a running daemon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from bridge.errors import BridgeError
from bridge.printing import say, say_json

from .options import AsJson, Pid
from .take_orders import start, stop
from .take_orders import status as take_status

control = typer.Typer(
    name="control",
    help="Control a running facewire: calibrate, change settings, record takes, show "
    "its status.",
    no_args_is_help=True,
)
take = typer.Typer(
    name="take",
    help="Start and stop takes, like `facewire take`.",
    no_args_is_help=True,
)
for command in (start, stop):
    take.command()(command)
take.command("status")(take_status)
control.add_typer(take)

NUMBERS: Final = {"ignore_unknown_options": True}
"""So that -5 is reported as a number out of range, not as an unknown option."""

Subject = Annotated[
    str | None, typer.Option(help="Only the face with this name; default: every face.")
]


@control.command(context_settings=NUMBERS)
def calibrate(
    seconds: Annotated[
        str | None, typer.Argument(help="How long to look neutral; default: 2.")
    ] = None,
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Use the next seconds of your face as its neutral face."""
    _order("calibrate", {} if seconds is None else {"seconds": seconds}, subject, pid)


@control.command()
def reset(subject: Subject = None, pid: Pid = None) -> None:
    """Forget the neutral face that was measured or found in this run."""
    _order("reset", {}, subject, pid)


@control.command(context_settings=NUMBERS)
def steadiness(
    value: Annotated[str, typer.Argument(help="0 is quick, 1 is calm.")],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Set how calm the motion network is."""
    _order("steadiness", {"value": value}, subject, pid)


@control.command(context_settings=NUMBERS)
def lead(
    value: Annotated[str, typer.Argument(metavar="MS", help="0 to 120 milliseconds.")],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Set how far ahead the motion network predicts."""
    _order("lead", {"value": value}, subject, pid)


@control.command()
def style(
    value: Annotated[
        str,
        typer.Argument(metavar="NAME", help="natural, calm, snappy, toon or held."),
    ],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Set the style of the motion."""
    _order("style", {"value": value}, subject, pid)


@control.command()
def mirror(
    value: Annotated[str, typer.Argument(metavar="on|off")],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Turn the swap of left and right on or off."""
    _order("mirror", {"value": value}, subject, pid)


@control.command()
def idle(
    value: Annotated[str, typer.Argument(metavar="on|off")],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Turn breathing and swaying, and blinking without a face, on or off."""
    _order("idle", {"value": value}, subject, pid)


@control.command()
def pause(
    value: Annotated[str, typer.Argument(metavar="on|off")],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Treat faces as not seen, so that the pose is held and then eases to rest."""
    _order("pause", {"value": value}, subject, pid)


@control.command(context_settings=NUMBERS)
def gain(
    curve: Annotated[str, typer.Argument(help="A curve, such as jawOpen.")],
    value: Annotated[str, typer.Argument(help="Factor, 0 to 10; 1 changes nothing.")],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Set the gain of one curve in the profile that is in use."""
    _order("gain", {"curve": curve, "value": value}, subject, pid)


@control.command()
def profile(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|none", help="A profile, or none for no profile."),
    ],
    subject: Subject = None,
    pid: Pid = None,
) -> None:
    """Use the ranges and the neutral face of a profile from now on."""
    path = "" if file == "none" else str(Path(file).absolute())
    _order("profile", {"file": path}, subject, pid)


@control.command()
def status(pid: Pid = None, as_json: AsJson = False) -> None:
    """Show the status of the running facewire."""
    from bridge.control_client import ask

    reply = ask("status", {}, pid)
    if not reply.ok:
        raise BridgeError(reply.told)
    if as_json:
        say_json(json.loads(reply.report))
    else:
        say(reply.told)


def _order(
    verb: str, arguments: dict[str, str], subject: str | None, pid: int | None
) -> None:
    """Send an order and print the reply."""
    from bridge.control_client import ask

    if subject is not None:
        arguments["subject"] = subject
    reply = ask(verb, arguments, pid)
    if not reply.ok:
        raise BridgeError(reply.told)
    say(reply.told)
