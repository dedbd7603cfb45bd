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
NEAR: Final = 1e-9
"""A number that wants to pass its bound by less stays: rounding decides there."""


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
        # 1 at the upper bound, 0 elsewhere.
        weights = high.astype(np.float64)
        rows = gram[loose]
        weights[loose] = np.linalg.solve(rows[:, loose], side[loose] - rows @ weights)
        # A free number has no slope, so it is where it wants to be. What is held
        # wants to go against its slope, and is let free first.
        wanted = weights - (gram @ weights - side)
        under, over = (wanted < 0.0) & ~high, (wanted > 1.0) & ~low
        wrong = (under != low) | (over != high)
        if not wrong.any():
            break
        wrong &= (np.abs(wanted) > NEAR) & (np.abs(wanted - 1.0) > NEAR)
        count = np.count_nonzero(wrong)
        if not count:
            break
        if count < fewest:
            fewest, patience = count, PATIENCE
        elif patience:
            patience -= 1
        else:
            wrong[: np.flatnonzero(wrong)[-1]] = False
        low, high = np.where(wrong, under, low), np.where(wrong, over, high)
    return np.minimum(np.maximum(weights, 0.0), 1.0), Held(low, high)
