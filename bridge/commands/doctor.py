"""`facewire doctor`: checks what facewire can use on this machine."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bridge.config_file import load_config
from bridge.printing import PlainConsole, say_json

WIDTH = 12
"""Width of the first column in characters."""


def doctor(
    config: Annotated[
        Path | None,
        typer.Argument(help="Check the ports and timecode of this settings file."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for scripts.")
    ] = False,
) -> None:
    """Check cameras, networks, runtimes and ports, and report each in a sentence.

    It also lists the sources that a running facewire mixes.

    Exits with 1 if a problem prevents facewire from running.
    """
    # Imported here, because every command imports this module at its start.
    from bridge.doctor import MARKS, examine, worst
    from bridge.mix.doctor import mixes

    findings = [*examine(load_config(config)), *mixes()]
    if as_json:
        say_json([asdict(finding) for finding in findings])
    else:
        console = PlainConsole(soft_wrap=True)
        for finding in findings:
            mark, style = MARKS[finding.state]
            part = (f"{finding.part:<{WIDTH}}", "bold")
            # Lines are not wrapped here, so that commands in them can be copied.
            console.print(
                Text.assemble((mark, style), " ", part, " ", finding.sentence)
            )
    if worst(findings) == "problem":
        raise typer.Exit(1)
