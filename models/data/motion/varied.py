"""Parts of recorded takes at other paces, with other gains: no part is met twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS
from engines.refine.chunks import SIDES
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

from .performance import RATE, Performance, perform

SHORTEST_S: Final = 5.0
"""A short take is played slower for it."""
PACES: Final = (0.6, 1.6)
GAIN: Final = 0.15
"""Spread of the logarithm of a curve's gain; twins share most of it."""
PARTED: Final = 0.6
"""Share of faces whose upper half is taken from another moment, or another take: what
few people did with their whole faces is no law, and few takes are soon known by heart.
"""

_LIPS: Final = [INDEX["jawOpen"], INDEX["mouthClose"]]
_UPPER: Final = tuple(
    np.array([i for i, name in enumerate(ARKIT) if name.startswith(starts)])
    for starts in (("eye",), ("brow",))
)
"""Eyes with their lids, and brows."""


def varied(
    performance: Performance, seconds: float, rng: np.random.Generator
) -> Performance:
    """Return up to so many seconds of a take at another pace, with other gains.

    A phone says nothing of the head, and a real one moves, so a made one does.
    """
    signals = performance.signals
    slowest = (len(signals) - 1) / (SHORTEST_S * RATE)
    pace = min(float(rng.uniform(*PACES)), slowest)
    size = min(round(seconds * RATE), int((len(signals) - 1) / pace))
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
    # What is felt is told by few takes, and asked little of.
    expression = performance.expression[low]
    return replace(
        performance, signals=moved, expression=expression, blinks=(), closures=()
    )


def recombined(
    takes: Sequence[Performance], seconds: float, rng: np.random.Generator
) -> Performance:
    """Return a part of one of the takes, `varied`; often with eyes or brows of another.

    Args:
        takes: long ones are taken more often.
        seconds: at most so many.
        rng: where chance comes from.
    """
    length = np.array([len(take.signals) for take in takes], np.float64)

    def one() -> Performance:
        which = int(rng.choice(len(takes), p=length / length.sum()))
        return varied(takes[which], seconds, rng)

    face = one()
    for region in _UPPER:
        if rng.random() < PARTED:
            other = one().signals
            size = min(len(other), len(face.signals))
            signals = face.signals[:size].copy()
            signals[:, region] = other[:size][:, region]
            face = replace(face, signals=signals, expression=face.expression[:size])
    return face


def _gains(rng: np.random.Generator) -> Floats:
    both = rng.normal(0.0, GAIN, COUNT)[WEIGHTS]
    own = rng.normal(0.0, 0.2 * GAIN, COUNT)[WEIGHTS]
    both = 0.5 * (both + both[SIDES[WEIGHTS]]) * np.sqrt(2.0)
    # Lips that meet go on meeting.
    both[_LIPS], own[_LIPS] = both[_LIPS[0]], 0.0
    return np.asarray(np.exp(both + own), dtype=np.float32)
