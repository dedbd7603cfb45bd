"""Put the rows of a Live Link Face CSV in time order, across midnight and clock
changes.

A row whose time does not rise is left out. If the clock was set back and then
continued, the rows after that are valid and kept: they follow at the usual step. Such
rows are told from rows out of order by how many would have to be left out until the
time is as late as before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from protocols.arrays import Ints

RUN: Final = 8
"""If this many rising rows are behind the clock, the clock was set back."""
LEAP_NS: Final = 1_000_000_000
"""A row that is this far ahead, while the next one is not, is broken."""


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Which of n rows are kept, and the time of each of these k."""

    kept: Ints
    """(k,) rows, rising."""
    elapsed_ns: Ints
    """(k,) from 0, rising."""
    late: Ints
    """Rows that are left out."""
    back: tuple[tuple[int, int], ...]
    """Rows at which the clock was set back, and by how many ns."""


def in_order(since_ns: Ints, day_ns: int) -> Order:
    """Return the rows in order.

    Args:
        since_ns: (n,) time of day, at least one.
        day_ns: length of a day, after which the time begins at 0 again.
    """
    steps = _passed(np.diff(since_ns), day_ns)
    if (steps > 0).all():
        every = np.arange(len(since_ns))
        elapsed = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
        return Order(every, elapsed, every[:0], ())
    usual = int(np.median(steps[steps > 0])) if (steps > 0).any() else 0
    since = since_ns.tolist()
    kept, elapsed_ns = [0], [0]
    late: list[int] = []
    back: list[tuple[int, int]] = []

    def passed(earlier: int, later: int) -> int:
        return int(_passed(since[later] - since[earlier], day_ns))

    for row in range(1, len(since)):
        step = passed(kept[-1], row)
        if step <= 0 and _leapt(kept, row, passed):
            late.append(kept.pop())
            elapsed_ns.pop()
            step = passed(kept[-1], row)
        if step <= 0:
            if not _runs_on(kept[-1], row, len(since), passed):
                late.append(row)
                continue
            back.append((row, -step))
            step = usual
        kept.append(row)
        elapsed_ns.append(elapsed_ns[-1] + step)
    return Order(
        np.array(kept, np.int64),
        np.array(elapsed_ns, np.int64),
        np.array(sorted(late), np.int64),
        tuple(back),
    )


def _passed(steps: Any, day_ns: int) -> Any:
    """Return the steps, with those across midnight as short steps."""
    # A step back of half a day or more crosses midnight forward; a step forward of half
    # a day or more crosses it backward.
    return (steps + day_ns // 2) % day_ns - day_ns // 2


def _leapt(kept: list[int], row: int, passed: Callable[[int, int], int]) -> bool:
    """Return True if the row before this one, not this one, has the wrong time."""
    if len(kept) < 2:
        return False
    leap, step = passed(kept[-2], kept[-1]), passed(kept[-2], row)
    return leap > LEAP_NS and 0 < step <= LEAP_NS


def _runs_on(
    last: int, row: int, count: int, passed: Callable[[int, int], int]
) -> bool:
    """Return True if the rows from this one on rise, all of them behind `last`."""
    if row + RUN > count:
        return False
    return all(
        passed(last, later) <= 0 and (later == row or passed(later - 1, later) > 0)
        for later in range(row, row + RUN)
    )
