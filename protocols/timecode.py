"""Timecode derived from a frame's own time: a rational rate and a count of frames.

Receivers expect the number of frames since midnight at the exact rate, plus a fraction
of a frame. Our wires have no drop-frame flag, so none is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

NS_PER_S = 1_000_000_000
NS_PER_DAY = 86_400 * NS_PER_S

TICKS = 1 << 16
"""The subframe is rounded to this many steps; they are exact in a float32 below 1."""


@dataclass(frozen=True, slots=True)
class Timecode:
    """An instant as Live Link and OSC receivers count it."""

    frame: int
    """Frames since midnight at `rate_num / rate_den`."""

    subframe: float
    """0 <= x < 1, fraction of a frame."""

    rate_num: int
    """Frames per second, numerator."""

    rate_den: int = 1
    """Frames per second, denominator; never 0."""

    def parts(self) -> tuple[int, int, int, int]:
        """Return hours, minutes, seconds, frames: non-drop, at the rate rounded up."""
        nominal = -(-self.rate_num // self.rate_den)
        seconds, frames = divmod(self.frame, nominal)
        minutes, seconds = divmod(seconds, 60)
        return (minutes // 60, minutes % 60, seconds, frames)

    def __str__(self) -> str:
        """Return HH:MM:SS:FF, the four `parts`."""
        return "{:02}:{:02}:{:02}:{:02}".format(*self.parts())


@dataclass(frozen=True, slots=True)
class Timeline:
    """Converts a frame's `captured_ns` to timecode.

    `midnight_ns` is the time of day, in ns, at `captured_ns == 0`. A file has its own
    timeline and starts at midnight, so that it replays to the same bytes every run.
    """

    rate: Fraction
    """Frames per second, above 0, constant for a session."""

    midnight_ns: int = 0

    def __post_init__(self) -> None:
        # The wires use 31 bits for the frame count and for both parts of the rate.
        num, den = self.rate.numerator, self.rate.denominator
        if not (0 < num < 2**31 and den < 2**31 and 86_400 * num // den < 2**31):
            raise ValueError(
                f"timecode: rate {self.rate}, expected above 0 and below 24855 fps"
            )

    def at(self, captured_ns: int) -> Timecode:
        """Return the timecode of one instant, wrapped at midnight."""
        num, den = self.rate.numerator, self.rate.denominator
        since = (captured_ns + self.midnight_ns) % NS_PER_DAY
        # Integers keep 60000/1001 exact over a day; a float would drift by frames. The
        # result is rounded to the nearest tick, because a container's 33,333,333 ns
        # mean frame 1 of 30 and not 0.99999999.
        second = den * NS_PER_S
        ticks = (2 * since * num * TICKS + second) // (2 * second)
        if ticks * second >= NS_PER_DAY * num * TICKS:
            ticks = 0  # The last half tick of a day is rounded to the first tick of the
            # next day.
        frame, rest = divmod(ticks, TICKS)
        return Timecode(frame, rest / TICKS, num, den)
