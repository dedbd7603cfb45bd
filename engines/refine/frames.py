"""A take's own frames before anything is done to them: which to believe, which to make.

A frame that must stay as it is (locked) is believed, face or no face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, SCALE

from .defects import BRIDGED_S, EDGE, LOCK
from .grid import RATE, Floats, Ints, Mask, Numbers, ramp, repeats, runs

WILD: Final = 100.0
"""No face does so much, in the network's units: such a frame was not understood."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """n frames and what is known of each; signals in real units."""

    times_s: Numbers
    """(n,) strictly rising, from 0."""
    signals: Floats
    """(n, 58) as recorded, NaN and all."""
    seen: Mask
    """(n,) a face was there and its numbers can be read, or the frame is locked."""
    locked: Mask
    """(n,) stays as it is."""
    gap: Mask
    """(n,) nobody was seen, for up to `BRIDGED_S`, between two frames that are."""
    lost: Mask
    """(n,) nobody was seen for longer, or at an end."""
    repeat: Mask
    """(n,) the picture before was shown again."""
    stand_in: Ints
    """(n,) the frame whose numbers stand for this one's: its own if they are finite."""

    @property
    def missing(self) -> Mask:
        """(n,) frames that are made up from those around."""
        return self.gap | self.repeat

    @property
    def kept(self) -> Mask:
        """(n,) frames that are left alone: locked, or lost."""
        return self.locked | self.lost

    def read(self, part: slice) -> Floats:
        """Return (k, 58) finite signals; 0 where a take has not one finite frame."""
        out: Floats = self.signals[self.stand_in[part]]
        if not np.isfinite(out).all():
            return np.zeros_like(out)
        return out


def frames_of(times_s: Numbers, signals: Floats, seen: Mask, locked: Mask) -> Frames:
    """Return what is known of frames.

    Raises:
        ValueError: shapes differ, there is no frame, or time does not rise throughout.
    """
    n = len(times_s)
    if n == 0 or signals.shape != (n, COUNT) or {len(seen), len(locked)} != {n}:
        raise ValueError(
            f"refine: got {len(times_s)} times, {signals.shape} signals, {len(seen)} "
            f"seen and {len(locked)} locked; expected (n,), (n, {COUNT}), (n,), (n,)"
        )
    if not np.isfinite(times_s).all() or (n > 1 and not (np.diff(times_s) > 0).all()):
        raise ValueError("refine: time does not rise throughout")
    times = np.asarray(times_s - times_s[0], np.float64)
    # A comparison with NaN is False, so this asks for finite ones as well.
    sound = (np.abs(signals) <= WILD / SCALE).all(axis=1)
    believed = sound & (seen | locked)
    gap, lost = _gaps(times, ~believed)
    # After a gap as well: 58 numbers that equal what was held are no new ones.
    repeat = repeats(signals) & believed & ~locked
    return Frames(
        times,
        signals,
        believed,
        np.asarray(locked, np.bool_),
        gap & ~locked,
        lost & ~locked,
        repeat,
        _stand_in(sound),
    )


def fade(frames: Frames) -> Floats:
    """Return (n,) how much of a change a frame may have: 0 where it is kept."""
    out = np.ones(len(frames.times_s), np.float32)
    for mask, reach in ((frames.lost, EDGE), (frames.locked, LOCK)):
        away = _seconds_from(frames.times_s, mask) * RATE
        out *= 1.0 - ramp(away, reach)
    return out


def _gaps(times: Numbers, unseen: Mask) -> tuple[Mask, Mask]:
    gap, lost = np.zeros_like(unseen), np.zeros_like(unseen)
    for first, last in runs(unseen):
        inside = first > 0 and last < len(unseen)
        short = inside and times[last] - times[first] <= BRIDGED_S + 1e-6
        (gap if short else lost)[first:last] = True
    return gap, lost


def _stand_in(sound: Mask) -> Ints:
    """Return for each frame itself, or the sound one before, or the first sound one."""
    at = np.where(sound, np.arange(len(sound)), -1)
    at = np.maximum.accumulate(at)
    first = int(np.argmax(sound))
    return np.where(at < 0, first, at)


def _seconds_from(times: Numbers, mask: Mask) -> Numbers:
    """Return (n,) seconds from the nearest True; infinite where there is none."""
    there = times[mask]
    if not len(there):
        return np.full(len(times), np.inf)
    after = np.searchsorted(there, times)
    right = there[np.minimum(after, len(there) - 1)]
    left = there[np.maximum(after - 1, 0)]
    away: Numbers = np.minimum(np.abs(times - left), np.abs(right - times))
    return away
