"""Plays a take: sends its frames again as a live stream, with their own timing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from bridge.clock import ClockNs, monotonic_ns
from bridge.pipeline import Publishes

from .frames import Timed, frames_of
from .take import Recording

LATE_NS: Final = 500_000_000
"""If a frame is later than this (the machine slept), the remaining frames are delayed
by the same time instead of being sent in a burst."""

LONGEST_S: Final = 1e6
"""Longest single wait. Systems limit waits, and a damaged take may have huge gaps."""

INDICES: Final = 1 << 63
"""The index starts again at 0 here, because no wire can hold a larger one."""

USUAL_NS: Final = 16_666_667
"""Time between the last and the first frame of a loop, for a take of one frame."""


def play(
    recording: Recording,
    routes: Sequence[Publishes],
    *,
    wait: Callable[[float], bool],
    speed: float = 1.0,
    loop: bool = False,
    clock_ns: ClockNs = monotonic_ns,
) -> int:
    """Publish all frames when they are due, and return their number.

    captured_ns becomes the time at which a frame is due, and the index continues to
    count when a loop starts again, so receivers see a live stream. The timecode is the
    take's own.

    Args:
        recording: all its faces are played together.
        routes: the destinations.
        wait: waits for a number of seconds; returns True to stop playing.
        speed: above 0; 2 is twice as fast.
        loop: start again at the end, without limit.
        clock_ns: monotonic nanoseconds.
    """
    count, start_ns = 0, clock_ns()
    for at_ns, frame, time in _rounds(recording, loop=loop):
        due_ns = start_ns + round(at_ns / speed)
        left_ns = due_ns - clock_ns()
        if left_ns < -LATE_NS:
            start_ns -= left_ns
            due_ns -= left_ns
        elif _waited(max(left_ns, 0) / 1e9, wait):
            break
        shown = replace(frame, captured_ns=due_ns)
        for route in routes:
            route.publish(shown, time)
        count += 1
    return count


def _waited(seconds: float, wait: Callable[[float], bool]) -> bool:
    """Wait for a number of seconds; return True if playing must stop."""
    while seconds > LONGEST_S:
        if wait(LONGEST_S):
            return True
        seconds -= LONGEST_S
    return wait(seconds)


def _rounds(recording: Recording, *, loop: bool) -> Iterator[Timed]:
    """Yield the frames, starting at 0 ns; repeat them without end if `loop` is set."""
    first_ns = min(int(take.captured_ns[0]) for take in recording.takes)
    last_ns = max(int(take.captured_ns[-1]) for take in recording.takes)
    steps = [np.diff(take.captured_ns) for take in recording.takes]
    every = np.concatenate(steps)
    step_ns = round(float(np.median(every))) if len(every) else USUAL_NS
    indices = 1 + max(int(take.index.max()) for take in recording.takes)
    offset_ns, offset = -first_ns, 0
    while True:
        for at_ns, frame, time in frames_of(recording):
            shown = replace(frame, index=(frame.index + offset) % INDICES)
            yield Timed(at_ns + offset_ns, shown, time)
        if not loop:
            return
        offset_ns += last_ns - first_ns + step_ns
        offset += indices
