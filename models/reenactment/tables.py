"""What `evaluate footage` measured, as tables for a terminal."""

from __future__ import annotations

import math

from rich.table import Table

from .agreement import Agreement
from .evaluate import Report
from .measures import NAMES


def tables(report: Report, each: bool = False) -> list[Table]:
    """Return everything as tables.

    Args:
        report: with at least one clip.
        each: a table of every clip's r as well.
    """
    found = [_measures(report)]
    if each:
        found += [_clips(report, name) for name in report.solvers]
    return found


def _measures(report: Report) -> Table:
    agreed, seals = report.agreement(), report.seal()
    table = _table(
        f"Avatar against actor, {len(report.clips)} clips: r and slope",
        *("", *report.solvers, "clips"),
    )
    for i, name in enumerate(NAMES):
        cells = [
            f"{cell(a.mean_r[i])} / {cell(a.mean_slope[i])}" for a in agreed.values()
        ]
        count = max((int(a.clips[i]) for a in agreed.values()), default=0)
        table.add_row(name, *cells, str(count))
    table.add_section()
    table.add_row("mean r", *(cell(a.overall, 3) for a in agreed.values()), "")
    shut = max((seal.shut for seal in seals.values()), default=0)
    opened = max((seal.open for seal in seals.values()), default=0)
    table.add_row(
        f"lips closed ({shut} pictures): avatar's apart",
        *(percent(seal.leaks) for seal in seals.values()),
        "",
    )
    table.add_row(
        f"mouth open ({opened}): avatar's closed",
        *(percent(seal.misses) for seal in seals.values()),
        "",
    )
    table.caption = (
        "Means over the clips in which the actor clearly moves the measure; clips: how "
        "many those are. Slope: how far the avatar moves for each unit of the actor."
    )
    return table


def _clips(report: Report, solver: str) -> Table:
    agreed: Agreement = report.agreement()[solver]
    table = _table(f"r by clip: {solver}", "", *(clip.name for clip in report.clips))
    for i, name in enumerate(NAMES):
        table.add_row(name, *(cell(value) for value in agreed.r[:, i]))
    return table


def cell(value: float, digits: int = 2) -> str:
    """Return a number for a table; `-` for NaN."""
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def percent(value: float) -> str:
    """Return a share as percent; `-` for NaN."""
    return "-" if math.isnan(value) else f"{value:.1%}"


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if i else "left")
    return table
