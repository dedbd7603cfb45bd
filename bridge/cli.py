"""The `facewire` command."""

from __future__ import annotations

import traceback
from functools import partial
from importlib import metadata
from typing import Annotated

import typer

from engines.console import accept_any_text
from engines.usage import PlainGroup

from .commands.alone import alone
from .commands.animate import animate
from .commands.bench import bench
from .commands.calibrate import calibrate
from .commands.character import character
from .commands.control import control
from .commands.discover import discover
from .commands.doctor import doctor
from .commands.engines import engines
from .commands.init import init
from .commands.inspect import inspect
from .commands.plugins import plugins
from .commands.record import record
from .commands.refine import refine
from .commands.run import run
from .commands.take import take
from .commands.take_exchange import add_commands
from .commands.timecode import timecode
from .errors import BridgeError
from .leaving import in_time, leave
from .printing import say

TELL_S = 0.1
"""Time limit for printing an error to standard error."""

app = typer.Typer(
    name="facewire",
    cls=PlainGroup,
    help="Tracks a face with a camera, and sends ARKit curves and bones to Unreal, "
    "Unity and VTuber programs.\n\n"
    "Start with: facewire run --source demo\n\n"
    "Without a command, it shows your camera, or the demo, in a browser.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for command in (
    *(run, calibrate, record, refine, animate),
    *(init, inspect, discover, doctor, plugins, bench),
):
    app.command()(command)
add_commands(take)
app.add_typer(take)
app.add_typer(character)
app.add_typer(control)
app.add_typer(engines)
app.add_typer(timecode)


def main() -> None:
    """Run the command; an error ends it with one sentence and an exit code."""
    accept_any_text()
    try:
        app()
    except BridgeError as error:
        in_time(partial(_tell, str(error)), TELL_S)
        code = error.exit_code
    except SystemExit as ended:
        code = (
            ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        )
    except Exception as error:
        in_time(partial(_explain, error), TELL_S)
        code = BridgeError.exit_code
    leave(code)


def _tell(sentences: str) -> None:
    for line in sentences.split("\n"):
        say(f"facewire: {line}", error=True)


def _explain(error: Exception) -> None:
    if isinstance(error, OSError) and error.filename is not None:
        # A system error that no module handles, such as a failing disk.
        _tell(f"{error.filename}: {error.strerror}")
    else:
        traceback.print_exception(error)


def _version(wanted: bool) -> None:
    if wanted:
        say(f"facewire {metadata.version('facewire')}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        alone()
