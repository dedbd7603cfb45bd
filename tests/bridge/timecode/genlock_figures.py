"""Prints how exactly ticks of the timecode come on this machine.

    python -m tests.bridge.timecode.genlock_figures [SECONDS]

For each rate: how late ticks were, in microseconds, and how many numbers were left out.
Ticks follow this machine's time of day.
"""

from __future__ import annotations

import sys
import threading
from fractions import Fraction

import numpy as np

from bridge.clock import monotonic_ns, read_offset
from bridge.timecode.genlock import LockedOutput, Ticks
from protocols.timecode import Timecode

RATES = (
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(60),
    Fraction(120),
)


def measured(rate: Fraction, seconds: float) -> tuple[list[float], int]:
    """Return how late each tick was, in us, and how many numbers were left out."""
    late: list[float] = []
    frames: list[int] = []
    offset_ns = read_offset().local_ns
    ticks = Ticks(rate, read_offset)

    def tick(instant_ns: int, time: Timecode) -> None:
        now_ns = monotonic_ns() + offset_ns
        late.append((now_ns - ticks.instant(ticks.count(now_ns))) / 1e3)
        frames.append(time.frame)

    failed: list[BaseException] = []
    output = LockedOutput(tick, rate, read_offset, failed=failed.append)
    output.follow(monotonic_ns())
    output.start()
    threading.Event().wait(seconds)
    output.stop(5.0)
    if failed:
        raise failed[0]
    return late, int(np.sum(np.diff(frames) - 1))


def main() -> None:
    """Print a line for each rate."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    for rate in RATES:
        late, lost = measured(rate, seconds)
        middle, high = np.percentile(late, [50, 99])
        print(  # noqa: T201
            f"{rate!s:<11} {len(late):>5} ticks, late by p50 {middle:.0f} us, "
            f"p99 {high:.0f} us; {lost} left out"
        )


if __name__ == "__main__":
    main()
