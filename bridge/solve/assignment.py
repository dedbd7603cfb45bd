"""The cheapest way to give rows columns, each at most once."""

from __future__ import annotations

import math
from typing import Final

PARKED: Final = 2.0
"""Cost of leaving a row without a column; more than any column's that is worth it, so
that columns win."""


def cheapest(costs: list[list[float]], columns: int) -> list[int | None]:
    """Return the column of every row, or None, so that the sum of costs is least.

    Tried one row after the other over every set of columns taken so far, 2 ** columns
    at most.

    Args:
        costs: of each row in each column; infinite where it cannot be.
        columns: how many there are.
    """
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {0: (0.0, ())}
    for row in costs:
        after: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        for taken, (cost, chosen) in best.items():
            options: list[tuple[int, float, int | None]] = [(taken, PARKED, None)]
            options += [
                (taken | 1 << column, row[column], column)
                for column in range(columns)
                if not taken >> column & 1 and row[column] < math.inf
            ]
            for key, added, column in options:
                total = cost + added
                if key not in after or total < after[key][0]:
                    after[key] = (total, (*chosen, column))
        best = after
    return list(min(best.values(), key=lambda entry: entry[0])[1])
