"""Waits for takes to be written, for as long as the disk makes progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bridge.clock import monotonic_ns

from .take_thread import TakeThread

STOP_S: Final = 5.0
"""Longest wait for a take; after this its thread continues to write on its own."""

STILL_S: Final = 0.24
"""At shutdown, a disk without progress for this long counts as hanging."""

HELD_S: Final = 0.05
"""At shutdown, longest wait for a command that is being run."""

LOOK_S: Final = 0.02
"""Time between two checks."""


def wait_for_takes(
    takes: Sequence[TakeThread],
    still_s: float,
    step: Callable[[], object] = lambda: None,
) -> None:
    """Wait until takes have ended, for as long as the disk makes progress.

    Args:
        takes: the takes; the wait is for all of them together.
        still_s: give up after this long without progress.
        step: called after each progress.
    """
    looks = progress = -1
    end_ns = monotonic_ns() + round(STOP_S * 1e9)
    while (busy := [take for take in takes if take.busy]) and monotonic_ns() < end_ns:
        if (now := sum(take.progress for take in takes)) != progress:
            progress, looks = now, 0
            step()
        # Count checks, not seconds: a busy or suspended machine is not a hanging disk.
        if looks * LOOK_S >= still_s:
            return
        looks += 1
        busy[0].wait(LOOK_S)
