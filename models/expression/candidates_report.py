"""Tables of networks side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from rich.table import Table

from models.data.photographs.fer2013 import FER2013
from protocols.channels import EXPRESSIONS

from .candidates import VOTED, Judged, spread
from .metrics import Score, wilson
from .passages import Named
from .stills import Answered

HEADS: Final = (("fer2013", FER2013), ("ferplus", EXPRESSIONS))
"""The two sets of labels, and their classes."""
TITLES: Final = {"fer2013": "FER2013 labels", "ferplus": "FER+ labels, majority"}


def scores(found: Sequence[Judged], head: str, title: str) -> Table:
    """Return accuracy and calibration of each network, and their mean and spread.

    Args:
        found: networks on the same faces.
        head: one of `HEADS`.
        title: what the faces are.
    """
    some = _score(found[0], head)
    table = Table(title=f"{TITLES[head]}, {title}, n = {some.n}", title_justify="left")
    for heading in ("", "accuracy", "macro F1", "ECE without", "ECE"):
        table.add_column(heading, justify="right" if heading else "left")
    rows = [(one.name, _numbers(one, head)) for one in found]
    for name, numbers in rows:
        table.add_row(name, *(_told(*pair) for pair in numbers.items()))
    if len(rows) > 1:
        columns = {key: [row[key] for _, row in rows] for key in rows[0][1]}
        both = {key: spread(values) for key, values in columns.items()}
        table.add_section()
        table.add_row("mean", *(_told(key, mean) for key, (mean, _) in both.items()))
        table.add_row("spread", *(_told(key, one) for key, (_, one) in both.items()))
    table.caption = "ECE without: calibration error without the temperature"
    return table


def recalls(
    found: Sequence[Judged], head: str, names: tuple[str, ...], title: str
) -> Table:
    """Return the mean recall of each class, its interval and its spread over seeds."""
    table = Table(title=f"Recall, {TITLES[head]}, {title}", title_justify="left")
    for heading in ("class", "faces", "recall", "95 % (Wilson)", "spread of seeds"):
        table.add_column(heading, justify="left" if heading == "class" else "right")
    for name, row in recall_rows(found, head, names).items():
        table.add_row(
            name,
            str(row["n"]),
            f"{row['recall']:.2f}",
            f"{row['low']:.2f} to {row['high']:.2f}",
            "" if np.isnan(row["spread"]) else f"{row['spread']:.2f}",
        )
    return table


def recall_rows(
    found: Sequence[Judged], head: str, names: tuple[str, ...]
) -> dict[str, dict[str, float]]:
    """Return n, recall, low, high and spread by class; classes without faces are left
    out."""
    rows = {}
    counts = _score(found[0], head).confusion.sum(axis=1)
    for at, (name, n) in enumerate(zip(names, counts.tolist(), strict=True)):
        if not n:
            continue
        mean, deviation = spread([_score(one, head).recall[at] for one in found])
        low, high = wilson(mean * n, n)
        rows[name] = {
            **{"n": n, "recall": mean, "low": low, "high": high},
            "spread": deviation,
        }
    return rows


def order(found: Sequence[Judged], title: str) -> Table:
    """Return how well each network's probabilities put the faces of each expression
    first, beside what chance gives."""
    title = f"Order by FER+ probability (average precision), {title}"
    table = Table(title=title, title_justify="left")
    table.caption = f"to be found: at least {VOTED:.0%} of the votes"
    for heading in ("expression", "faces", "chance", *(one.name for one in found)):
        table.add_column(
            heading, justify="left" if heading == "expression" else "right"
        )
    for name, (_, wanted, n) in found[0].order.items():
        if wanted:
            precisions = (f"{one.order[name][0]:.2f}" for one in found)
            table.add_row(name, str(wanted), f"{wanted / n:.3f}", *precisions)
    return table


def confusion(
    found: Sequence[Judged], head: str, names: tuple[str, ...], title: str
) -> Table:
    """Return shares of each true class by answer, over all networks together."""
    title = f"Confusion, {TITLES[head]}, {title}, in %"
    table = Table(title=title, title_justify="left")
    counts = np.sum([_score(one, head).confusion for one in found], axis=0)
    shares = 100.0 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    table.add_column("true")
    for name in names:
        table.add_column(name[:5], justify="right")
    for name, row in zip(names, shares.tolist(), strict=True):
        table.add_row(name, *(f"{value:.0f}" if value >= 0.5 else "" for value in row))
    return table


def robustness(found: Sequence[Judged], beside: Judged | None) -> Table:
    """Return FER2013 accuracy against changed faces: the mean, and another network."""
    table = Table(title="FER2013 accuracy, faces changed", title_justify="left")
    for heading in ("change", "level", "mean", "beside", "points"):
        table.add_column(heading, justify="left" if heading == "change" else "right")
    for change, levels in found[0].robustness.items():
        for level in levels:
            mean, _ = spread([one.robustness[change][level] for one in found])
            cells = [change, f"{level:g}", f"{mean:.1%}"]
            if beside is not None:
                other = beside.robustness[change][level]
                cells += [f"{other:.1%}", f"{100 * (mean - other):+.1f}"]
            table.add_row(*cells)
    return table


def stills(kind: str, answers: dict[str, Answered]) -> Table:
    """Return how many labelled pictures each network calls by their label."""
    some = next(iter(answers.values()))
    labels = list(dict.fromkeys(still.label for still in some.stills))
    title = f"{kind} pictures called by their label"
    table = Table(title=title, title_justify="left")
    table.caption = f"no face found in {some.missed}"
    table.add_column("")
    for label in ("all", *labels):
        table.add_column(label, justify="right")
    for name, answered in answers.items():
        each = [answered.right(None if x == "all" else x) for x in ("all", *labels)]
        table.add_row(name, *(f"{hits} of {n}" for hits, n in each))
    return table


def passages(title: str, found: list[Named]) -> Table:
    """Return what each passage of a clip is called, by share of its frames."""
    table = Table(title=title, title_justify="left")
    for heading in ("seconds", "label", "frames", "likeliest", "held"):
        table.add_column(heading)
    for one in found:
        table.add_row(
            f"{one.passage.start_s:g} to {one.passage.end_s:g}",
            one.passage.label,
            str(one.frames),
            _names(one.read),
            _names(one.held),
        )
    return table


def as_json(found: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return what was measured of each network, as JSON can hold it."""
    return [
        {
            "name": one.name,
            **{
                head: {
                    **_numbers(one, head),
                    "recall": dict(
                        zip(names, map(_number, _score(one, head).recall), strict=True)
                    ),
                }
                for head, names in HEADS
            },
            "order": {
                name: {"precision": _number(precision), "wanted": wanted, "n": n}
                for name, (precision, wanted, n) in one.order.items()
            },
            "robustness": one.robustness,
        }
        for one in found
    ]


def _score(one: Judged, head: str) -> Score:
    return one.fer2013 if head == "fer2013" else one.ferplus


def _numbers(one: Judged, head: str) -> dict[str, float]:
    score = _score(one, head)
    return {
        "accuracy": score.accuracy,
        "macro_f1": score.macro_f1,
        "ece_plain": one.plain[[name for name, _ in HEADS].index(head)],
        "ece": score.calibration,
    }


def _told(key: str, value: float) -> str:
    return f"{value:.2%}" if key == "accuracy" else f"{value:.3f}"


def _number(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None


def _names(shares: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
