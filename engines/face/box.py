"""Least squares within bounds: the small problem that the anchor solves each frame.

An active set method (Nocedal and Wright, Numerical Optimization, chapter 16.5). What is
at a bound is held there, and the rest is solved. Both sets are corrected until no
number leaves its bounds and no held one would rather leave them. It starts with the
sets of the frame before, which are nearly right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Mask, Numbers

STEPS: Final = 60
"""Corrections of the sets; one to three are usual."""
PATIENCE: Final = 3
"""Corrections of all at once that may fail to leave fewer wrong. Then one is corrected
at a time, which cannot go in circles (Judice and Pires, Computers and Operations
Research 21, 1994)."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Which numbers are at a bound."""

    low: Mask
    """(N,) at 0."""
    high: Mask
    """(N,) at 1."""


def free(count: int) -> Held:
    """Return the sets of a first frame: nothing is held."""
    return Held(np.zeros(count, dtype=bool), np.zeros(count, dtype=bool))


def least_within(gram: Numbers, side: Numbers, held: Held) -> tuple[Numbers, Held]:
    """Return the (N,) w of 0 to 1 with the least w' gram w / 2 - side' w, and its sets.

    Args:
        gram: (N, N) symmetric, positive definite.
        side: (N,)
        held: where to start.
    """
    low, high = held.low, held.high
    weights = np.zeros(len(side))
    fewest, patience = len(side) + 1, PATIENCE
    for _ in range(STEPS):
        loose = np.flatnonzero(~(low | high))
        weights[low], weights[high] = 0.0, 1.0
        rows = gram[loose]
        right = side[loose]
        if high.any():
            right = right - rows[:, high].sum(axis=1)
        weights[loose] = np.linalg.solve(rows[:, loose], right)
        slope = gram @ weights - side
        leave_low, leave_high = low & (slope < -1e-9), high & (slope > 1e-9)
        under, over = weights < 0.0, weights > 1.0
        wrong = np.flatnonzero(under | over | leave_low | leave_high)
        if not len(wrong):
            break
        if len(wrong) < fewest:
            fewest, patience = len(wrong), PATIENCE
        elif patience:
            patience -= 1
        else:
            last = np.arange(len(side)) == wrong[-1]
            under, over = under & last, over & last
            leave_low, leave_high = leave_low & last, leave_high & last
        low = (low & ~leave_low) | under
        high = (high & ~leave_high) | over
    return np.clip(weights, 0.0, 1.0), Held(low, high)
