"""`facewire doctor`: what would run here, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from bridge.doctor import MARKS, examine, worst
from bridge.printing import PlainConsole, say_json


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
        table = Table.grid(padding=(0, 1))
        for finding in findings:
            mark, style = MARKS[finding.state]
            part = Text(finding.part, style="bold")
            table.add_row(Text(mark, style=style), part, Text(finding.sentence))
        PlainConsole().print(table)
    if worst(findings) == "problem":
        raise typer.Exit(1)
