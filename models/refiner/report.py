"""Prints and writes what `evaluate_refiner` measured."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from engines.motion.signals import SIGNALS
from engines.refine.grid import runs
from models.training import checkpoint, json_report
from models.training.figures import panels
from models.training.json_report import plain

from .evaluate import RAW, TOOL, Example, Judged, bridged
from .metrics import GAP_NAMES, Measured

COLUMNS: Final = (
    *("error", "moving", "jitter", "dropout", *GAP_NAMES),
    *("3-8 Hz", "8-15 Hz", "Frechet", "lag ms", "blinks", "lips"),
)
ERRORS: Final = 4 + len(GAP_NAMES)
"""Columns in the first of two tables."""
CAPTION: Final = (
    "Errors (root mean square) and jitter (mean third difference at rest): thousandths "
    "of a large movement. Dropout: error in gaps of up to 0.5 s, then by greatest "
    "length. Hz: power over the true power. Lag: raw takes are late by half the "
    "exposure. Blinks, lips: kept / lost / invented."
)
SHOWN: Final = (
    *("eyeBlinkLeft", "jawOpen", "mouthSmileLeft"),
    *("browInnerUp", "mouthPucker", "eyeLookOutLeft"),
)
WINDOW_S: Final = 4.0
_COLOURS: Final = {TOOL: "#d1495b", RAW: "#66717e"}


def show(found: Sequence[Judged], remarks: Sequence[str], console: Console) -> None:
    """Print the tables, and what they must be read with."""
    for judged in found:
        for table in tables(judged):
            console.print(table)
        if judged.best:
            console.print(f"Best classical filter: {judged.best}.", markup=False)
        if TOOL in judged.rows:
            console.print(
                f"The refiner returned {judged.vetoed} of {judged.takes} takes "
                f"unchanged; its guard restored {judged.guarded} events.",
                markup=False,
            )
    for remark in remarks:
        console.print(remark, markup=False)
    if headline(found):
        console.print(headline(found))


def headline(found: Sequence[Judged]) -> dict[str, float]:
    """Return the numbers that others quote, by name and source."""
    return {k: v for judged in found for k, v in judged.headline().items()}


def write(found: Sequence[Judged], remarks: Sequence[str], folder: Path) -> None:
    """Write pictures, `refiner.md` and `refiner.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for judged in found:
        if judged.example is not None:
            path = folder / f"refined_{judged.name}.png"
            picture(path, judged.example, f"{judged.name} take")
    text = [f"## {judged.name} takes\n\n{markdown(judged)}" for judged in found]
    (folder / "refiner.md").write_text("\n".join(text), encoding="utf-8")
    checkpoint.write_json(folder / "refiner.json", as_json(found, remarks))


def as_json(found: Sequence[Judged], remarks: Sequence[str]) -> dict[str, Any]:
    """Return the headline and everything behind it, as JSON can hold it."""
    parts = {judged.name: _judged(judged) for judged in found}
    return json_report.report(headline(found), parts, list(remarks))


def tables(judged: Judged) -> Iterator[Table]:
    """Yield everything of one source for a terminal of 80 columns: errors, the rest."""
    title = f"{judged.name} motion, {judged.takes} takes, {judged.seconds:.0f} s"
    rows = {name: list(_cells(row)) for name, row in judged.rows.items()}
    for columns in (slice(0, ERRORS), slice(ERRORS, None)):
        out = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 0, 0, 1))
        for i, heading in enumerate(("", *COLUMNS[columns])):
            out.add_column(heading, justify="right" if i else "left")
        for name, cells in rows.items():
            out.add_row(name, *cells[columns], style="bold" if name == TOOL else None)
        if columns.stop is None:
            out.caption = CAPTION
        yield out


def markdown(judged: Judged) -> str:
    """Return the same for a README."""
    lines = [
        "| " + " | ".join(("", *COLUMNS)) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
    ]
    for name, row in judged.rows.items():
        lines.append("| " + " | ".join((name, *_cells(row))) + " |")
    return "\n".join(lines) + "\n"


def picture(path: Path, example: Example, title: str) -> None:
    """Write some seconds of some signals: the truth, as recorded, as refined."""
    degraded = example.degraded
    start = _liveliest(example)
    near = (degraded.times_s >= start) & (degraded.times_s <= start + WINDOW_S)
    names = [
        n for n in SHOWN if np.ptp(example.truth[near, SIGNALS.index(n)]) > 0.05
    ] or [SHOWN[0]]
    figure, axes = panels(12.0, 1.9 * len(names), rows=len(names))
    for axis, name in zip(axes[:, 0], names, strict=True):
        i = SIGNALS.index(name)
        axis.plot(degraded.times_s, example.truth[:, i], color="0.75", linewidth=4)
        for method, values in example.estimates.items():
            raw = method == RAW
            style = {"marker": ".", "linewidth": 0.5} if raw else {"linewidth": 1.4}
            colour = _COLOURS.get(method, "#00798c")
            axis.plot(
                degraded.times_s, values[:, i], color=colour, label=method, **style
            )
        for first, end in runs(~degraded.seen):
            times = (
                degraded.times_s[first],
                degraded.times_s[min(end, len(degraded.seen) - 1)],
            )
            axis.axvspan(*times, color="#f7dfc3", linewidth=0)
        axis.set_xlim(start, start + WINDOW_S)
        shown = example.truth[near, i]
        room = 0.25 * float(np.ptp(shown)) + 0.05
        axis.set_ylim(float(shown.min()) - room, float(shown.max()) + room)
        axis.set_ylabel(name, fontsize=8)
        axis.tick_params(labelsize=7)
    axes[0, 0].legend(fontsize=8, loc="upper left")
    axes[-1, 0].set_xlabel("seconds")
    figure.suptitle(f"{title}; grey: the truth; sand: no face was seen", fontsize=10)
    figure.savefig(path, dpi=110)


def _liveliest(example: Example) -> float:
    """Return the start of a window around the gap of those bridged in which most moves,
    or of that in which most moves."""
    times = example.degraded.times_s
    steps = np.diff(example.truth, axis=0, prepend=example.truth[:1])
    moved = np.abs(steps).sum(axis=1)
    if gaps := bridged(example.degraded):
        first, end = max(gaps, key=lambda gap: float(moved[slice(*gap)].sum()))
        middle = 0.5 * float(times[first] + times[end])
        latest = float(times[-1]) - WINDOW_S
        return max(min(middle - 0.5 * WINDOW_S, latest), float(times[0]))
    rate = (len(times) - 1) / float(times[-1] - times[0])
    size = min(round(WINDOW_S * rate), len(moved))
    sums = np.convolve(moved, np.ones(size), mode="valid")
    return float(times[int(sums.argmax())])


def _cells(row: Measured) -> Iterator[str]:
    yield _cell(row.rmse)
    yield _cell(row.rmse_moving)
    yield _cell(row.jitter)
    yield _cell(row.dropout, 1)
    yield from (_cell(row.by_gap[name], 1) for name in GAP_NAMES)
    yield from (_cell(value) for value in row.spectrum.values())
    yield _cell(row.frechet, 3)
    yield _cell(row.lag_ms)
    for events in (row.blinks, row.closures):
        yield f"{events.kept}/{events.lost}/{events.invented}"


def _cell(value: float, digits: int = 2) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "takes": judged.takes,
        "seconds": judged.seconds,
        "best_classical": judged.best,
        "vetoed": judged.vetoed,
        "guarded": judged.guarded,
        "methods": {name: plain(asdict(row)) for name, row in judged.rows.items()},
        "tunings": judged.tunings,
    }
