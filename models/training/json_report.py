"""What the JSON reports of the evaluations have in common."""

from __future__ import annotations

import math
from typing import Any

from . import checkpoint


def report(
    headline: dict[str, float],
    parts: dict[str, Any],
    remarks: list[str] | None = None,
) -> dict[str, Any]:
    """Return a report: headline and parts, then remarks, commit and machine."""
    return {
        "headline": headline,
        **parts,
        **({} if remarks is None else {"remarks": remarks}),
        "commit": checkpoint.commit(),
        "machine": checkpoint.machine(),
    }


def plain(value: Any) -> Any:
    """Return a value with the numbers of its tables as JSON can hold them."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return number(value) if isinstance(value, float) else value


def number(value: float, digits: int = 4) -> float | None:
    """Return a number for JSON, rounded; JSON has no NaN, so that it becomes None."""
    return round(float(value), digits) if math.isfinite(value) else None
