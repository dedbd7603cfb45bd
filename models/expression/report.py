"""Prints and writes what `evaluate_expression` measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from models.data.photographs.fer2013 import FER2013
from models.training import checkpoint, json_report
from models.training.json_report import number
from protocols.channels import EXPRESSIONS

from .evaluate import Report
from .figures import confusion_picture, robustness_picture
from .metrics import Score
from .robustness import CHANGES

CKPLUS_NOT_RUN: Final = "not run: the data needs a signed licence"


def tables(report: Report) -> list[Table]:
    """Return everything as tables for a terminal."""
    found = [
        _scores("FER2013 labels, 7 classes", report.fer2013),
        _scores("FER+ labels, 8 classes, official majority rule", report.ferplus),
        _recall("Recall on FER2013 PrivateTest", FER2013, report.fer2013),
        _recall("Recall on FER+ PrivateTest", EXPRESSIONS, report.ferplus),
        _methods(report),
    ]
    if report.robustness:
        table = Table(title="FER2013 PrivateTest, changed", title_justify="left")
        for heading in ("change", "accuracy by level"):
            table.add_column(heading)
        for name, levels in report.robustness.items():
            cells = "  ".join(f"{k:g}: {v:.1%}" for k, v in levels.items())
            table.add_row(f"{name} ({CHANGES[name][0]})", cells)
        found.append(table)
    return found


def show(report: Report, console: Console) -> None:
    """Print all tables, and what they must be read with."""
    for table in tables(report):
        console.print(table)
    console.print(
        "The label of FER2013 agrees with most FER+ taggers on "
        f"{report.agreement:.1%} of PrivateTest: a network that always agreed with "
        "people would score that.\n"
        "The paper says 'over 90 %' but gives neither split nor confusion matrix."
    )


def write(report: Report, folder: Path) -> None:
    """Write pictures and `expression.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, classes, rows in (
        ("fer2013", FER2013, report.fer2013),
        ("ferplus", EXPRESSIONS, report.ferplus),
    ):
        found = rows["PrivateTest"]
        title = f"{name} PrivateTest: {found.accuracy:.1%} of {found.n}"
        path = folder / f"confusion_{name}.png"
        confusion_picture(path, found.confusion, classes, title)
    if report.robustness:
        robustness_picture(
            folder / "robustness.png",
            report.robustness,
            {name: unit for name, (unit, _, _) in CHANGES.items()},
            report.fer2013["PrivateTest"].accuracy,
        )
    checkpoint.write_json(folder / "expression.json", as_json(report))


def as_json(report: Report) -> dict[str, Any]:
    """Return the headline and everything behind it, as JSON can hold it."""
    parts = {
        "fer2013": {name: _plain(found) for name, found in report.fer2013.items()},
        "ferplus": {name: _plain(found) for name, found in report.ferplus.items()},
        "baselines": {
            judged.baseline.key: {
                "chosen": judged.chosen,
                "public": round(judged.public, 4),
                **_plain(judged.private),
            }
            for judged in report.baselines
        },
        "robustness": {
            name: {f"{level:g}": round(hits, 4) for level, hits in levels.items()}
            for name, levels in report.robustness.items()
        },
        "ckplus": report.ckplus or CKPLUS_NOT_RUN,
        "label_agreement": round(report.agreement, 4),
    }
    return json_report.report(report.headline(), parts)


def _plain(found: Score) -> dict[str, Any]:
    numbers = {
        "n": found.n,
        "accuracy": found.accuracy,
        "low": found.low,
        "high": found.high,
        "macro_f1": found.macro_f1,
        "weighted_f1": found.weighted_f1,
        "calibration": found.calibration,
    }
    kept: dict[str, Any] = {k: number(value) for k, value in numbers.items()}
    kept["recall"] = [number(value) for value in found.recall]
    kept["confusion"] = found.confusion.tolist()
    return kept


def _scores(title: str, rows: dict[str, Score]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("", min_width=len("PrivateTest,"))
    for heading in ("n", "accuracy", "95 %", "macro\nF1", "weighted\nF1", "ECE"):
        table.add_column(heading, justify="right")
    for name, found in rows.items():
        table.add_row(
            name,
            str(found.n),
            f"{found.accuracy:.1%}",
            f"{found.low:.1%} to {found.high:.1%}",
            f"{found.macro_f1:.3f}",
            f"{found.weighted_f1:.3f}",
            f"{found.calibration:.3f}",
        )
    return table


def _recall(title: str, names: tuple[str, ...], rows: dict[str, Score]) -> Table:
    table = Table(title=title, title_justify="left")
    found = rows["PrivateTest"]
    counts = found.confusion.sum(axis=1)
    for name, count in zip(names, counts, strict=True):
        table.add_column(f"{name}\n({count})", justify="right")
    table.add_row(*(f"{value:.2f}" for value in found.recall))
    return table


def _methods(report: Report) -> Table:
    table = Table(title="FER2013 PrivateTest by method", title_justify="left")
    for heading in ("method", "chosen on PublicTest", "accuracy", "95 %", "macro F1"):
        table.add_column(heading)
    table.add_column("CK+")
    ckplus = report.ckplus
    rows = [("network (this)", "", "network", report.fer2013["PrivateTest"])]
    rows += [
        (j.baseline.title, j.chosen, j.baseline.key, j.private)
        for j in report.baselines
    ]
    for title, chosen, key, found in rows:
        mean = f"{ckplus[key][0]:.1%}" if key in ckplus else "not run"
        interval = f"{found.low:.1%} to {found.high:.1%}"
        cells = (f"{found.accuracy:.1%}", interval, f"{found.macro_f1:.3f}", mean)
        table.add_row(title, chosen, *cells)
    if not ckplus:
        table.caption = f"CK+ {CKPLUS_NOT_RUN}"
    return table
