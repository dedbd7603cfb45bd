"""One face's take, refined."""

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
    """A take before and after; n frames."""

    before: Take
    after: Take
    signals: Floats
    """(n, 58) before."""
    refined: Refined
    locked: Mask
    """(n,)"""


def refine_face(
    refiner: Refiner, take: Take, locked: Mask, amount: float, progress: Progress
) -> RefinedFace:
    """Return the take refined; its very numbers where it must not be.

    Args:
        refiner: over the network.
        take: one face.
        locked: (n,) frames that stay to the last bit.
        amount: 0 to 1.
        progress: told of frames that are done.

    Raises:
        TakeError: times that differ by nanoseconds, in a take of months.
    """
    times = (take.captured_ns - take.captured_ns[0]) / 1e9
    if not (np.diff(times) > 0.0).all():
        raise TakeError(
            f"{shown(take.subject)}: frames lie so near each other that they cannot be "
            f"told apart in {take.seconds / 86_400:.0f} days; cut the take into parts"
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
