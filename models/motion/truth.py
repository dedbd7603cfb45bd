"""What the estimates of a set of sequences are held against.

Everything is laid out as `filters.Frames` is, in the network's units, and made once for
all methods: the truth at the display times, which of it stands still, moves, or is
missing, and the truth shifted in time, for the lag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.motion.signals import COUNT, SCALE
from models.data.motion.noise import Observed, at
from models.data.motion.performance import RATE
from protocols.arrays import Floats, Mask

from .filters import Frames, side_by_side

STILL: Final = 0.036
"""Units a second: what is slower stands."""

MOVING: Final = 0.36
"""What is faster is seen to move."""

SETTLE_S: Final = 0.5
"""Of every sequence: no method is judged while it starts."""

AFTER_S: Final = 0.2
"""After a face came back."""

BRIDGED_S: Final = 0.5
"""Dropouts up to so long are to be bridged; longer ones ease into idle."""

ACTIVE: Final = 0.02
"""Deviation in a set, from which on a signal has a lag."""

SHIFTS_S: Final = np.arange(-8, 25) / 120.0
"""Lags that are tried; the best is refined by a parabola."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """A set of B sequences as they truly were `lead_s` after their frames."""

    observed: tuple[Observed, ...]
    frames: Frames
    lead_s: float

    judged: Mask
    """(58,) a take without a head says nothing of one."""

    value: Floats
    """(n, B, 58)"""

    used: Mask
    """(n, B) settled, not padding, and shown before the truth ends."""

    sound: Mask
    """(n, B) used, seen, and not just after a dropout."""

    gone: Mask
    """(n, B) used, but there was no face."""

    bridged: Mask
    """(n, B) gone, in a dropout of up to `BRIDGED_S`."""

    after: Mask
    """(n, B) used and seen, less than `AFTER_S` after a dropout."""

    still: Mask
    """(n - 3, B, 58) sound, and still, for four frames from here."""

    moving: Mask
    """(n, B, 58) sound and faster than `MOVING`."""

    shifted: Floats
    """(shifts, n, B, 58) truth earlier by `SHIFTS_S`, less its mean where sound; 0
    elsewhere."""

    @property
    def rate(self) -> float:
        """Frames a second."""
        return 1.0 / self.frames.step_s

    def display_s(self, b: int) -> npt.NDArray[np.float64]:
        """Return (n,) when the frames of sequence `b` are shown."""
        out: npt.NDArray[np.float64] = self.frames.times_s[:, b] + self.lead_s
        return out


def truth_of(
    observed: Sequence[Observed], lead_s: float, judged: Mask | None = None
) -> Truth:
    """Return what estimates `lead_s` after the frames are held against.

    Args:
        observed: at least one.
        lead_s: 0 or above.
        judged: (58,); all without.
    """
    frames = side_by_side(observed)
    n, count = frames.seen.shape
    shape = (n, count, COUNT)
    value, speed = np.empty(shape, np.float32), np.empty(shape, np.float32)
    shifted = np.empty((len(SHIFTS_S), *shape), np.float32)
    used = np.zeros((n, count), dtype=np.bool_)
    for b, each in enumerate(observed):
        clean = each.target * SCALE
        fast = np.gradient(clean, 1.0 / RATE, axis=0).astype(np.float32)
        shown = frames.times_s[:, b] + lead_s
        value[:, b] = at(clean, shown)
        speed[:, b] = at(fast, shown)
        for k, shift in enumerate(SHIFTS_S):
            shifted[k, :, b] = at(clean, shown - shift)
        used[:, b] = (shown - lead_s >= frames.times_s[0, b] + SETTLE_S) & (
            shown <= (len(clean) - 1) / RATE
        )
        used[frames.lengths[b] :, b] = False

    gone = used & ~frames.seen
    bridged = gone & _short(frames)
    after = used & frames.seen & _lately(~frames.seen, frames)
    sound = used & frames.seen & ~after
    quiet = sound[..., None] & (np.abs(speed) < STILL)
    shifted -= mean_where(shifted, sound[..., None])[..., None, :, :]
    shifted *= sound[..., None]
    return Truth(
        observed=tuple(observed),
        frames=frames,
        lead_s=lead_s,
        judged=np.ones(COUNT, np.bool_) if judged is None else judged,
        value=value,
        used=used,
        sound=sound,
        gone=gone,
        bridged=bridged,
        after=after,
        still=quiet[:-3] & quiet[1:-2] & quiet[2:-1] & quiet[3:],
        moving=sound[..., None] & (np.abs(speed) > MOVING),
        shifted=shifted,
    )


def mean_where(values: Floats, where: Mask) -> Floats:
    """Return the mean over frames of (..., n, B, 58), by sequence; 0 of none."""
    total = (values * where).sum(axis=-3)
    out: Floats = total / np.maximum(where.sum(axis=-3), 1)
    return out


def _short(frames: Frames) -> Mask:
    """Return (n, B) where faces before and after are no more than `BRIDGED_S` apart,
    give or take the step on which the last one stood."""
    times, seen = frames.times_s, frames.seen
    last = np.maximum.accumulate(np.where(seen, times, -np.inf), axis=0)
    back = np.where(seen, times, np.inf)[::-1]
    again = np.minimum.accumulate(back, axis=0)[::-1]
    out: Mask = again - last <= BRIDGED_S + 1.1 * frames.step_s
    return out


def _lately(gone: Mask, frames: Frames) -> Mask:
    """Return (n, B) where no face was there at a moment of the last `AFTER_S`."""
    last = np.where(gone, frames.times_s, -np.inf)
    out: Mask = frames.times_s - np.maximum.accumulate(last, axis=0) <= AFTER_S
    return out
