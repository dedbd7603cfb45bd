"""Chooses the pictures of a clip in which solvers differ most, to be looked at."""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Numbers

from .avatar import Indices, Reenacted
from .measures import MOVES

APART_S: Final = 0.8
"""Between two chosen pictures, because neighbours look alike."""


def differences(clip: Reenacted) -> Numbers:
    """Return (n,) how much the avatars of a picture differ; NaN where one has no face.

    The standard deviation over the solvers of each measure, in units of what an actor
    clearly moves, mean over the measures.
    """
    each = np.array(list(clip.avatar.values()))
    found: Numbers = (each.std(axis=0) / MOVES).mean(axis=1)
    return np.where(np.isfinite(clip.actor).all(axis=1), found, np.nan)


def most_different(clip: Reenacted, count: int) -> Indices:
    """Return up to `count` rows of `clip.kept`, rising, at least `APART_S` apart."""
    by_size = differences(clip)
    order = np.argsort(-np.nan_to_num(by_size, nan=-1.0), kind="stable")
    chosen: list[int] = []
    for row in order.tolist():
        if len(chosen) == count or not np.isfinite(by_size[row]):
            break
        away = np.abs(clip.seconds[chosen] - clip.seconds[row])
        if (away >= APART_S).all():
            chosen.append(row)
    return np.array(sorted(chosen), dtype=np.intp)
