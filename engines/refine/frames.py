"""A take's frames before refinement: which are reliable, and which must be made up.

A locked frame must stay as it is, so it counts as reliable with or without a face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, SCALE
from protocols.arrays import Floats, Mask, Numbers

from .defects import BRIDGED_S, DEFECT_FADE, LOCK_FADE
from .grid import RATE, Ints, ramp, repeats, runs

PLAUSIBLE_LIMIT: Final = 100.0
"""Largest plausible value in the network's units. A frame above it counts as
unreadable."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """n frames and their state; signals in real units."""

    times_s: Numbers
    """(n,) seconds, strictly rising, from 0."""
    signals: Floats
    """(n, 58) as recorded, including NaN."""
    seen: Mask
    """(n,) a face was found and its values are plausible, or the frame is locked."""
    locked: Mask
    """(n,) the frame must stay as it is."""
    gap: Mask
    """(n,) no face for up to `BRIDGED_S`, between two frames with a face."""
    lost: Mask
    """(n,) no face for longer, or at an end of the take."""
    repeat: Mask
    """(n,) the previous picture was shown again."""
    stand_in: Ints
    """(n,) index of the frame whose values are used: its own if they are plausible."""

    @property
    def missing(self) -> Mask:
        """(n,) frames to interpolate from those around."""
        return self.gap | self.repeat

    @property
    def kept(self) -> Mask:
        """(n,) frames to leave unchanged: locked or lost."""
        return self.locked | self.lost

    def read(self, part: slice) -> Floats:
        """Return (k, 58) finite signals; 0 if the take has no finite frame."""
        out: Floats = self.signals[self.stand_in[part]]
        if not np.isfinite(out).all():
            return np.zeros_like(out)
        return out


def frames_of(times_s: Numbers, signals: Floats, seen: Mask, locked: Mask) -> Frames:
    """Return the frames with their state.

    Raises:
        ValueError: shapes differ, there is no frame, or time does not rise strictly.
    """
    n = len(times_s)
    if n == 0 or signals.shape != (n, COUNT) or {len(seen), len(locked)} != {n}:
        raise ValueError(
            f"refine: times ({len(times_s)},), signals {signals.shape}, seen "
            f"({len(seen)},), locked ({len(locked)},): expected (n,), (n, {COUNT}), "
            "(n,), (n,) with one n of at least 1"
        )
    if not np.isfinite(times_s).all() or (n > 1 and not (np.diff(times_s) > 0).all()):
        raise ValueError("refine: times must be finite and rise strictly")
    times = np.asarray(times_s - times_s[0], np.float64)
    # A comparison with NaN is False, so this also requires finite values.
    sound = (np.abs(signals) <= PLAUSIBLE_LIMIT / SCALE).all(axis=1)
    believed = sound & (seen | locked)
    gap, lost = _gaps(times, ~believed)
    # This also holds after a gap: 58 values equal to the held ones are not new.
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
    """Return (n,) the share of a change that a frame may take: 0 where it is kept."""
    out = np.ones(len(frames.times_s), np.float32)
    for mask, reach in ((frames.lost, DEFECT_FADE), (frames.locked, LOCK_FADE)):
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
    """Return for each frame: itself, else the plausible one before, else the
    first plausible one."""
    at = np.where(sound, np.arange(len(sound)), -1)
    at = np.maximum.accumulate(at)
    first = int(np.argmax(sound))
    return np.where(at < 0, first, at)


def _seconds_from(times: Numbers, mask: Mask) -> Numbers:
    """Return (n,) seconds from the nearest True; infinite if there is none."""
    there = times[mask]
    if not len(there):
        return np.full(len(times), np.inf)
    after = np.searchsorted(there, times)
    right = there[np.minimum(after, len(there) - 1)]
    left = there[np.maximum(after - 1, 0)]
    away: Numbers = np.minimum(np.abs(times - left), np.abs(right - times))
    return away
