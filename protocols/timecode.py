"""Timecode derived from a frame's own time: a rational rate and a count of frames.

Receivers want the number of frames since midnight at the exact rate, plus a fraction
of a frame. There is no drop-frame flag on the wires we write, so none is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

NS_PER_S = 1_000_000_000
NS_PER_DAY = 86_400 * NS_PER_S


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

    def __str__(self) -> str:
        """Return HH:MM:SS:FF, non-drop, at the rate rounded up."""
        nominal = -(-self.rate_num // self.rate_den)
        seconds, frames = divmod(self.frame, nominal)
        minutes, seconds = divmod(seconds, 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}:{frames:02}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Turns a frame's `captured_ns` into timecode.

    `midnight_ns` is the time of day, in ns, at `captured_ns == 0`. A file has its own
    timeline and starts at midnight, so that it replays to the same bytes every run.
    """

    rate: Fraction
    """Frames per second, above 0, constant for a session."""

    midnight_ns: int = 0

    def at(self, captured_ns: int) -> Timecode:
        """Return the timecode of one instant, wrapped at midnight."""
        num, den = self.rate.numerator, self.rate.denominator
        since = (captured_ns + self.midnight_ns) % NS_PER_DAY
        # Integers keep 60000/1001 exact over a day; a float would drift by frames.
        frame, rest = divmod(since * num, den * NS_PER_S)
        # Rounded so, that it stays below 1 in the float32 that travels.
        subframe = min(rest / (den * NS_PER_S), 1.0 - 2.0**-24)
        return Timecode(frame, subframe, num, den)
