"""Pairs rows with columns at the least cost in all, each used once.

The linear sum assignment problem, by shortest augmenting paths: Crouse, On implementing
2D rectangular assignment algorithms, IEEE Transactions on Aerospace and Electronic
Systems 52, 2016. SciPy's `linear_sum_assignment` follows the same paper; where several
pairings cost the same, this one is SciPy's.
"""

from __future__ import annotations

import numpy as np

from protocols.arrays import Ints, Mask, Numbers


def assign(costs: Numbers) -> tuple[Ints, Ints]:
    """Return the rows, in order, and the column of each; as many as the shorter side.

    Args:
        costs: (R, C) finite.

    Raises:
        ValueError: a cost is not finite.
    """
    if not np.isfinite(costs).all():
        raise ValueError("a cost of an assignment is not finite")
    if costs.shape[0] > costs.shape[1]:
        columns, rows = assign(costs.T)
        order = np.argsort(rows)
        return rows[order], columns[order]
    count, width = costs.shape
    price_of_row, price_of_column = np.zeros(count), np.zeros(width)
    column_of, row_of = np.full(count, -1), np.full(width, -1)
    for row in range(count):
        path = np.full(width, -1)
        shortest = np.full(width, np.inf)
        # Backwards, as in the paper's code: it decides between equal ones.
        left = np.arange(width)[::-1].copy()
        rows_seen, columns_seen = [], []
        at, least, sink = row, 0.0, -1
        while sink < 0:
            rows_seen.append(at)
            reached = least + costs[at, left] - price_of_row[at] - price_of_column[left]
            shorter = left[reached < shortest[left]]
            path[shorter] = at
            shortest[left] = np.minimum(shortest[left], reached)
            place = _next(shortest[left], row_of[left] < 0)
            column = int(left[place])
            least = float(shortest[column])
            columns_seen.append(column)
            left[place] = left[-1]
            left = left[:-1]
            at, sink = int(row_of[column]), column if row_of[column] < 0 else -1
        others = np.array(rows_seen[1:], dtype=np.int64)
        price_of_row[row] += least
        price_of_row[others] += least - shortest[column_of[others]]
        price_of_column[columns_seen] -= least - shortest[columns_seen]
        # Along the path, every row passes its column on to the one before it.
        column = sink
        while True:
            at = int(path[column])
            row_of[column] = at
            column_of[at], column = column, int(column_of[at])
            if at == row:
                break
    return np.arange(count), column_of.astype(np.int64)


def _next(lengths: Numbers, free: Mask) -> int:
    """Return the place of the least length: the last free one, else the first."""
    equal = np.flatnonzero(lengths == lengths.min())
    ends = equal[free[equal]]
    return int(ends[-1] if len(ends) else equal[0])
