"""The `facewire` command."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from .commands.bench import bench
from .commands.calibrate import calibrate
from .commands.doctor import doctor
from .commands.engines import engines
from .commands.init import init
from .commands.inspect import inspect
from .commands.record import record
from .commands.refine import refine
from .commands.run import run
from .commands.take import take
from .commands.take_trade import add_commands
from .errors import BridgeError
from .printing import say

app = typer.Typer(
    name="facewire",
    help="A live-face bridge: a camera in; ARKit curves and bones out, to Unreal, "
    "Unity and VTuber programs.\n\n"
    "Start with: facewire run --source demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for command in (run, calibrate, record, refine, init, inspect, doctor, bench):
    app.command()(command)
add_commands(take)
app.add_typer(take)
app.add_typer(engines)


def main() -> None:
    """Run the command; a problem ends it with one sentence and its exit code."""
    try:
        app()
    except BridgeError as error:
        for line in str(error).split("\n"):
            say(f"facewire: {line}", error=True)
        raise SystemExit(error.exit_code) from None


def _version(wanted: bool) -> None:
    if wanted:
        say(f"facewire {metadata.version('facewire')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass
