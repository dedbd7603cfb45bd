"""A refiner over a fake engine, asked about a take."""

import numpy as np

from engines.refine.refiner import Refined, Refiner
from protocols.arrays import Floats, Mask

from .networks import Answer, FakeRefinerEngine, calming


def refined(
    signals: Floats,
    answer: Answer = calming,
    *,
    fps: float = 60.0,
    seen: Mask | None = None,
    locked: Mask | None = None,
    amount: float = 1.0,
) -> Refined:
    n = len(signals)
    refiner = Refiner(FakeRefinerEngine(answer))
    seen = np.ones(n, bool) if seen is None else seen
    return refiner(np.arange(n) / fps, signals, seen, locked, amount=amount)


def holed(signals: Floats, *holes: tuple[int, int]) -> tuple[Floats, Mask]:
    """Return signals held over holes, and where a face was seen."""
    out, seen = signals.copy(), np.ones(len(signals), bool)
    for first, last in holes:
        out[first:last], seen[first:last] = out[first - 1], False
    return out, seen
