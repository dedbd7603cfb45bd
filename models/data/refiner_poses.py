"""Made-up takes of somebody who goes through poses, as when a face's range is recorded.

One curve after the other, or a few at once, is raised, held and let go, by both sides
or by one, while the rest of the face does little: more of the face, one by one, than
speech and emotions ever move.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, WEIGHTS
from engines.refine.stretch import SIDES
from protocols.channels import ARKIT

from .motion import RATE, Performance, perform
from .motion_steps import pulse, wander
from .refiner_defects import Floats, Rng

RISE_S: Final = (0.1, 0.8)
HOLD_S: Final = (0.1, 3.0)
PAUSE_S: Final = (0.05, 1.5)
BOTH: Final = 0.7
"""Share of poses that both sides take."""
MOST: Final = 5
"""Curves that are raised at once."""
TREMBLE: Final = 0.03
"""Deviation of what is held, over its height."""
_BLINKS: Final = np.array([name.startswith("eyeBlink") for name in ARKIT])


def pose(seconds: float, rng: Rng) -> Performance:
    """Return poses of somebody, drawn anew."""
    made = perform(seconds, rng)
    count = len(made.signals)
    raised = np.zeros((count, len(ARKIT)))
    lasts_s = count / RATE
    at_s = rng.uniform(-2.0, 0.5)
    while at_s < lasts_s:
        rise_s, hold_s, fall_s, pause_s = (
            _between(rng, *span) for span in (RISE_S, HOLD_S, RISE_S, PAUSE_S)
        )
        where, shape = pulse(count, at_s, rise_s, hold_s, fall_s)
        shape *= 1.0 + wander(len(shape), 1, 0.5, rng, 0.1)[:, 0] * TREMBLE
        part = raised[where]
        np.maximum(part, shape[:, None] * _heights(rng), out=part)
        at_s += rise_s + hold_s + fall_s * rng.uniform(0.5, 1.0) + pause_s
    signals = made.signals.copy()
    quiet = np.where(_BLINKS, 1.0, rng.uniform(0.0, 0.4)).astype(np.float32)
    rest = signals[:, WEIGHTS] * quiet
    signals[:, WEIGHTS] = np.clip(rest + raised * (1.0 - rest), 0.0, 1.0)
    return replace(made, signals=signals, blinks=(), closures=())


def _heights(rng: Rng) -> Floats:
    """Return (52,) how high each curve is raised; a few are, and take others along."""
    out = np.zeros(COUNT, dtype=np.float32)
    count = 1 if rng.random() < 0.5 else int(rng.integers(2, MOST + 1))
    chosen = rng.choice(len(ARKIT), count, replace=False)
    out[chosen] = rng.uniform(0.25, 1.0, count)
    along = rng.random(len(ARKIT)) < 0.15
    out[: len(ARKIT)] += along * rng.uniform(0.0, 0.25, len(ARKIT))
    if rng.random() < BOTH:
        out = np.maximum(out, out[SIDES] * np.float32(rng.uniform(0.8, 1.0)))
    return out[: len(ARKIT)]


def _between(rng: Rng, low: float, high: float) -> float:
    """Return a number whose logarithm is even."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))
