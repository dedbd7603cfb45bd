"""What `evaluate_solver` measured, as tables for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table

from protocols.arrays import Numbers
from protocols.channels import ARKIT

from .evaluate import GEOMETRIC, LEARNED, MEDIAPIPE, Report, middle
from .footage import AGREES, Clip
from .ground_report import ground_tables
from .metrics import CURVES, PAIRS, TONGUE, average, live, mean, worst
from .rendered import Judged

COMPARED: Final = (LEARNED, GEOMETRIC, MEDIAPIPE)
"""Solvers that stand side by side, curve by curve, and in the pictures."""


def tables(report: Report) -> list[Table]:
    """Return everything as tables for a terminal."""
    found = []
    if report.judged:
        title = f"Rendered faces: {report.people} people, {report.faces} pictures"
        found.append(_solvers(title, report.judged))
        found += [
            make(report.judged)
            for make in (_stillness, _kinds, _sides, _surface, _curves)
        ]
    for clip in report.clips:
        found += [_footage(clip), _agreement(clip), _blinks(clip)]
    return found + ground_tables(report.ground, COMPARED)


def _cell(value: float, digits: int = 2) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def _worst(values: Numbers, digits: int = 2) -> str:
    name, value = worst(values)
    return f"{_cell(value, digits)} {name}".strip()


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if i else "left")
    return table


def _solvers(title: str, judged: Mapping[str, Judged]) -> Table:
    table = _table(title, "", "found", "mean r", "error", "slope", "live", "mirror")
    for name, each in judged.items():
        table.add_row(
            name,
            f"{each.found:.1%}",
            _cell(each.mean_r, 3),
            _cell(mean(each.error), 3),
            _cell(mean(each.slope)),
            str(live(each.top)),
            "-" if each.mirror is None else _cell(mean(each.mirror), 3),
        )
    return table


def _stillness(judged: Mapping[str, Judged]) -> Table:
    table = _table(
        "Faces at rest: worst bias; by how much curves move when the head turns",
        *("", "bias", "turn, worst", "median"),
    )
    for name, each in judged.items():
        turn = _cell(middle(each.turn), 3)
        table.add_row(name, _worst(each.bias), _worst(each.turn), turn)
    return table


def _kinds(judged: Mapping[str, Judged]) -> Table:
    kinds = tuple(next(iter(judged.values())).by_kind)
    table = _table("Mean r by kind of face", "", *kinds, "tongueOut")
    for name, each in judged.items():
        cells = (_cell(each.by_kind.get(kind, math.nan)) for kind in kinds)
        table.add_row(name, *cells, _cell(float(each.r[TONGUE])))
    return table


def _sides(judged: Mapping[str, Judged]) -> Table:
    """The pairs one below the other, then their mean on each kind of face."""
    names = [name for name in COMPARED if name in judged]
    table = _table("Left less right: r / slope; its mean r by kind", "", *names)
    shown = [judged[name] for name in names]
    for i, pair in enumerate(PAIRS):
        cells = (
            f"{_cell(float(each.sides_r[i]))} / {_cell(float(each.sides_slope[i]))}"
            for each in shown
        )
        table.add_row(pair, *cells)
    table.add_section()
    for kind in shown[0].sides_by_kind:
        table.add_row(kind, *(_cell(each.sides_by_kind[kind]) for each in shown))
    return table


def _surface(judged: Mapping[str, Judged]) -> Table:
    parts = tuple(next(iter(judged.values())).surface_mm)
    table = _table("How far the surface is off, mm", "", *parts)
    for name, each in judged.items():
        table.add_row(name, *(_cell(each.surface_mm[part]) for part in parts))
    return table


def _curves(judged: Mapping[str, Judged]) -> Table:
    """The first solver in full, of the others their r."""
    names = [name for name in COMPARED if name in judged]
    first, others = judged[names[0]], [judged[name] for name in names[1:]]
    table = _table(
        f"By curve: {names[0]}, and the r of {' and '.join(names[1:])}",
        *(
            "",
            "r",
            "error",
            "slope",
            "bias",
            "p99",
            "turn",
            *(f"r {n[0]}" for n in names[1:]),
        ),
    )
    table.box = SIMPLE_HEAD
    order = CURVES[np.argsort(-np.nan_to_num(first.r[CURVES]))]
    for i in (*order.tolist(), TONGUE):
        numbers = (first.r, first.error, first.slope, first.bias, first.top, first.turn)
        cells = (*numbers, *(other.r for other in others))
        table.add_row(ARKIT[i], *(_cell(float(values[i])) for values in cells))
    return table


def _footage(clip: Clip) -> Table:
    table = _table(
        clip.name,
        *("", "agrees", "mirror", "jitter", "moving"),
        *("missed", "false"),
    )
    for name in clip.watched.said:
        missed, invented = clip.blink_errors(name)
        low, high = clip.spans[name]
        table.add_row(
            name,
            _cell(average(clip.agreement[name])),
            _cell(mean(clip.mirror[name]), 3),
            _cell(1e3 * mean(clip.jitter[name])),
            str(int((high - low > 0.2)[CURVES].sum())),
            str(len(missed)),
            str(len(invented)),
        )
    table.caption = (
        "Agrees: mean correlation with MediaPipe on its curves that move here "
        f"(deviation above {AGREES}). Jitter: of a still, in thousandths. Moving: "
        "curves whose range is above 0.2. Missed and false: blinks."
    )
    return table


def _agreement(clip: Clip) -> Table:
    names = [n for n in COMPARED if n in clip.watched.said and n != MEDIAPIPE]
    table = _table(f"Agreement with MediaPipe, {clip.name}", "", *names, "its range")
    theirs = clip.spans[MEDIAPIPE]
    for i in np.flatnonzero(np.isfinite(clip.agreement[MEDIAPIPE])):
        cells = (_cell(float(clip.agreement[name][i])) for name in names)
        table.add_row(ARKIT[i], *cells, f"{theirs[0][i]:.2f} to {theirs[1][i]:.2f}")
    return table


def _blinks(clip: Clip) -> Table:
    table = _table(f"Blinks, seconds, {clip.name}", "", "start to end (peak)")
    for whole, title in ((True, "seen: lids down"), (False, "seen: half down")):
        spans = (f"{a:.2f} to {b:.2f}" for a, b in clip.true_blinks(whole))
        table.add_row(title, "  ".join(spans) or "-")
    for name, blinks in clip.blinks.items():
        spans = (f"{b.start_s:.2f} to {b.end_s:.2f} ({b.peak:.2f})" for b in blinks)
        table.add_row(name, "  ".join(spans) or "-")
    table.columns[1].justify = "left"
    return table


_RENDERED: Final = (_stillness, _kinds, _sides, _surface, _curves)
