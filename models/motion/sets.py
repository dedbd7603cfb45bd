"""Motion that the network is judged on: made up, and recorded; none of it trained on.

Recorded takes are clean for our purpose: what they hold is corrupted with the tracker's
noise, as the generator's motion is. They say nothing of the head, and are cut into
pieces as long as the made-up sequences, several times, each time with other noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from engines.motion.signals import COUNT
from models.data.motion.noise import Noise, Observed, corrupt
from models.data.motion.performance import perform
from models.data.motion.pieces import SECONDS, moving, recorded_pieces
from protocols.arrays import Mask

FPS: Final = 30.0
SYNTHETIC: Final = 24
"""Sequences in a set."""

TIMES: Final = 3
"""So often is a take corrupted."""
JUDGED: Final = 3
"""So many times more of both is what methods are measured on. Few dropouts decide what
is said of dropouts: with three draws of a take their error, over that of holding, was
0.80 where it was 0.74 with fifteen (validation take)."""

SEEDS: Final = {"valid": 52_000, "test": 54_000}
"""First of a split; training draws from elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class MotionSet:
    """Sequences of one source and one split."""

    name: str
    observed: tuple[Observed, ...]
    judged: Mask
    """(58,) signals that the source has."""


def synthetic(split: str, noise: Noise, count: int = SYNTHETIC) -> MotionSet:
    """Return made-up sequences of `split`, valid or test; the same ones every time."""
    observed = []
    for seed in range(SEEDS[split], SEEDS[split] + count):
        rng = np.random.default_rng(seed)
        observed.append(corrupt(perform(SECONDS, rng), noise, FPS, rng))
    return MotionSet("synthetic", tuple(observed), np.ones(COUNT, dtype=np.bool_))


def recorded(data: Path, split: str, noise: Noise, times: int = TIMES) -> MotionSet:
    """Return corrupted pieces of the recorded takes of `split`.

    Args:
        data: holds arkit_takes/.
        split: valid or test.
        noise: the tracker's.
        times: how often every piece is corrupted.
    """
    pieces = recorded_pieces(data, split)
    observed = []
    for again in range(times):
        for k, piece in enumerate(pieces):
            rng = np.random.default_rng((SEEDS[split], again, k))
            observed.append(corrupt(piece, noise, FPS, rng))
    return MotionSet("real", tuple(observed), moving(pieces))
