"""What is sent while no image comes: held faces, at a rate of their own."""

from __future__ import annotations

import threading
from typing import Final

from .pacer import Grid
from .pipeline import Pipeline

QUIET_S: Final = 0.5
"""Without an image for so long the faces are held, as if nobody were seen."""

IDLE_HZ: Final = 30.0
"""Held faces are sent at this rate."""


def hold_over(
    pipeline: Pipeline, grid: Grid | None, until_ns: int, stop: threading.Event
) -> None:
    """Hold the faces over the gap before an image of a file that is read unpaced.

    As while a camera is away, but by the file's own timeline.

    Args:
        pipeline: has taken the image before the gap.
        grid: sends at a rate of its own, where one is asked for.
        until_ns: `captured_ns` of the image behind the gap.
        stop: ends it in the middle.
    """
    last_ns, step_ns = pipeline.now_ns, round(1e9 / IDLE_HZ)
    since_ns = round(QUIET_S * 1e9)
    while last_ns + since_ns < until_ns and not stop.is_set():
        if grid is not None:
            grid.before(last_ns + since_ns)
        pipeline.idle(since_ns)
        since_ns += step_ns
