"""What the estimates of a degraded take are held against, at the take's own frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.motion.signals import SCALE
from engines.refine.defects import BRIDGED_S
from models.data.motion.noise import at
from models.data.motion.performance import RATE
from models.data.recorded.defects import Degraded, gaps_of
from models.motion.truth import MOVING, STILL
from protocols.arrays import Floats, Mask

from .sets import TakeSet

GAPS_S: Final = (0.1, 0.25, BRIDGED_S)
"""Gaps are told apart by whether they last at most so long; or longer."""
SHIFTS_S: Final = np.arange(-4, 5) / RATE
"""Delays that are tried for the lag."""


@dataclass(frozen=True, slots=True, eq=False)
class TakeTruth:
    """A degraded take as it truly was; n frames, the network's units."""

    degraded: Degraded
    value: Floats
    """(n, 58)"""
    shifted: Floats
    """(shifts, n, 58) the truth later by `SHIFTS_S`."""
    still: Mask
    """(n - 3, 58) seen and at rest for four frames from here."""
    moving: Mask
    """(n, 58) used, and seen to move."""
    used: Mask
    """(n,) but those of long gaps, and before the first and after the last face."""
    gap: npt.NDArray[np.intp]
    """(n,) which of `GAPS_S` a frame's gap is, len(GAPS_S) for longer; -1: no gap."""
    judged: Mask
    """(58,)"""

    @property
    def rate(self) -> float:
        """Frames a second."""
        return 1.0 / float(np.median(np.diff(self.degraded.times_s)))


def truths_of(takes: TakeSet) -> list[TakeTruth]:
    """Return what every take of a set is held against."""
    return [truth_of(degraded, takes.judged) for degraded in takes.takes]


def truth_of(degraded: Degraded, judged: Mask) -> TakeTruth:
    """Return what a take is held against."""
    clean = degraded.target * SCALE
    times = degraded.times_s
    span = 0.5 / RATE
    speed = np.abs(at(clean, times + span) - at(clean, times - span)) * RATE
    gap = np.full(len(times), -1)
    gap[~degraded.seen] = len(GAPS_S)
    for first, end in gaps_of(degraded.seen):
        lasts = float(times[end] - times[first])
        gap[first:end] = int(np.searchsorted(GAPS_S, lasts - 1e-6))
    used = gap < len(GAPS_S)
    calm = (speed < STILL) & degraded.seen[:, None]
    return TakeTruth(
        degraded=degraded,
        value=at(clean, times),
        shifted=np.stack([at(clean, times - shift) for shift in SHIFTS_S]),
        still=calm[:-3] & calm[1:-2] & calm[2:-1] & calm[3:],
        moving=(speed > MOVING) & used[:, None],
        used=used,
        gap=gap,
        judged=judged,
    )
