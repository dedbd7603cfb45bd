"""Prints and writes what `evaluate footage` measured."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from models.training import json_report
from models.training.json_report import number
from protocols.arrays import Numbers

from .agreement import Agreement
from .evaluate import Report
from .measures import NAMES
from .seal import Seal
from .tables import tables


def show(report: Report, console: Console, each: bool = False) -> None:
    """Print all tables, and what was left out.

    Args:
        report: of the evaluation.
        console: where to.
        each: every clip's r as well.
    """
    if report.clips:
        for table in tables(report, each):
            console.print(table)
    for remark in report.remarks:
        console.print(remark, markup=False)


def as_json(report: Report) -> dict[str, Any]:
    """Return the headline and everything behind it, as JSON can hold it."""
    agreed = report.agreement()
    names = [clip.name for clip in report.clips]
    parts = {
        "clips": names,
        "pictures": [len(clip.kept) for clip in report.clips],
        "reenactment": {k: _agreement(a, names) for k, a in agreed.items()},
        "lips": {name: _seal(seal) for name, seal in report.seal().items()},
    }
    headline = {name: round(a.overall, 4) for name, a in agreed.items()}
    return json_report.report(headline, parts, report.remarks)


def _agreement(agreed: Agreement, names: list[str]) -> dict[str, Any]:
    return {
        "mean_r": number(agreed.overall),
        "r": named(agreed.mean_r),
        "slope": named(agreed.mean_slope),
        "clips": named(agreed.clips),
        "r_by_clip": {
            name: named(row) for name, row in zip(names, agreed.r, strict=True)
        },
    }


def _seal(seal: Seal) -> dict[str, Any]:
    return {
        "closed": seal.shut,
        "apart": seal.leaking,
        "apart_share": number(seal.leaks),
        "open": seal.open,
        "missed": seal.missed,
        "missed_share": number(seal.misses),
    }


def named(values: Numbers) -> dict[str, float | None]:
    """Return one number for each measure, by name."""
    return {name: number(float(v)) for name, v in zip(NAMES, values, strict=True)}
