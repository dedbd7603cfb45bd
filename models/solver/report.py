"""Prints and writes what `evaluate_solver` measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from models.training import checkpoint, json_report
from models.training.json_report import number
from protocols.arrays import Numbers
from protocols.channels import ARKIT

from .evaluate import LEARNED, LESS_NEUTRAL, MEDIAPIPE, Report
from .footage import Clip
from .ground_report import ground_json
from .metrics import PAIRS, average, leaks, live, mean
from .pictures import correlation_picture, cross_talk_picture, curves_picture
from .rendered import BEHIND, HEALTHY, Behind, Judged
from .tables import COMPARED, tables


def show(report: Report, console: Console) -> None:
    """Print all tables, and what they must be read with."""
    for table in tables(report):
        console.print(table)
    for theirs in (MEDIAPIPE, LESS_NEUTRAL):
        worse = report.behind(theirs)
        if worse is not None:
            console.print(
                f"healthy curves of {theirs} on which the learned solver is worse by "
                f"more than {BEHIND}: {_listed(worse)}"
            )
    if LEARNED in report.judged:
        strongest = leaks(report.judged[LEARNED].cross)
        console.print(
            "curves that the learned solver confuses most: "
            + ", ".join(f"{a} > {b} {value:+.2f}" for a, b, value in strongest)
        )
    if report.judged:
        console.print(
            "The learned solver was trained on such renders and MediaPipe was not: use "
            "them to find dead curves and ranges, and look at the footage as well."
        )
    for remark in report.remarks:
        # A table of the manifest is named in brackets, which are no markup.
        console.print(remark, markup=False)
    if report.headline():
        console.print(report.headline())


def write(report: Report, folder: Path) -> None:
    """Write pictures and `solver.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shown: dict[str, Judged] = {
        name: report.judged[name] for name in COMPARED if name in report.judged
    }
    for name, each in shown.items():
        title = f"{name}: what answers when one curve is driven"
        cross_talk_picture(folder / f"cross_talk_{_file(name)}.png", each.cross, title)
    if shown:
        correlation_picture(folder / "correlation.png", shown)
    for clip in report.clips:
        path = folder / f"curves_{Path(clip.name).stem}.png"
        curves_picture(path, clip, COMPARED)
    checkpoint.write_json(folder / "solver.json", as_json(report))


def as_json(report: Report) -> dict[str, Any]:
    """Return the headline and everything behind it, as JSON can hold it."""
    parts = {
        "people": report.people,
        "faces": report.faces,
        "rendered": {name: _plain(each) for name, each in report.judged.items()},
        "worse_than": {
            theirs: None
            if (worse := report.behind(theirs)) is None
            else [[each.curve, number(each.r), number(each.theirs)] for each in worse]
            for theirs in (MEDIAPIPE, LESS_NEUTRAL)
        },
        "healthy_from": HEALTHY,
        "footage": {clip.name: _clip(clip) for clip in report.clips},
        "neutral_ground": ground_json(report.ground),
    }
    return json_report.report(report.headline(), parts, report.remarks)


def _plain(judged: Judged) -> dict[str, Any]:
    nothing = np.full(len(ARKIT), math.nan)
    mirror = nothing if judged.mirror is None else judged.mirror
    return {
        "found": number(judged.found),
        "mean_r": number(judged.mean_r),
        "live": live(judged.top),
        "mean_r_by_kind": {k: number(v) for k, v in judged.by_kind.items()},
        "sides": number(average(judged.sides_r)),
        "sides_by_pair": _pairs(judged.sides_r),
        "sides_slope_by_pair": _pairs(judged.sides_slope),
        "sides_by_kind": {k: number(v) for k, v in judged.sides_by_kind.items()},
        "surface_mm": {k: number(v) for k, v in judged.surface_mm.items()},
        "mirror": number(mean(mirror)),
        "r": _named(judged.r),
        "error": _named(judged.error),
        "slope": _named(judged.slope),
        "neutral_bias": _named(judged.bias),
        "p99": _named(judged.top),
        "turn": _named(judged.turn),
        "mirror_by_curve": _named(mirror),
        "leaks": [[a, b, number(v)] for a, b, v in leaks(judged.cross, 20)],
        "cross_talk": [[number(v) for v in row] for row in judged.cross],
    }


def _pairs(values: Numbers) -> dict[str, float | None]:
    return {pair: number(float(v)) for pair, v in zip(PAIRS, values, strict=True)}


def _clip(clip: Clip) -> dict[str, Any]:
    found: dict[str, Any] = {
        "lids_down_s": [[number(v) for v in pair] for pair in clip.true_blinks(True)],
        "lids_half_s": [[number(v) for v in pair] for pair in clip.true_blinks(False)],
    }
    for name in clip.watched.said:
        low, high = clip.spans[name]
        missed, invented = clip.blink_errors(name)
        found[name] = {
            "agreement": number(average(clip.agreement[name])),
            "agreement_loose": number(average(clip.loose[name])),
            "agreement_by_curve": _named(clip.loose[name]),
            "mirror": number(mean(clip.mirror[name])),
            "jitter": number(mean(clip.jitter[name]), 6),
            "jitter_by_curve": _named(clip.jitter[name], 6),
            "p1": _named(low),
            "p99": _named(high),
            "blinks": [
                [number(b.start_s), number(b.end_s), number(b.peak)]
                for b in clip.blinks[name]
            ],
            "blinks_missed": missed,
            "blinks_invented": invented,
        }
    return found


def _named(values: Numbers, digits: int = 4) -> dict[str, float | None]:
    return {
        name: number(float(value), digits)
        for name, value in zip(ARKIT, values, strict=True)
        if not math.isnan(value)
    }


def _file(name: str) -> str:
    return name.lower().replace(", ", "_").replace(" ", "_")


def _listed(worse: Sequence[Behind]) -> str:
    return ", ".join(f"{b.curve} {b.r:.2f} < {b.theirs:.2f}" for b in worse) or "none"
