"""Refines one face's take."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bridge.errors import TakeError
from bridge.takes.take import Take
from engines.refine.frames import frames_of
from engines.refine.refiner import Progress, Refined, Refiner
from protocols.arrays import Floats, Mask
from protocols.wording import shown

from .bones import refine_followers
from .signals import take_signals, with_signals


@dataclass(frozen=True, slots=True, eq=False)
class RefinedFace:
    """A take before and after refinement; n frames."""

    before: Take
    after: Take
    signals: Floats
    """(n, 58) the take's signals before refinement."""
    refined: Refined
    locked: Mask
    """(n,) True in frames that must not change."""


def refine_face(
    refiner: Refiner, take: Take, locked: Mask, amount: float, progress: Progress
) -> RefinedFace:
    """Return the refined take; locked frames and unsuitable takes stay bit for bit.

    Args:
        refiner: runs the network.
        take: one face.
        locked: (n,) True in frames that must not change.
        amount: share of the change that is applied, 0 to 1.
        progress: called with the number of finished frames.

    Raises:
        TakeError: the take lasts months, and frames are only nanoseconds apart.
    """
    times = (take.captured_ns - take.captured_ns[0]) / 1e9
    if not (np.diff(times) > 0.0).all():
        raise TakeError(
            f"{shown(take.subject)}: some frames are too close together in time for a "
            f"take of {take.seconds / 86_400:.0f} days; cut the take into parts"
        )
    signals = take_signals(take.vectors)
    seen = take.tracked & np.isfinite(take.vectors).all(axis=1)
    refined = refiner(times, signals, seen, locked, amount=amount, progress=progress)
    if not refined.verdict.refined:
        return RefinedFace(take, take, signals, refined, locked)
    vectors = with_signals(take.vectors, signals, refined.signals)
    refine_followers(vectors, frames_of(times, signals, seen, locked), amount)
    after = replace(take, vectors=vectors)
    return RefinedFace(take, after, signals, refined, locked)
