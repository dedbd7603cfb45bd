"""Prints and writes what `evaluate_motion` measured."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from models.training import checkpoint, json_report
from models.training.json_report import plain

from .evaluate import CLOSE
from .metrics import Measured
from .pictures import before_after_picture, pareto_picture
from .results import Judged, Key, MotionReport
from .tables import markdown, tables


def show(report: MotionReport, console: Console) -> None:
    """Print all tables, and what they must be read with."""
    for judged in report.judged.values():
        for table in tables(judged):
            console.print(table)
        for level in judged.unmatched:
            console.print(
                f"{judged.name}, {level}: the network trembles more than One-Euro at "
                f"every steadiness, by more than {CLOSE - 1:.0%}; the ratios flatter it"
            )
    for remark in report.remarks:
        console.print(remark, markup=False)
    if report.headline():
        console.print(report.headline())


def write(report: MotionReport, folder: Path) -> None:
    """Write pictures, `motion.md` and `motion.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if report.judged:
        pareto_picture(folder / "pareto.png", report.judged)
    for name, judged in report.judged.items():
        if judged.example is not None:
            path = folder / f"before_after_{name}.png"
            before_after_picture(path, judged.example, f"{name} motion")
    text = [f"## {name} motion\n\n{markdown(j)}" for name, j in report.judged.items()]
    (folder / "motion.md").write_text("\n".join(text), encoding="utf-8")
    checkpoint.write_json(folder / "motion.json", as_json(report))


def as_json(report: MotionReport) -> dict[str, Any]:
    """Return the headline and everything behind it, as JSON can hold it."""
    parts = {name: _judged(judged) for name, judged in report.judged.items()}
    return json_report.report(report.headline(), parts, report.remarks)


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "sequences": judged.sequences,
        "seconds": judged.seconds,
        "levels": plain(judged.levels),
        "ratios": plain(judged.ratios()),
        "steadiness": plain(judged.steadiness),
        "unmatched": judged.unmatched,
        "no_lead": _rows(judged.rows),
        "ahead": _rows(judged.ahead),
        "twice_the_rate_rmse": {_key(k): plain(v) for k, v in judged.between.items()},
        "tunings": judged.tunings,
        "fronts": {
            name: [plain(asdict(point)) for point in points]
            for name, points in judged.fronts.items()
        },
    }


def _rows(rows: dict[Key, Measured]) -> dict[str, Any]:
    return {_key(key): plain(asdict(row)) for key, row in rows.items()}


def _key(key: Key) -> str:
    return ", ".join(part for part in key if part)
