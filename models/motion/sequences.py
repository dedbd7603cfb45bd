"""Whole sequences as the generator is told of them, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.motion.bank import STYLES, moment
from engines.motion.signals import PLACE
from models.data.motion.batches import banks, starts_anew
from models.data.motion.noise import Observed
from protocols.arrays import Floats

from .filters import Frames, side_by_side


def told(observed: Sequence[Observed]) -> tuple[Frames, Floats, Floats]:
    """Return what a network is told: frames, (B, n, MOMENT) and (B, n, MEANS, 58)."""
    frames = side_by_side(observed)
    n, count = frames.seen.shape
    values = frames.values.transpose(1, 0, 2).copy()
    values[..., PLACE] -= values[:, :1, PLACE]
    steps = np.diff(frames.times_s, axis=0, prepend=frames.times_s[:1] - 1 / 30).T
    expression = np.zeros((count, n, 8), dtype=np.float32)
    seen = np.zeros((count, n, 2), dtype=np.float32)
    seen[..., 0] = frames.seen.T
    for b, each in enumerate(observed):
        length = frames.lengths[b]
        expression[b, :length] = each.expression * each.seen[:, None]
        seen[b, :length, 1] = each.confidence * each.seen
    latest = np.where(frames.seen, frames.times_s, frames.times_s[0])
    age = (frames.times_s - np.maximum.accumulate(latest, axis=0)).T
    style = np.zeros((count, n, len(STYLES)), dtype=np.float32)
    style[..., 0] = 1.0
    gone = age.astype(np.float32)
    bank = banks(
        values,
        steps.astype(np.float32),
        starts_anew(seen[..., 0], gone),
        seen[..., 0],
    )
    timing = np.stack([steps, age], axis=-1).astype(np.float32)
    nothing = np.zeros((count, n, 1), dtype=np.float32)
    return frames, moment(expression, seen, timing, nothing, style), bank
