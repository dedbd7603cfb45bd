"""The Frechet distance of motion: do refined takes move as clean ones do, on the whole?

After Heusel and others: "GANs Trained by a Two Time-Scale Update Rule", 2017, whose
features are a picture network's. Ours need none: for half a second each, and for every
group of signals, the logarithm of how fast they move and of how sharply they bend.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from engines.refine.grid import between
from models.motion.filters import GROUPS, MEMBERS
from protocols.arrays import Floats, Numbers

from .truth import TakeTruth

HZ: Final = 30.0
"""All takes are looked at as often, whatever their rate."""
SPAN: Final = 16
"""Samples of a feature; they overlap by half."""
FLOOR: Final = 0.02
"""Units a second: what is slower differs in nothing that is seen."""


def frechet(estimates: Sequence[Floats], truths: Sequence[TakeTruth]) -> float:
    """Return the distance of estimates from their truths; NaN below 30 spans.

    With few spans it is too large: compare only what was measured on the same takes.
    """
    said, true = [], []
    for values, truth in zip(estimates, truths, strict=True):
        kept = np.where(truth.used[:, None], values, truth.value)
        said.append(features(kept, truth))
        true.append(features(truth.value, truth))
    ours, theirs = np.concatenate(said), np.concatenate(true)
    if len(ours) < 30:
        return math.nan
    return distance(ours, theirs)


def features(values: Floats, truth: TakeTruth) -> Numbers:
    """Return (spans, 2 x groups) of (n, 58) at the take's frames."""
    since = truth.degraded.times_s - truth.degraded.times_s[0]
    ticks = np.arange(int(since[-1] * HZ) + 1) / HZ
    low, share = between(since, ticks)
    high = np.minimum(low + 1, len(since) - 1)
    even = values[low] + share[:, None] * (values[high] - values[low])
    speed = np.diff(even, axis=0)[1:] * HZ
    bend = np.diff(even, n=2, axis=0) * HZ
    rows = []
    for first in range(0, len(bend) - SPAN + 1, SPAN // 2):
        span = slice(first, first + SPAN)
        rows.append(
            [
                math.log(FLOOR + math.sqrt(float((moved[span][:, member] ** 2).mean())))
                for moved in (speed, bend)
                for member in (MEMBERS[g] & truth.judged for g in GROUPS)
                if member.any()
            ]
        )
    return np.array(rows)


def distance(a: Numbers, b: Numbers) -> float:
    """Return the Frechet distance of two normal distributions with these samples'
    means and covariances; (n, k) each."""
    across = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    apart = float(((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum())
    # The trace of the root of a product of two such matrices, by its eigenvalues.
    roots = np.linalg.eigvals(across[0] @ across[1]).real
    both = float(np.sqrt(np.maximum(roots, 0.0)).sum())
    total = apart + float(np.trace(across[0]) + np.trace(across[1])) - 2.0 * both
    return max(total, 0.0)
