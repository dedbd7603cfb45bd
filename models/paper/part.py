"""One part of the report on the paper: what is claimed, and what was measured here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LARGEST: Final = 64 << 20
"""Bytes of a file of results."""

Results = dict[str, Any]
"""What an evaluation wrote as JSON."""


class ResultsError(ValueError):
    """A file that holds no results; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers in rows. The first column has names."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture and what it shows."""

    title: str
    png: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One part of the report."""

    figure: str
    """Figure or section of the paper, such as `Figures 2 and 3`."""
    title: str
    claim: str
    """What the paper says, in a sentence."""
    measured: str = ""
    """What was measured here and how."""
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    caveats: tuple[str, ...] = ()
    left_out: str = ""
    """Why there is nothing; empty if there is something."""


def read_results(path: Path) -> Results:
    """Return the content of a JSON file that an evaluation wrote.

    Raises:
        OSError: it cannot be read.
        ResultsError: it is no such file.
    """
    if path.stat().st_size > LARGEST:
        raise ResultsError(f"{path}: over {LARGEST} bytes; expected a file of results")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultsError(f"{path}: no JSON ({error})") from None
    if not isinstance(found, dict):
        raise ResultsError(
            f"{path}: expected a JSON object, as an evaluation writes it"
        )
    return found


def percent(value: Any, digits: int = 1) -> str:
    """Return 0.694 as `69.4 %`, and `-` for what is no number."""
    known = isinstance(value, int | float)
    return f"{100 * value:.{digits}f} %" if known else "-"


def number(value: Any, digits: int = 2) -> str:
    """Return a number, and `-` for what is none."""
    return f"{value:,.{digits}f}" if isinstance(value, int | float) else "-"
