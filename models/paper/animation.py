"""Figures 5, 6, 7 and 9: how characters look and move, against keyframes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .part import Part, Picture, Results, Table, number

CLAIM: Final = (
    "Animation by the method looks better and moves more fluently than traditional "
    "animation with keyframes, by the votes of a panel."
)
CAVEATS: Final = (
    "No panel was asked: distance and jerk stand for what people would say.",
    "Keyframes are set in our own solved curves, at the best instants. A person who "
    "sets keys by hand has neither. So the distance says what interpolation costs, not "
    "what a person would reach.",
    "Fluency alone is easily had: a face that hardly moves is smooth. It counts only "
    "beside the distance.",
    "Interpolation knows the future; the generator runs live and does not.",
)
SHEETS: Final = 12
"""Pictures that are shown at most."""


def animation(results: Results, folder: Path) -> Part:
    """Return the part on animation from what `evaluate animation` wrote.

    Args:
        results: the JSON.
        folder: with the sheets beside it; those that are gone are left out.
    """
    tables = [
        table
        for kind in ("clips", "stills")
        if kind in results
        for table in _tables(kind, results[kind], results.get("measures", {}))
    ]
    measured = " ".join(results.get("measures", {}).values()) + " Less is better."
    behind = [
        f"Ours is behind on {kind} in {' and in '.join(results[kind]['behind'])}."
        for kind in ("clips", "stills")
        if results.get(kind, {}).get("behind")
    ]
    return Part(
        "Figures 5, 6, 7 and 9",
        "Characters: visual quality and fluency, against keyframes",
        CLAIM,
        measured,
        tuple(tables),
        _pictures(results, folder),
        (*behind, *CAVEATS, *(results.get("remarks") or ())),
    )


def _tables(kind: str, found: Results, measures: dict[str, str]) -> list[Table]:
    head = ("method", *(_NAMES.get(key, key) for key in measures))
    count, on = len(found["performances"]), len(found["characters"])
    made = [
        Table(
            f"{kind.capitalize()}: {count}, on {on} characters",
            head,
            _rows(found["means"], measures),
        )
    ]
    made += [
        Table(f"{kind.capitalize()} on {name}", head, _rows(means, measures))
        for name, means in found["by_character"].items()
    ]
    counts = tuple(
        (name, *("{} of {}".format(*pair) for pair in ahead.values()))
        for name, ahead in found["ahead"].items()
    )
    made.append(Table(f"{kind.capitalize()}: ours is better than", head, counts))
    return made


_NAMES: Final = {
    "distance": "distance, % of eye distance",
    "share": "of the actor's motion",
    "jerk": "jerk",
    "breaks": "breaks a minute",
    "dead": "dead time, %",
}


def _rows(means: dict[str, Any], keys: Sequence[str] | dict[str, str]) -> Any:
    return tuple(
        (name, *(number(row.get(key)) for key in keys)) for name, row in means.items()
    )


def _pictures(results: Results, folder: Path) -> tuple[Picture, ...]:
    """Return the sheets; their names are the kind, the character's number, a page."""
    found = sorted([*folder.glob("clips_*.png"), *folder.glob("stills_*.png")])
    shown = []
    for path in found[:SHEETS]:
        kind, *places = path.stem.split("_")
        names = results.get(kind, {}).get("characters", ())
        at = int(places[0]) - 1 if places and places[0].isdecimal() else -1
        on = f" on {names[at]}" if 0 <= at < len(names) else ""
        title = f"{kind.capitalize()}{on}: moments in which the methods differ most"
        shown.append(Picture(title, path.read_bytes()))
    return tuple(shown)
