"""Prints and writes what `evaluate animation` measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from protocols.wording import counted

from .evaluate import CLIPS, STILLS, Judged, Report
from .methods import OURS
from .summary import MEASURES, ahead, lost, mean, methods

CAPTION: Final = " ".join(
    (
        *(measure.note for measure in MEASURES),
        "Less is better. *Pairs of performance and character in which ours is better:",
        "distance, jerk, breaks, dead time.",
    )
)
NAME: Final = "animation.json"


def table(report: Report, kind: str) -> Table:
    """Return one kind's table: a row for each method, means over all characters."""
    judged = report.of(kind)
    count = len({each.acted.path for each in judged})
    on = counted(len(report.heads), "character")
    title = f"{counted(count, kind.removesuffix('s'))} on {on}"
    made = Table(title=title, title_justify="left")
    made.add_column("method")
    for measure in MEASURES:
        made.add_column(measure.title, justify="right")
    made.add_column("ahead*", justify="right")
    for name in methods(judged):
        cells = [_cell(m.form, mean(judged, m, name)) for m in MEASURES]
        made.add_row(name, *cells, "" if name == OURS else _ahead(judged, name))
    return made


def _ahead(judged: list[Judged], name: str) -> str:
    """Return how often ours is ahead, by measure, without the second one."""
    counts = [ahead(judged, m, name) for m in MEASURES if m.key != "share"]
    return "  ".join(f"{better}/{of}" for better, of in counts)


def _cell(form: str, value: float) -> str:
    return form.format(value) if value == value else "-"


def show(report: Report, console: Console) -> None:
    """Print the tables, the losses, and what was left out."""
    for kind in (CLIPS, STILLS):
        judged = report.of(kind)
        if not judged:
            continue
        console.print(table(report, kind))
        behind = lost(judged)
        if behind:
            console.print(f"Ours is behind in {' and in '.join(behind)}.", markup=False)
    console.print(CAPTION, markup=False)
    if report.chosen_on:
        console.print(
            f"Keyframes were tuned on {', '.join(report.chosen_on)}.", markup=False
        )
    for remark in report.remarks:
        console.print(remark, markup=False)


def write_text(report: Report, path: Path) -> None:
    """Write what `show` prints."""
    with path.open("w", encoding="utf-8") as file:
        show(report, Console(file=file, width=120, no_color=True))


def headline(report: Report) -> dict[str, float]:
    """Return the numbers that others quote, by name."""
    found = {}
    for kind in (CLIPS, STILLS):
        judged = report.of(kind)
        for name in methods(judged):
            for measure in MEASURES:
                value = mean(judged, measure, name)
                if value == value:
                    key = f"{kind}, {name}: {measure.title}"
                    found[key] = round(value, 4)
    return found


def parts(report: Report) -> dict[str, Any]:
    """Return everything behind the headline, as JSON can hold it."""
    return {
        "measures": {m.key: m.note for m in MEASURES},
        **{kind: _kind(report, kind) for kind in (CLIPS, STILLS) if report.of(kind)},
        "keyframes": {
            kind: {each.name: each.keying.told for each in chosen}
            for kind, chosen in (
                (CLIPS, report.tuned.clips),
                (STILLS, report.tuned.stills),
            )
        },
        "tuned_on": list(report.chosen_on),
        "tried": {name: _number(value) for name, value in report.tuned.tried},
    }


def _kind(report: Report, kind: str) -> dict[str, Any]:
    judged = report.of(kind)
    return {
        "performances": list(dict.fromkeys(each.acted.name for each in judged)),
        "characters": report.heads,
        "means": _means(judged),
        "by_character": {head: _means(report.of(kind, head)) for head in report.heads},
        "ahead": {
            name: {m.key: ahead(judged, m, name) for m in MEASURES}
            for name in methods(judged)
            if name != OURS
        },
        "behind": lost(judged),
        "each": [
            {
                "performance": each.acted.name,
                "character": each.head,
                "pictures": each.fidelity[OURS].pictures,
                **_means([each]),
            }
            for each in judged
        ],
    }


def _means(judged: list[Judged]) -> dict[str, dict[str, float | None]]:
    return {
        name: {m.key: _number(mean(judged, m, name)) for m in MEASURES}
        for name in methods(judged)
    }


def _number(value: float) -> float | None:
    return round(value, 4) if value == value and abs(value) != float("inf") else None
