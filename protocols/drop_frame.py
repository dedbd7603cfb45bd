"""Labels of timecode and counts of frames, with and without drop frame.

At 29.97 frames per second (30000/1001), a label that counts 30 runs behind the clock by
3.6 s in an hour. Drop frame skips the numbers ;00 and ;01 at the start of every minute
except each tenth, so labels agree with the clock. No frame is lost, only numbers are.
59.94 skips four numbers likewise; no other rate has drop frame.

Receivers of Unreal want counts at the exact rate, so counts travel and labels are for
people. Source: SMPTE ST 12-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

RATES = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
)
"""The exact rates that LTC is used with; it carries 30 numbers a second at most."""


@dataclass(frozen=True, slots=True)
class Label:
    """HH:MM:SS:FF, as people read timecode. With drop frame it is HH:MM:SS;FF."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    drop: bool = False

    def __str__(self) -> str:
        mark = ";" if self.drop else ":"
        start = f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}"
        return f"{start}{mark}{self.frames:02}"


def nominal(rate: Fraction) -> int:
    """Return the number of labels in a second: the rate rounded up."""
    return -(-rate.numerator // rate.denominator)


def dropped(rate: int) -> int:
    """Return how many numbers a minute skips at 30 or 60 labels a second.

    Raises:
        ValueError: no other rate has drop frame.
    """
    if rate not in (30, 60):
        raise ValueError(f"timecode: {rate} frames a second have no drop frame")
    return rate // 15


def count_of(label: Label, rate: int) -> int:
    """Return the frames from midnight to a label.

    Args:
        label: with drop frame, not one of the skipped numbers: those count as the
            first number of their minute that exists.
        rate: labels in a second.

    Raises:
        ValueError: the label is not of this rate.
    """
    sound = label.hours < 24 and label.minutes < 60 and label.seconds < 60
    if not sound or not 0 <= label.frames < rate:
        raise ValueError(f"timecode: {label} is no label at {rate} frames a second")
    minutes = label.hours * 60 + label.minutes
    count = (minutes * 60 + label.seconds) * rate + label.frames
    if not label.drop:
        return count
    skip = dropped(rate)
    if label.seconds == 0 and label.frames < skip and label.minutes % 10:
        count += skip - label.frames
    return count - skip * (minutes - minutes // 10)


def label_of(count: int, rate: int, *, drop: bool = False) -> Label:
    """Return the label of a frame; it starts again at midnight.

    Args:
        count: frames from midnight; may be negative, or beyond a day.
        rate: labels in a second.
        drop: True for drop frame.

    Raises:
        ValueError: the rate has no drop frame.
    """
    count %= frames_in_day(rate, drop=drop)
    if drop:
        skip = dropped(rate)
        minute, ten = 60 * rate - skip, 600 * rate - 9 * skip
        tens, rest = divmod(count, ten)
        # The first minute of ten skips nothing.
        late = max(rest - 60 * rate, 0) // minute + (rest >= 60 * rate)
        count += skip * (9 * tens + late)
    seconds, frames = divmod(count, rate)
    minutes, seconds = divmod(seconds, 60)
    return Label(minutes // 60, minutes % 60, seconds, frames, drop)


def frames_in_day(rate: int, *, drop: bool = False) -> int:
    """Return the number of labels in a day."""
    return 86_400 * rate - (dropped(rate) * (24 * 60 - 24 * 6) if drop else 0)


def parse_label(text: str) -> Label:
    """Return the label of HH:MM:SS:FF or, with drop frame, HH:MM:SS;FF.

    Raises:
        ValueError: the text has another form. The frames are not compared with a rate.
    """
    start, mark, frames = text.strip().rpartition(";" if ";" in text else ":")
    parts = [*start.split(":"), frames]
    if len(parts) != 4 or not all(p.isascii() and p.isdecimal() for p in parts):
        raise ValueError(f"timecode: {text!r:.40}, expected HH:MM:SS:FF or HH:MM:SS;FF")
    if any(len(part) > 2 for part in parts):
        raise ValueError(f"timecode: {text!r:.40}, expected two digits in each part")
    hours, minutes, seconds, last = map(int, parts)
    return Label(hours, minutes, seconds, last, mark == ";")
