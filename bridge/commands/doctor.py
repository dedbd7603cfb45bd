"""`facewire doctor`: what would run here, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from bridge.doctor import MARKS, examine, worst
from bridge.printing import PlainConsole, say_json

WIDTH = 12
"""Of the column with what is told of, in letters."""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Say what this machine has and what would run on it, a sentence each.

    Exits with 1 if something keeps facewire from running.
    """
    findings = examine()
    if as_json:
        say_json([asdict(finding) for finding in findings])
    else:
        console = PlainConsole(soft_wrap=True)
        for finding in findings:
            mark, style = MARKS[finding.state]
            part = (f"{finding.part:<{WIDTH}}", "bold")
            # Not wrapped by us: a command in it must still be one when it is copied.
            console.print(
                Text.assemble((mark, style), " ", part, " ", finding.sentence)
            )
    if worst(findings) == "problem":
        raise typer.Exit(1)
