"""Turns validation errors of settings and profiles into plain sentences."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engines.expected import expected, own_words

from .address import masked

LONGEST: Final = 60
"""Longest shown part of a value, in characters."""


def mistakes(error: ValidationError, kinds: str = "") -> list[str]:
    """Return one sentence for each mistake: the place, the value and what is expected.

    Args:
        error: pydantic's exception.
        kinds: the kinds of sinks, for settings that contain sinks.
    """
    return [f"{_place(e['loc'])}: {_sentence(e, kinds)}" for e in error.errors()]


def _place(location: tuple[int | str, ...]) -> str:
    """Write ("sinks", 0, "osc", "port") as sinks[0].osc.port."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "file"


def _sentence(error: ErrorDetails, kinds: str) -> str:
    kind = error["type"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is unknown here; check its spelling and its [table]"
    if kind == "union_tag_not_found":
        return f"expected a table with kind = {kinds}"
    wanted = expected(dict(error))
    if wanted is None:
        return own_words(dict(error))
    value = _written(error["input"])
    if kind == "union_tag_invalid":
        value = f"kind = {error['ctx']['tag']!r}"
    return f"got {value}, expected {wanted}"


def _written(value: Any) -> str:
    """Return a value as it would be written in the file."""
    if isinstance(value, str):
        return repr(masked(value)[:LONGEST])
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.12g}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "a table" if isinstance(value, dict) else str(value)
