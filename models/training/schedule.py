"""How fast a network learns, from the first step to the last."""

from __future__ import annotations

import math


def half_cosine(lr: float, warm_up: int, share: float, step: int) -> float:
    """Return the learning rate: a warm-up by steps, then half a cosine to 0.

    Args:
        lr: the highest.
        warm_up: steps until then.
        share: of the training that is done, 0 to 1; more counts as 1.
        step: counted from 0.
    """
    warm = min(1.0, (step + 1) / warm_up)
    return lr * warm * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))
