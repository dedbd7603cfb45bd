"""Takes that the refiner learns from: made up, or parts of recorded ones, degraded.

Recorded takes are few. Their parts are played faster and slower, with other gains, so
that no part is met twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from models.data.motion.noise import Noise, corrupt
from models.data.motion.performance import Performance, perform
from models.data.motion.poses import pose
from models.data.motion.varied import varied

from .defects import DEFECTS, Degradation, Degraded, Live, Rng, degrade

SECONDS: Final = 12.0
"""Of one take."""
REAL: Final = 0.45
"""Share of takes that are parts of recorded ones, long ones more often."""
POSES: Final = 0.15
"""Share of those that go through poses."""

LEARNED: Final = replace(DEFECTS, gaps_per_s=0.5)
"""More gaps than takes have: most of what is to be learned is in them."""


def draw_take(
    noise: Noise,
    rng: Rng,
    real: Sequence[Performance] = (),
    live: Live | None = None,
    how: Degradation = LEARNED,
) -> Degraded:
    """Return a take of `SECONDS`.

    Args:
        noise: of the tracker.
        rng: where chance comes from.
        real: recorded ones to take parts of; without, all are made up.
        live: our generator, see `degrade`.
        how: defects.
    """
    chance = rng.random()
    if chance < POSES:
        performance = pose(SECONDS, rng)
    elif real and chance < POSES + REAL:
        size = np.sqrt([len(each.signals) for each in real])
        which = int(rng.choice(len(real), p=size / size.sum()))
        performance = varied(real[which], SECONDS, rng)
    else:
        performance = perform(SECONDS, rng)
    return degrade(corrupt(performance, noise, draw_rate(rng), rng), how, rng, live)


def make_takes(
    count: int,
    noise: Noise,
    seed: tuple[int, ...],
    real: Sequence[Performance] = (),
    live: Live | None = None,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> list[Degraded]:
    """Return so many takes; the same seed makes the same ones."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(count):
        made.append(draw_take(noise, rng, real, live))
        tell(k + 1, count)
    return made


def draw_rate(rng: Rng) -> float:
    """Return a camera's frames a second: those of cameras and phones, now and then
    any."""
    chance = rng.random()
    for below, rate in ((0.45, 30.0), (0.78, 60.0), (0.84, 24.0), (0.9, 25.0)):
        if chance < below:
            return rate
    return float(rng.uniform(15.0, 60.0))
