"""Performances as a tracker sees them: generated ones and parts of recorded takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from .noise import Noise, Observed, corrupt
from .performance import Performance, perform
from .poses import pose
from .takes import take_paths, take_performance
from .varied import recombined

Rng = np.random.Generator

SECONDS: Final = 12.0
"""Of one performance."""
POSED: Final = 0.2
"""Of what is made up, the share that goes through poses."""


def make_corpus(
    count: int,
    noise: Noise,
    seed: tuple[int, ...],
    real: Sequence[Performance] = (),
    share: float = 0.4,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> list[Observed]:
    """Return performances as a tracker sees them, some of them real.

    Args:
        count: so many.
        noise: of the tracker.
        seed: the same seed makes the same corpus.
        real: recorded ones to take parts of; without, all are made up.
        share: of the real ones.
        tell: done, of how many.
    """
    rng = np.random.default_rng(seed)
    made = []
    for k in range(count):
        made.append(draw(noise, rng, real, share))
        tell(k + 1, count)
    return made


def draw(
    noise: Noise, rng: Rng, real: Sequence[Performance] = (), share: float = 0.4
) -> Observed:
    """Return one of `make_corpus`; some 20 ms."""
    if real and rng.random() < share:
        performance = recombined(real, SECONDS, rng)
    elif rng.random() < POSED:
        performance = pose(SECONDS, rng)
    else:
        performance = perform(SECONDS, rng)
    return corrupt(performance, noise, draw_rate(rng), rng)


def data_takes(data: Path, split: str) -> list[Performance]:
    """Return the stretches of the takes of a split; see `models.data.motion.takes`."""
    return [p for path in take_paths(data, split) for p in take_performance(path)]


def own_takes(folder: Path) -> list[Performance]:
    """Return the stretches of all Live Link Face takes in a folder.

    Raises:
        OSError, TakeError: one cannot be read.
        ValueError: there are none, or none with a face for 4 s without a break.
    """
    found = [
        p for path in sorted(folder.rglob("*.csv")) for p in take_performance(path)
    ]
    if not found:
        raise ValueError(
            f"{folder}: no *.csv of Live Link Face with a face for 4 s without a break"
        )
    return found


def draw_rate(rng: Rng) -> float:
    """Return a camera's frames a second, most often 30."""
    chance = rng.random()
    if chance < 0.6:
        return 30.0
    if chance < 0.75:
        return 60.0
    return float(rng.uniform(15.0, 60.0))
