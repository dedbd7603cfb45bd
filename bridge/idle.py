"""Sends held faces at a fixed rate while no image comes."""

from __future__ import annotations

import threading
from typing import Final

from .pacer import Grid
from .pipeline import Pipeline

QUIET_S: Final = 0.5
"""After this long without an image, the faces are held as if none was found."""

IDLE_HZ: Final = 30.0
"""Rate at which held faces are sent."""


def hold_over(
    pipeline: Pipeline, grid: Grid | None, until_ns: int, stop: threading.Event
) -> None:
    """Hold the faces during a gap in a file that is read at pace "fast".

    This is the same as for a lost camera, but on the file's own timeline.

    Args:
        pipeline: has solved the image before the gap.
        grid: sends at the rate of `shape.rate`; None without one.
        until_ns: `captured_ns` of the image after the gap.
        stop: ends the function early.
    """
    last_ns, step_ns = pipeline.now_ns, round(1e9 / IDLE_HZ)
    since_ns = round(QUIET_S * 1e9)
    while last_ns + since_ns < until_ns and not stop.is_set():
        if grid is not None:
            grid.before(last_ns + since_ns)
        pipeline.idle(since_ns)
        since_ns += step_ns
