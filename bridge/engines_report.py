"""Formats the output of `facewire engines` as lines and tables."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from engines.runtime.cache import Entry

    from .plans import Compiled, Timed


def plan_table(entries: list[Entry]) -> Table:
    """Return a table of the compiled plans."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("graph", "precision", "for", "card", "MB", "last used (UTC)"):
        table.add_column(title)
    for entry in entries:
        key = entry.key
        used = time.strftime("%Y-%m-%d %H:%M", time.gmtime(entry.used_ns / 1e9))
        table.add_row(
            str(key.get("graph")),
            str(key.get("precision")),
            f"{key.get('flavour')} {key.get('version')}",
            str(key.get("gpu_name")),
            f"{entry.size / 1e6:.1f}",
            used,
        )
    return table


def line(compiled: Compiled) -> str:
    """Return the result of one compilation as a line."""
    return f"{compiled.graph:<12} {compiled.state:<7} {compiled.sentence}"


def time_table(rows: list[Timed]) -> Table:
    """Return a table of the timings in milliseconds."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("graph", no_wrap=True)
    table.add_column("runs on")
    for title in ("load", "flat out p50", "p99", "30 Hz p50", "p99"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.graph,
            row.title,
            f"{row.load_ms:.0f}",
            f"{row.flat_out.median_ms:.3f}",
            f"{row.flat_out.p99_ms:.3f}",
            f"{row.paced.median_ms:.3f}",
            f"{row.paced.p99_ms:.3f}",
        )
    return table
