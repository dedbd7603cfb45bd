"""How far a straight rule could get on a set if it were told the answers.

What a filter, or the network, does with a signal is to lean from what is seen to one
mean or another. Here how far to lean is fitted by least squares to the very frames that
are judged, for every group of signals and every time since the last face by itself.
Nobody can use such a rule; but whoever is far from it has something to learn, and a
figure that it does not reach is not to be had by leaning.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from engines.motion.signals import PLACE
from protocols.arrays import Floats, Numbers

from .filters import GROUPS, MEMBERS
from .sequences import told
from .truth import Truth

FITTED: Final = "straight rule, fitted to these very takes"

AGES_S: Final = (-1.0, 0.0, 0.05, 0.1, 0.17, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 9.0)
"""Between two of them frames count as equally long without a face."""
FEWEST: Final = 20
"""Frames; what is rarer is held."""
SHRINK: Final = 1e-6
"""Of the mean square of what is leaned on: a fit of what does not move stays finite."""


def fitted(truth: Truth) -> Floats:
    """Return (n, B, 58) estimates, as `Truth` lays them out."""
    frames, _, bank = told(truth.observed)
    times, seen = frames.times_s.T, frames.seen.T
    count, n = seen.shape
    latest = np.maximum.accumulate(np.where(seen, times, -np.inf), axis=1)
    age = np.where(np.isfinite(latest), times - latest, 0.0)
    row = np.maximum.accumulate(np.where(seen, np.arange(n), 0), axis=1)
    # The bank as it was when somebody was last seen.
    known = bank[np.arange(count)[:, None], row].transpose(0, 1, 3, 2)
    # A bank counts places from where the face was first seen.
    first = frames.values[0][:, None, PLACE]
    value, used = truth.value.transpose(1, 0, 2).copy(), truth.used.T
    value[..., PLACE] -= first
    out = known[..., 0].copy()
    for group in GROUPS:
        columns = np.flatnonzero(MEMBERS[group] & truth.judged)
        for low, high in pairwise(AGES_S):
            where = used & (age > low) & (age <= high)
            if where.sum() < FEWEST or not len(columns):
                continue
            mine = known[where][:, columns]
            lean = _lean(mine, value[where][:, columns])
            part = out[where]
            part[:, columns] = lean
            out[where] = part
    out[..., PLACE] += first
    said: Floats = out.transpose(1, 0, 2)
    return said


def _lean(known: Floats, value: Floats) -> Floats:
    """Return (m, k) of (m, k, MEANS), the newest and a fitted share of each step."""
    newest = known[..., :1]
    steps = np.concatenate([known[..., 1:] - newest, np.ones_like(newest)], axis=2)
    flat: Numbers = steps.reshape(-1, steps.shape[2]).astype(np.float64)
    off = (value - newest[..., 0]).reshape(-1).astype(np.float64)
    square = flat.T @ flat
    square += SHRINK * np.trace(square) / len(square) * np.eye(len(square))
    gains = np.linalg.solve(square, flat.T @ off)
    out: Floats = newest[..., 0] + (flat @ gains).reshape(value.shape)
    return np.asarray(out, dtype=np.float32)
