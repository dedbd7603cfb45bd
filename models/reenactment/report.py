"""Prints and writes what `evaluate footage` measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from models.training import json_report
from models.training.json_report import number, plain
from protocols.arrays import Numbers

from .agreement import Agreement
from .blinks import count_blinks
from .ceiling import Ceiling
from .evaluate import Report
from .faults import count_faults, side_agreement
from .labelled import scores
from .latency import lags
from .measures import COLUMN, NAMES
from .mesh import NAMES as MESH_NAMES
from .open_eyes import GAZES
from .seal import Seal
from .tables import tables


def show(report: Report, console: Console, each: bool = False) -> None:
    """Print all tables, and what was left out.

    Args:
        report: of the evaluation.
        console: where to.
        each: every clip's r as well.
    """
    for table in tables(report, each):
        console.print(table)
    for remark in report.remarks:
        console.print(remark, markup=False)


def as_json(report: Report) -> dict[str, Any]:
    """Return the headline and everything behind it, as JSON can hold it."""
    agreed, shots = report.agreement(), report.performances
    names = [clip.name for clip in report.clips]
    parts = {
        "clips": names,
        "pictures": [len(clip.kept) for clip in report.clips],
        "reenactment": {k: _agreement(a, NAMES, names) for k, a in agreed.items()},
        "gaze_eyes_open": {
            name: _gaze(opened) for name, opened in report.while_open().items()
        },
        "mesh": {
            k: _agreement(a, MESH_NAMES, names) for k, a in report.on_mesh().items()
        },
        "ceilings": {each.kind.name: _ceiling(each) for each in report.ceilings},
        "lips": {name: _seal(seal) for name, seal in report.seal().items()},
        "curves": {name: _curves(report, name) for name in agreed if shots},
        "second_tracker": report.second_name,
        "second_opinion": plain(report.second_opinion()),
        "labels": {
            name: {k: plain(asdict(v)) for k, v in scores(labels).items()}
            for name, labels in report.labels.items()
        },
    }
    headline = {name: round(a.overall, 4) for name, a in agreed.items() if names}
    return json_report.report(headline, parts, report.remarks)


def _curves(report: Report, solver: str) -> dict[str, Any]:
    shots = report.performances
    faults = count_faults(shots, solver)
    return {
        "blinks": asdict(count_blinks(shots, solver)),
        "sides_r": plain(side_agreement(shots, solver)),
        "jitter_ratio": number(report.jitter_ratio(solver)),
        "latency_s": plain(lags(shots, solver)),
        "faults": None if faults is None else plain(asdict(faults)),
    }


def _ceiling(ceiling: Ceiling) -> dict[str, Any]:
    mesh = ceiling.mesh
    return {
        "mean_r": number(ceiling.picture.overall),
        "r": named(ceiling.picture.mean_r, NAMES),
        "mesh_r": None if mesh is None else named(mesh.mean_r, MESH_NAMES),
    }


def _agreement(
    agreed: Agreement, measures: Sequence[str], names: Sequence[str]
) -> dict[str, Any]:
    return {
        "mean_r": number(agreed.overall),
        "r": named(agreed.mean_r, measures),
        "slope": named(agreed.mean_slope, measures),
        "clips": named(agreed.clips, measures),
        "r_by_clip": {
            name: named(row, measures)
            for name, row in zip(names, agreed.r, strict=True)
        },
    }


def _gaze(agreed: Agreement) -> dict[str, Any]:
    at = [COLUMN[name] for name in GAZES]
    return {
        "r": named(agreed.mean_r[at], GAZES),
        "slope": named(agreed.mean_slope[at], GAZES),
        "clips": named(agreed.clips[at], GAZES),
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


def named(values: Numbers, names: Sequence[str]) -> dict[str, float | None]:
    """Return one number for each measure, by name."""
    return {name: number(float(v)) for name, v in zip(names, values, strict=True)}
