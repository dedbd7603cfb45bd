"""Motion that the network is judged on: made up, and recorded; none of it trained on.

Recorded takes are clean for our purpose: what they hold is corrupted with the tracker's
noise, as the generator's motion is. They say nothing of the head, and are cut into
pieces as long as the made-up sequences, several times, each time with other noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from engines.motion.signals import COUNT
from models.data.motion.noise import Noise, Observed, corrupt
from models.data.motion.performance import RATE, Performance, perform
from models.data.motion.takes import take_paths, take_performance
from protocols.arrays import Floats, Mask

SECONDS: Final = 10.0
FPS: Final = 30.0
SYNTHETIC: Final = 24
"""Sequences in a set."""

SHORTEST_S: Final = 4.0
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
    pieces = [
        piece
        for path in take_paths(data, split)
        for whole in take_performance(path)
        for piece in cut(whole)
    ]
    observed = []
    for again in range(times):
        for k, piece in enumerate(pieces):
            rng = np.random.default_rng((SEEDS[split], again, k))
            observed.append(corrupt(piece, noise, FPS, rng))
    return MotionSet("real", tuple(observed), _moving([p.signals for p in pieces]))


def cut(whole: Performance, seconds: float = SECONDS) -> list[Performance]:
    """Return a performance in pieces; what remains counts from `SHORTEST_S` on."""
    size = round(seconds * RATE)
    found = []
    for at in range(0, len(whole.signals), size):
        signals = whole.signals[at : at + size]
        if len(signals) >= SHORTEST_S * RATE:
            # Blinks and closures are found in the truth, for both sources alike.
            found.append(
                replace(
                    whole,
                    signals=signals,
                    expression=whole.expression[at : at + size],
                    blinks=(),
                    closures=(),
                )
            )
    return found


def _moving(signals: Sequence[Floats]) -> Mask:
    return np.array(np.concatenate(signals).std(axis=0) > 0.0)
