"""`facewire-models mean`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .explained import explained


def add_commands(app: typer.Typer) -> None:
    """Hang the command into the program."""
    app.command("mean")(mean)


def mean(
    runs: Annotated[
        list[Path],
        typer.Argument(help="Two or more runs of one network.", metavar="RUN..."),
    ],
    out: Annotated[Path, typer.Option(help="The folder of the new run.")],
) -> None:
    """Write a run with the mean weights of other runs, for `export`."""
    with explained("mean"):
        from .mean_of_runs import write_mean

        write_mean(runs, out)
    typer.echo(f"{out}: the mean of {len(runs)} runs")
