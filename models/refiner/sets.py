"""Degraded takes for evaluating the refiner, generated and recorded; none trained on.

Seeds and recordings are those of `models.motion.sets`. No take is recorded behind our
generator, so that the results do not change with that network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from engines.motion.signals import COUNT
from models.data.motion.noise import Noise, corrupt
from models.data.motion.performance import Performance, perform
from models.data.motion.pieces import SECONDS, moving, recorded_pieces
from models.data.recorded.defects import DEFECTS, Degraded, degrade
from models.motion.sets import SEEDS, SYNTHETIC, TIMES
from protocols.arrays import Mask

RATES: Final = (30.0, 60.0)
"""Frames a second of the cameras, in turn."""
DEGRADATION: Final = replace(DEFECTS, live=0.0)


@dataclass(frozen=True, slots=True, eq=False)
class TakeSet:
    """Takes of one source and one split."""

    name: str
    takes: tuple[Degraded, ...]
    judged: Mask
    """(58,) signals that the source has."""


def synthetic(split: str, noise: Noise, count: int = SYNTHETIC) -> TakeSet:
    """Return made-up takes of `split`, valid or test; the same ones every time."""
    takes = []
    for k in range(count):
        rng = np.random.default_rng((SEEDS[split], k))
        takes.append(_degraded(perform(SECONDS, rng), noise, k, rng))
    return TakeSet("synthetic", tuple(takes), np.ones(COUNT, dtype=np.bool_))


def recorded(data: Path, split: str, noise: Noise, times: int = TIMES) -> TakeSet:
    """Return degraded pieces of the recorded takes of `split`.

    Args:
        data: holds arkit_takes/.
        split: valid or test.
        noise: the tracker's.
        times: how often every piece is degraded.

    Raises:
        ValueError: no such split, or none of its takes is there.
    """
    pieces = recorded_pieces(data, split)
    takes = []
    for again in range(times):
        for k, piece in enumerate(pieces):
            rng = np.random.default_rng((SEEDS[split], 1 + again, k))
            takes.append(_degraded(piece, noise, again + k, rng))
    return TakeSet("real", tuple(takes), moving(pieces))


def _degraded(
    whole: Performance, noise: Noise, k: int, rng: np.random.Generator
) -> Degraded:
    rate = RATES[k % len(RATES)]
    return degrade(corrupt(whole, noise, rate, rng), DEGRADATION, rng)
