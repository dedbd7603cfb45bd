"""What `evaluate_motion` measured, as tables for a terminal and for a README."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from rich.box import SIMPLE
from rich.table import Table

from .evaluate import LEAD_S
from .filters import GROUPS
from .metrics import Measured
from .results import NETWORK, RAW, Judged, Key
from .tune_filters import ONE_EURO

COLUMNS: Final = (
    *("jitter", "lag ms", "error", "sound", "moving", "dropout", "to 0.5 s"),
    *("after", "over %", "3-8 Hz", "8-15 Hz"),
)
ERRORS: Final = 8
"""So many of the columns stand in a first table."""
CAPTION: Final = (
    "Jitter and errors: thousandths of a large movement. Jitter: mean third difference "
    "of signals at rest. Errors (root mean square): all frames, frames away from "
    "dropouts, moving signals, dropouts, dropouts of up to 0.5 s, the 0.2 s after. "
    "Over: overshoot of the true range, 95th percentile. Hz: power over the true power."
)


def tables(judged: Judged) -> list[Table]:
    """Return everything of one source as tables for a terminal."""
    what = f"{judged.name} motion, {judged.sequences} x, {judged.seconds:.0f} s"
    found = list(_main(f"{what}: no lead", judged.rows))
    found += [_events(judged), _lags(judged)]
    found += _main(f"{what}: {1e3 * LEAD_S:.0f} ms ahead", judged.ahead)
    ratios = judged.ratios()
    if ratios:
        table = _table(
            f"{what}: the network over the filters at equal jitter",
            *("", *judged.levels, "worst"),
        )
        worst = judged.worst()
        for name, by_level in ratios.items():
            cells = (_cell(value) for value in by_level.values())
            table.add_row(name, *cells, _cell(worst[name]))
        table.add_row("steadiness", *(_cell(s) for s in judged.steadiness.values()), "")
        found.append(table)
    return found


def markdown(judged: Judged) -> str:
    """Return the table at lead 0 as Markdown, for the README."""
    headings = ("", *COLUMNS, "blink peak")
    lines = [
        "| " + " | ".join(headings) + " |",
        "|" + "---|" * len(headings),
    ]
    for key, row in judged.rows.items():
        cells = (_name(key), *_cells(row), _cell(row.blink_peak))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _main(title: str, rows: dict[Key, Measured]) -> Iterator[Table]:
    """Yield two tables: one would be too wide for a terminal of 80 columns."""
    for columns in (slice(0, ERRORS), slice(ERRORS, None)):
        table = _table(title, "", *COLUMNS[columns])
        for key in _ordered(rows):
            table.add_row(_name(key), *list(_cells(rows[key]))[columns])
        if columns.stop is None:
            table.caption = CAPTION
        yield table


def _cells(row: Measured) -> Iterator[str]:
    yield _cell(row.jitter)
    for value in (
        row.lag_ms["all"],
        row.rmse,
        row.rmse_sound,
        row.rmse_moving,
        row.rmse_gone,
        row.rmse_bridged,
        row.rmse_after,
        row.overshoot,
    ):
        yield _cell(value, 1)
    yield from (_cell(value) for value in row.spectrum.values())


def _events(judged: Judged) -> Table:
    first = next(iter(judged.rows.values()))
    table = _table(
        f"{judged.name} motion: {first.blinks} blinks, closed lips, smooth moves, and "
        "twice the camera's rate",
        *("", "recall", "peak", "late ms", "lip gap", "SPARC", "LDLJ", "60 fps error"),
    )
    for key in _ordered(judged.rows):
        row = judged.rows[key]
        table.add_row(
            _name(key),
            _cell(row.blink_recall),
            _cell(row.blink_peak),
            _cell(row.blink_late_ms, 1),
            _cell(row.closure_gap, 1),
            _cell(row.smoothness.sparc),
            _cell(row.smoothness.ldlj),
            _cell(judged.between.get(key, math.nan), 1),
        )
    true = first.true_smoothness
    cells = ("", "", "", "", _cell(true.sparc), _cell(true.ldlj), "")
    table.add_row("truth", *cells)
    table.caption = (
        "Peak: ratio to the true peak. Lip gap: in excess of the true gap where lips "
        "close. SPARC, LDLJ: closer to 0 is smoother; the aim is the truth."
    )
    return table


def _lags(judged: Judged) -> Table:
    table = _table(f"{judged.name} motion: lag, ms", "", *GROUPS, "all")
    for key in _ordered(judged.rows):
        lags = judged.rows[key].lag_ms
        table.add_row(_name(key), *(_cell(lags[g], 1) for g in (*GROUPS, "all")))
    return table


def _ordered(rows: dict[Key, Measured]) -> list[Key]:
    """Return the network beside One-Euro, level by level, and the rest around them."""
    plain = [key for key in rows if not key[1]]
    compared = [key for key in rows if key[0] in (ONE_EURO.name, NETWORK) and key[1]]
    levels = list(dict.fromkeys(key[1] for key in compared))
    compared.sort(key=lambda key: (levels.index(key[1]), key[0] == NETWORK))
    rest = [key for key in rows if key not in plain and key not in compared]
    return [*plain, *compared, *rest]


def _name(key: Key) -> str:
    name, level = key
    return f"{name}, {level}" if level else (f"{name} (hold)" if name == RAW else name)


def _cell(value: float, digits: int = 2) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 0, 0, 1))
    table.add_column(headings[0])
    for heading in headings[1:]:
        # Names may be wrapped; a number that is cut is none.
        table.add_column(heading, justify="right", no_wrap=True)
    return table
