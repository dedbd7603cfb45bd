"""How long an end waits for a disk: while it takes something, and not much longer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bridge.clock import monotonic_ns

from .take_thread import TakeThread

STOP_S: Final = 5.0
"""After this a take goes on being written, and nobody waits for it."""

STILL_S: Final = 0.24
"""A disk that takes nothing for so long hangs, where all ends."""

HELD_S: Final = 0.05
"""For a command to come to its end, where all ends."""

LOOK_S: Final = 0.02
"""Between two looks."""


def wait_for_takes(
    takes: Sequence[TakeThread],
    still_s: float,
    step: Callable[[], object] = lambda: None,
) -> None:
    """Wait for takes that are to end, as long as the disk takes something.

    Args:
        takes: all are waited for together.
        still_s: with a disk that takes nothing for so long, give up.
        step: called whenever it has taken something.
    """
    looks = taken = -1
    end_ns = monotonic_ns() + round(STOP_S * 1e9)
    while (busy := [take for take in takes if take.busy]) and monotonic_ns() < end_ns:
        if (now := sum(take.taken for take in takes)) != taken:
            taken, looks = now, 0
            step()
        # In looks, not in seconds: a machine that was busy or asleep is no such disk.
        if looks * LOOK_S >= still_s:
            return
        looks += 1
        busy[0].wait(LOOK_S)
