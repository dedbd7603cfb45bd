"""Find out how the timecode of a Live Link Face CSV counts, from its own numbers.

The phone counts FF at 60 per second. Other programs count at the rate of their video:
24, 25, 30, 50, 120. Where the seconds change, the last frame number, minus the first
one of the next second, plus the usual step, is the number of frames per second.

Drop-frame timecode (29.97 or 59.94 frames per second) skips the first frame numbers of
every minute except every tenth. It is recognised by a semicolon before FF, or by these
numbers missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np

from protocols.arrays import Ints, Mask, Numbers
from protocols.timecode import NS_PER_S

from .livelink_fields import RATE
from .livelink_subframes import read_subframes

COUNTS: Final = np.array(
    [10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 72, 90, 100, 120, 144, 240]
)
"""Frames per second at which files are known to count."""
STRAY: Final = 0.02
"""Share of the rows whose frame numbers may be too high for the rate: broken rows."""
DROPS: Final = {30: 2, 60: 4, 120: 8}
"""Frame numbers that drop-frame skips in a minute, by the frames per second."""

DAY_S: Final = 86_400
_TEN_MINUTES_S: Final = 600


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The times of n timecodes, in frames at one rate."""

    rate: Fraction
    """Frames per second."""
    frames: Ints
    """(n,) whole frames since midnight."""
    parts: Numbers
    """(n,) fraction of a frame, 0 to 1."""
    fits: Mask
    """(n,) False where FF is too high for the rate."""
    day: int
    """Frames in a day."""
    notes: tuple[str, ...]
    """How the timecode was read, if that differs from the phone's way."""

    @property
    def day_ns(self) -> int:
        """The length of a day in ns."""
        return round(NS_PER_S * self.day / self.rate)

    def since_ns(self) -> Ints:
        """Return (n,) the time of day in ns."""
        ns = NS_PER_S * (self.frames + self.parts) / float(self.rate)
        since: Ints = np.rint(ns).astype(np.int64)
        return since

    def only(self, kept: Mask) -> Clock:
        """Return some of the times."""
        return replace(
            self,
            frames=self.frames[kept],
            parts=self.parts[kept],
            fits=self.fits[kept],
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What is known about the timecode from the file and its user."""

    named: Fraction | None = None
    """The user's rate, which always wins."""
    column: Fraction | None = None
    """The rate in the FrameRate column."""
    semicolon: bool = False
    """A semicolon stands before FF."""
    by_plugin: bool = False
    """A plugin inside Unreal wrote the file."""


def read_clock(seconds: Ints, stamps: Numbers, told: Told) -> Clock:
    """Find out how the timecodes count.

    Args:
        seconds: (n,) HH:MM:SS, in seconds.
        stamps: (n,) FF.fff.
        told: what else is known.
    """
    labels = np.floor(stamps).astype(np.int64)
    parts = stamps - labels
    said = told.named or told.column
    seen = _counted(seconds, labels)
    nominal = seen or (frames_of(said) if said else None)
    subframes = read_subframes(
        seconds, labels, parts, nominal, by_plugin=told.by_plugin
    )
    rate, rate_note = _rate(labels, seen or subframes.counted, told)
    drop, drop_note = _dropped(seconds, labels, frames_of(rate), told)
    nominal = frames_of(rate)
    if drop and rate.denominator == 1:
        rate *= Fraction(1000, 1001)
    placed = subframes.placed(seconds, labels, parts, nominal)
    whole = np.floor(placed).astype(np.int64)
    minutes = seconds // 60
    return Clock(
        rate=rate,
        frames=seconds * nominal + whole - drop * (minutes - minutes // 10),
        parts=placed - whole,
        fits=labels < nominal,
        day=DAY_S * nominal - drop * (DAY_S // 60 - DAY_S // _TEN_MINUTES_S),
        # The note on drop-frame already names the rate.
        notes=tuple(
            filter(None, ("" if drop else rate_note, drop_note, subframes.note))
        ),
    )


def _counted(seconds: Ints, labels: Ints) -> int | None:
    """Return how many frames FF counts per second; None if the numbers do not show
    it."""
    if len(labels) < 2:
        return None
    passed = np.diff(seconds) % DAY_S
    steps = np.diff(labels)
    within = steps[(passed == 0) & (steps > 0)]
    turns = steps[passed == 1]
    if not (len(within) and len(turns)):
        return None
    usual = float(np.median(within))
    estimate = usual - float(np.median(turns))
    # A file with broken rows may have any frame numbers.
    fits = COUNTS[[(labels >= count).mean() <= STRAY for count in COUNTS]]
    if not len(fits):
        return None
    nearest = int(fits[np.abs(fits - estimate).argmin()])
    return nearest if abs(nearest - estimate) <= max(usual, 1.0) / 2.0 else None


def frames_of(rate: Fraction) -> int:
    """Return how many frames a timecode of this rate counts per second."""
    return -(-rate.numerator // rate.denominator)


def _rate(labels: Ints, seen: int | None, told: Told) -> tuple[Fraction, str]:
    """Return the frames per second, and a note about them."""
    if told.named is not None:
        nominal = frames_of(told.named)
        if seen is None or seen == nominal:
            return told.named, ""
        return told.named, (
            f"the timecode seems to count {seen} frames a second; it was read at the "
            f"{nominal} that were named"
        )
    if told.column is not None:
        if seen is None or seen == frames_of(told.column):
            return told.column, ""
        return Fraction(seen), (
            f"FrameRate says {_shown(told.column)}, but the timecode counts {seen} "
            f"frames a second: read at {seen}"
        )
    if seen is None and told.semicolon and labels.max() < 30:
        seen = 30
    if seen is not None:
        if seen == RATE:
            return RATE, ""
        return Fraction(seen), (
            f"the timecode counts {seen} frames a second, not {RATE}: read at {seen}"
        )
    # The file is shorter than a second.
    if (labels >= frames_of(RATE)).sum() > 2:
        fast = next((n for n in (120, 240) if labels.max() < n), 1000)
        return Fraction(fast), (
            f"frame numbers go up to {labels.max()}: taken for {fast} frames a second"
        )
    return RATE, ""


def _dropped(seconds: Ints, labels: Ints, nominal: int, told: Told) -> tuple[int, str]:
    """Return how many frame numbers are skipped per minute, and a note about it."""
    said = told.named or told.column
    drop = DROPS.get(nominal, 0)
    exact = said is not None and said.denominator == 1
    if not drop or (exact and told.named is not None):
        return 0, ""
    starts = (seconds % 60 == 0) & (seconds % _TEN_MINUTES_S != 0)
    used = bool((starts & (labels < drop)).any())
    skipped = _skips(seconds, labels, starts, drop)
    if skipped or (told.semicolon and not used and not exact):
        rate = _shown(Fraction(nominal * 1000, 1001))
        return drop, f"the timecode is drop-frame: read at {rate} frames a second"
    if told.semicolon:
        return 0, (
            "the timecode has the semicolon of drop-frame, but leaves out no frame "
            "numbers: read without"
        )
    return 0, ""


def _skips(seconds: Ints, labels: Ints, starts: Mask, drop: int) -> bool:
    """Return True if minutes begin `drop` frames later than other seconds."""
    first = np.flatnonzero(np.diff(seconds) % DAY_S == 1) + 1
    minutes = labels[first[starts[first]]]
    others = labels[first[~starts[first]]]
    if not (len(minutes) and len(others)):
        return False
    usual = float(np.median(others))
    return bool(usual < drop and (np.abs(minutes - drop - usual) <= 1.0).all())


def _shown(rate: Fraction) -> str:
    return f"{float(rate):.4g}"
