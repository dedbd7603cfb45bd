"""Prints what a calibration changed, and why it left other curves unchanged."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bridge.shape.profile import CurveRange

from .fit import Fitted


def show(console: Console, rows: tuple[Fitted, ...]) -> None:
    """Print changed curves as a table, and the others grouped by reason."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("curve")
    for title in ("at rest", "maximum", "gain"):
        table.add_column(title, justify="right")
    table.add_column("")
    changed = [row for row in rows if row.range != CurveRange()]
    for row in changed:
        table.add_row(
            row.curve,
            _change(row.rest_before, row.rest_after),
            _change(row.reach_before, row.reach_after),
            "" if row.range.gain == 1.0 else f"{row.range.gain:.2f}",
            Text(row.note, style="dim"),
        )
    if changed:
        console.print(table)
    for reason, curves in left_alone(rows).items():
        console.print(f"unchanged, {reason}: {', '.join(curves)}", highlight=False)
    console.print(summary(rows), highlight=False)


def left_alone(rows: tuple[Fitted, ...]) -> dict[str, list[str]]:
    """Return the unchanged curves, grouped by reason."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.range == CurveRange():
            reasons.setdefault(row.note or "needs no change", []).append(row.curve)
    return reasons


def summary(rows: tuple[Fitted, ...]) -> str:
    """Return a summary of the fit in two sentences."""
    moved = [row for row in rows if row.moved]
    worst = max(rows, key=lambda row: row.rest_before)
    after = max(row.rest_after for row in rows)
    text = (
        f"{len(moved)} of {len(rows)} curves moved. Highest at rest: {worst.curve}, "
        f"{_change(worst.rest_before, after)}."
    )
    if moved:
        reach = [
            sum(values) / len(moved)
            for values in zip(
                *((row.reach_before, row.reach_after) for row in moved), strict=True
            )
        ]
        text += f" Mean of the maxima: {_change(*reach)}."
    return text


def _change(before: float, after: float) -> str:
    return f"{before:.2f} → {after:.2f}"
