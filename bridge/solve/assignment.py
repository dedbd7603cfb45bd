"""Assigns a column to each row, each at most once, at the least total cost."""

from __future__ import annotations

import math
from typing import Final

PARKED: Final = 2.0
"""Cost of a row without a column. It is above every useful cost, so that a row gets a
column if it can."""


def cheapest(costs: list[list[float]], columns: int) -> list[int | None]:
    """Return the column of every row, or None, so that the sum of costs is least.

    The rows are tried one after the other. For each set of taken columns, at most
    2 ** columns of them, the cheapest choice so far is kept.

    Args:
        costs: of each row in each column; infinite if not allowed.
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
