"""Neutral ground as a table, as JSON, and as the few numbers that others quote."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Many
from typing import Any, Final

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.table import Table

from models.training.json_report import number
from protocols.arrays import Numbers
from protocols.channels import ARKIT
from protocols.wording import counted

from .ground import PASSES, Followed, Ground, mean_over
from .metrics import PAIRS, average

SEQUENCES: Final = ("take", "mixed", "alone")

_MEASURES: Final = ("r", "slope", "sides_r", "sides_slope")
"""Arrays of `Followed`."""


def summary(heads: Many[Ground]) -> dict[str, float]:
    """Return the means over heads, and over the curves of each head, by name."""
    found: dict[str, float] = {}
    for name in SEQUENCES:
        each = [ground.followed[name] for ground in heads]
        for key in _MEASURES:
            found[f"{name}_{key}"] = average([average(getattr(f, key)) for f in each])
        found[f"{name}_found"] = average([f.found for f in each])
    swept = [ground.swept for ground in heads]
    shut = sum(ground.shut for ground in heads)
    found |= {
        "passing": average([int((s.own > PASSES).sum()) for s in swept]),
        "wrong": average([average(s.wrong) for s in swept]),
        "other_side": average([average(s.other_side) for s in swept]),
        "shut": float(shut),
        "apart": sum(g.apart for g in heads) / shut if shut else float("nan"),
        "rest": average([ground.rest for ground in heads]),
    }
    return found


def ground_tables(
    ground: Mapping[str, Many[Ground]], compared: Many[str] = ()
) -> list[Table]:
    """Return the measures by solver; then each curve alone, and each pair.

    Args:
        ground: by solver, on each head.
        compared: the solvers that stand side by side, curve by curve; all without it.
    """
    if not ground:
        return []
    heads = counted(len(next(iter(ground.values()))), "head")
    table = _table(f"Neutral ground: mean of {heads} of other makers", tuple(ground))
    sums = [summary(each) for each in ground.values()]
    for row, keys, form in _ROWS:
        cells = (" / ".join(format(s[key], form) for key in keys) for s in sums)
        table.add_row(row, *cells)
    table.caption = (
        "r / slope over the curves that move: in a take, the take with each curve from "
        "another moment, and each curve alone; sides: of left less right. Live: curves "
        f"above {PASSES} in their own sweep. Wrong: by how much the most wrong curve "
        "rises in another's sweep. Lips: apart where the truth has them shut."
    )
    shown = {name: ground[name] for name in ground if not compared or name in compared}
    return [table, _curves(shown), _pairs(shown)]


_ROWS: Final = (
    ("take", ("take_r", "take_slope"), ".2f"),
    ("mixed", ("mixed_r", "mixed_slope"), ".2f"),
    ("alone", ("alone_r", "alone_slope"), ".2f"),
    ("sides, take", ("take_sides_r", "take_sides_slope"), ".2f"),
    ("sides, mixed", ("mixed_sides_r", "mixed_sides_slope"), ".2f"),
    ("sides, alone", ("alone_sides_r", "alone_sides_slope"), ".2f"),
    ("live", ("passing",), ".0f"),
    ("wrong", ("wrong",), ".2f"),
    ("other side", ("other_side",), ".2f"),
    ("lips", ("apart",), ".1%"),
    ("at rest", ("rest",), ".3f"),
    ("found", ("take_found",), ".0%"),
)


def _curves(ground: Mapping[str, Many[Ground]]) -> Table:
    """Each curve alone: its r, its highest weight, and what rises most beside it."""
    table = _table("Each curve alone: r / own peak / wrong rise", tuple(ground))
    table.box = SIMPLE_HEAD
    rows = {name: _by_curve(each) for name, each in ground.items()}
    for at, curve in enumerate(ARKIT):
        if not all(np.isnan(values["own"][at]) for values in rows.values()):
            cells = (
                " / ".join(_cell(values[key][at]) for key in ("r", "own", "wrong"))
                for values in rows.values()
            )
            table.add_row(curve, *cells)
    return table


def _pairs(ground: Mapping[str, Many[Ground]]) -> Table:
    table = _table("Left less right, r: take / mixed / alone", tuple(ground))
    table.box = SIMPLE_HEAD
    rows = [
        [mean_over([g.followed[s].sides_r for g in each]) for s in SEQUENCES]
        for each in ground.values()
    ]
    for at, pair in enumerate(PAIRS):
        table.add_row(pair, *(" / ".join(_cell(v[at]) for v in each) for each in rows))
    return table


def ground_json(ground: Mapping[str, Many[Ground]]) -> dict[str, Any]:
    """Return everything by solver, as JSON can hold it."""
    return {
        name: {
            **{key: number(value) for key, value in summary(heads).items()},
            "by_head": [
                {key: number(value) for key, value in summary([head]).items()}
                for head in heads
            ],
            "alone_by_curve": {
                curve: {key: number(float(v[at])) for key, v in by_curve.items()}
                for at, curve in enumerate(ARKIT)
            },
            "confused_with": [
                dict(zip(ARKIT, head.swept.culprit, strict=True)) for head in heads
            ],
            **{f"{each}_by_curve": _followed(heads, each) for each in SEQUENCES[:2]},
            **{f"{each}_by_pair": _sided(heads, each) for each in SEQUENCES},
        }
        for name, heads in ground.items()
        for by_curve in (_by_curve(heads),)
    }


def ground_headline(heads: Many[Ground]) -> dict[str, float]:
    """Return the numbers that others quote, of one solver."""
    found = summary(heads)
    return {
        "ground_take_r": found["take_r"],
        "ground_mixed_r": found["mixed_r"],
        "ground_alone_r": found["alone_r"],
        "ground_sides_alone_r": found["alone_sides_r"],
        "ground_lips_apart": found["apart"],
    }


def _by_curve(heads: Many[Ground]) -> dict[str, Numbers]:
    alone = [head.followed["alone"] for head in heads]
    return {
        "r": mean_over([each.r for each in alone]),
        "slope": mean_over([each.slope for each in alone]),
        "own": mean_over([head.swept.own for head in heads]),
        "wrong": mean_over([head.swept.wrong for head in heads]),
        "other_side": mean_over([head.swept.other_side for head in heads]),
    }


def _followed(heads: Many[Ground], sequence: str) -> dict[str, float | None]:
    r = mean_over([head.followed[sequence].r for head in heads])
    return {name: number(float(r[at])) for at, name in enumerate(ARKIT)}


def _sided(heads: Many[Ground], sequence: str) -> dict[str, float | None]:
    each: list[Followed] = [head.followed[sequence] for head in heads]
    r = mean_over([followed.sides_r for followed in each])
    return {name: number(float(r[at])) for at, name in enumerate(PAIRS)}


def _table(title: str, names: Many[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    return table


def _cell(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.2f}"
