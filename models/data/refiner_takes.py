"""Takes that the refiner learns from: made up, or parts of recorded ones, worn.

Recorded takes are few. Their parts are played faster and slower, with other gains, so
that no part is met twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS
from engines.refine.stretch import SIDES
from protocols.channels import INDEX

from .motion import RATE, Performance, perform
from .motion_noise import Noise, corrupt
from .refiner_defects import DEFECTS, Floats, Live, Rng, Wear, Worn, wear
from .refiner_poses import pose

SECONDS: Final = 12.0
"""Of one take."""
SHORTEST_S: Final = 5.0
"""A window, and some to choose from; a short part is played slower for it."""
PACES: Final = (0.6, 1.6)
GAIN: Final = 0.15
"""Spread of the logarithm of a curve's gain; twins share most of it."""
REAL: Final = 0.45
"""Share of takes that are parts of recorded ones, long ones more often."""
POSES: Final = 0.15
"""Share of those that go through poses."""

LEARNED: Final = replace(DEFECTS, gaps_per_s=0.5)
"""More gaps than takes have: most of what is to be learned is in them."""

_LIPS: Final = [INDEX["jawOpen"], INDEX["mouthClose"]]


def draw_take(
    noise: Noise,
    rng: Rng,
    real: Sequence[Performance] = (),
    live: Live | None = None,
    how: Wear = LEARNED,
) -> Worn:
    """Return a take of `SECONDS`.

    Args:
        noise: of the tracker.
        rng: where chance comes from.
        real: recorded ones to take parts of; without, all are made up.
        live: our generator, see `wear`.
        how: defects.
    """
    chance = rng.random()
    if chance < POSES:
        performance = pose(SECONDS, rng)
    elif real and chance < POSES + REAL:
        size = np.sqrt([len(each.signals) for each in real])
        performance = varied(real[int(rng.choice(len(real), p=size / size.sum()))], rng)
    else:
        performance = perform(SECONDS, rng)
    return wear(corrupt(performance, noise, draw_rate(rng), rng), how, rng, live)


def make_takes(
    count: int,
    noise: Noise,
    seed: tuple[int, ...],
    real: Sequence[Performance] = (),
    live: Live | None = None,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> list[Worn]:
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


def varied(performance: Performance, rng: Rng) -> Performance:
    """Return up to `SECONDS` of a take at another pace, with other gains.

    A phone says nothing of the head, and a real one moves, so a made one does.
    """
    signals = performance.signals
    slowest = (len(signals) - 1) / (SHORTEST_S * RATE)
    pace = min(float(rng.uniform(*PACES)), slowest)
    size = min(round(SECONDS * RATE), int((len(signals) - 1) / pace))
    spare = len(signals) - 1 - size * pace
    place = rng.uniform(0.0, max(spare, 0.0)) + pace * np.arange(size)
    low = np.minimum(place.astype(np.intp), len(signals) - 2)
    share = (place - low).astype(np.float32)[:, None]
    moved: Floats = signals[low] + share * (signals[low + 1] - signals[low])
    moved[:, WEIGHTS] = np.minimum(moved[:, WEIGHTS] * _gains(rng), 1.0)
    made = perform(size / RATE, rng).signals[:size]
    moved[: len(made), TURN] = made[:, TURN]
    moved[: len(made), PLACE] = made[:, PLACE]
    if rng.random() < 0.5:
        moved[:, WEIGHTS] = moved[:, SIDES[WEIGHTS]]
    # What is felt is told to the live generator alone, which asks little of it.
    expression = performance.expression[low]
    return replace(
        performance, signals=moved, expression=expression, blinks=(), closures=()
    )


def _gains(rng: Rng) -> Floats:
    both = rng.normal(0.0, GAIN, COUNT)[WEIGHTS]
    own = rng.normal(0.0, 0.2 * GAIN, COUNT)[WEIGHTS]
    both = 0.5 * (both + both[SIDES[WEIGHTS]]) * np.sqrt(2.0)
    # Lips that meet go on meeting.
    both[_LIPS], own[_LIPS] = both[_LIPS[0]], 0.0
    return np.asarray(np.exp(both + own), dtype=np.float32)
