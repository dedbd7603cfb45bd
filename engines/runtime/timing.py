"""Measure how long a graph takes: back to back, and paced like frames.

The paced time is the one that matters. Between frames caches go cold and cores go to
sleep, and the same call takes up to four times as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .engine import Engine
from .graphs import Graph
from .parity import carried, made_up

WARM_UP: Final = 20
"""Calls before counting starts."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Times of some calls in milliseconds, copies in and out included."""

    calls: int
    median_ms: float
    p99_ms: float


def time_calls(
    graph: Graph,
    engine: Engine,
    calls: int,
    gap_s: float = 0.0,
    *,
    clock_ns: Callable[[], int] = time.perf_counter_ns,
    wait: Callable[[float], object] = time.sleep,
) -> Timing:
    """Time calls in a row, with state fed back.

    Args:
        graph: the engine's contract.
        engine: a loaded graph.
        calls: how many are counted, at least 1.
        gap_s: seconds from the start of one call to the next; 0 for back to back.
        clock_ns: monotonic nanoseconds.
        wait: sleeps some seconds, to within a millisecond.
    """
    state = carried(graph)
    feeds = made_up(graph, 0)
    took: list[int] = []
    for at in range(WARM_UP + calls):
        began = clock_ns()
        found = engine.run(feeds)
        ended = clock_ns()
        if at >= WARM_UP:
            took.append(ended - began)
        for name, out in state.items():
            feeds[name] = found[out].copy()
        if gap_s:
            left = gap_s - (clock_ns() - began) / 1e9
            if left > 0.0:
                wait(left)
    return _timing(np.array(took, np.float64) / 1e6)


def _timing(took: npt.NDArray[np.float64]) -> Timing:
    median, p99 = np.percentile(took, [50.0, 99.0])
    return Timing(len(took), float(median), float(p99))
