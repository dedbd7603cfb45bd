"""What `evaluate footage` measured, as tables for a terminal."""

from __future__ import annotations

import math

from rich.table import Table

from .agreement import Agreement
from .blinks import count_blinks
from .evaluate import Report
from .faults import PAIRS, count_faults, side_agreement
from .independent import GROUPS
from .labelled import ACTIONS, scores
from .latency import ONSETS, lags
from .measures import COLUMN, NAMES
from .mesh import NAMES as MESH_NAMES
from .open_eyes import GAZES


def tables(report: Report, each: bool = False) -> list[Table]:
    """Return everything as tables.

    Args:
        report: what was measured.
        each: a table of every clip's r as well.
    """
    found = []
    if report.clips:
        found += [_measures(report)]
        if report.mesh is not None:
            found.append(_mesh(report))
        found.append(_behaviour(report))
        if report.second_name:
            found.append(_second(report))
    if any(report.labels.values()):
        found.append(_labels(report))
    if each:
        found += [_clips(report, name) for name in report.solvers]
    return found


def _measures(report: Report) -> Table:
    agreed, seals = report.agreement(), report.seal()
    table = _table(
        f"Avatar against actor, {len(report.clips)} clips: r and slope",
        *("", *report.solvers, *_headings(report), "clips"),
    )
    ceilings = [each.picture for each in report.ceilings]
    for i, name in enumerate(NAMES):
        cells = [_pair(a, i) for a in agreed.values()]
        tops = [cell(float(each.mean_r[i])) for each in ceilings]
        count = max((int(a.clips[i]) for a in agreed.values()), default=0)
        table.add_row(name, *cells, *tops, str(count))
    table.add_section()
    tops = [cell(each.overall, 3) for each in ceilings]
    table.add_row("mean r", *(cell(a.overall, 3) for a in agreed.values()), *tops, "")
    opened_eyes = report.while_open()
    for name in GAZES:
        table.add_row(
            f"{name}, the actor's eyes open",
            *(_pair(each, COLUMN[name]) for each in opened_eyes.values()),
            *("" for _ in tops),
            str(max(int(a.clips[COLUMN[name]]) for a in opened_eyes.values())),
        )
    shut = max((seal.shut for seal in seals.values()), default=0)
    opened = max((seal.open for seal in seals.values()), default=0)
    table.add_row(
        f"lips closed ({shut} pictures): avatar's apart",
        *(percent(seal.leaks) for seal in seals.values()),
    )
    table.add_row(
        f"mouth open ({opened}): avatar's closed",
        *(percent(seal.misses) for seal in seals.values()),
    )
    table.caption = (
        "Means over the clips in which the actor clearly moves the measure; clips: how "
        "many those are. Slope: how far the avatar moves for each unit of the actor. "
        "Ceiling: r of perfect curves in the same loop, with rendered actors."
    )
    return table


def _mesh(report: Report) -> Table:
    agreed = report.on_mesh()
    table = _table(
        "The same, of the avatar's vertices instead of its picture",
        *("", *report.solvers, *_headings(report)),
    )
    for i, name in enumerate(MESH_NAMES):
        tops = [
            cell(float(each.mesh.mean_r[i]))
            for each in report.ceilings
            if each.mesh is not None
        ]
        table.add_row(name, *(_pair(a, i) for a in agreed.values()), *tops)
    return table


def _headings(report: Report) -> list[str]:
    return [f"ceiling, {each.kind.name}" for each in report.ceilings]


def _behaviour(report: Report) -> Table:
    """Return blinks, sides, jitter, latency and the known faults."""
    table = _table("Behaviour of the curves, all pictures", "", *report.solvers)
    shots, solvers = report.performances, report.solvers
    blinks = [count_blinks(shots, name) for name in solvers]
    true = max((each.true for each in blinks), default=0)
    table.add_row(
        f"blinks ({true}): missed, invented",
        *(f"{each.missed}, {each.invented}" for each in blinks),
    )
    sides = [side_agreement(shots, name) for name in solvers]
    for name, _, _ in PAIRS:
        title = f"{name}: r of the curves' left less right"
        table.add_row(title, *(cell(each[name]) for each in sides))
    ratios = [report.jitter_ratio(name) for name in solvers]
    table.add_row("jitter of stills, ratio to MediaPipe", *map(cell, ratios))
    late = [lags(shots, name) for name in solvers]
    for name, *_ in ONSETS:
        title = f"latency of the {name}, ms"
        table.add_row(title, *(cell(1e3 * each[name], 0) for each in late))
    found = [count_faults(shots, name) for name in solvers]
    faults = [each for each in found if each is not None]
    if len(faults) == len(solvers):
        table.add_row(
            f"MediaPipe's puckers ({faults[0].puckers} pictures): frown above pucker",
            *(percent(each.frowned) for each in faults),
        )
        table.add_row(
            f"lids narrowed ({faults[0].narrowed} pictures): looks up",
            *(percent(each.rolled) for each in faults),
        )
        table.add_row(
            "vertical gaze, r with MediaPipe's",
            *(cell(each.vertical_r) for each in faults),
        )
    return table


def _second(report: Report) -> Table:
    opinions = report.second_opinion()
    table = _table(f"r with a second tracker: {report.second_name}", "", *opinions)
    for name, _ in GROUPS:
        table.add_row(name, *(cell(each[name]) for each in opinions.values()))
    return table


def _labels(report: Report) -> Table:
    judged = {name: scores(labels) for name, labels in report.labels.items()}
    table = _table("Labelled pictures: share of hits, mean rise", "", *judged, "labels")
    actions = [name for name, _ in ACTIONS] + ["other"]
    for action in actions:
        found = [each.get(action) for each in judged.values()]
        known = [each for each in found if each is not None]
        if known:
            cells = ("-" if s is None else f"{s.hit:.2f} / {s.rise:.2f}" for s in found)
            table.add_row(action, *cells, str(max(each.count for each in known)))
    table.caption = (
        "Hit: an expected curve is among the three of its region that rise most above "
        "the person's neutral face. Where no neutral picture is known, rise is plain."
    )
    return table


def _pair(agreed: Agreement, i: int) -> str:
    return f"{cell(float(agreed.mean_r[i]))} / {cell(float(agreed.mean_slope[i]))}"


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
