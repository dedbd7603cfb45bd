"""Gaze: fixations and saccades, pursuit, and what lids and head do with it.

Directions are radians, +yaw to the actor's left, +pitch down, as the head's turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Numbers

from .character import Character, Mood, Span, mood_at
from .steps import RATE, glide

DEGREE: Final = math.pi / 180
LATENT_S: Final = 0.021
SLOPE_S: Final = 0.0022
"""A saccade lasts 21 ms and 2.2 ms for each degree."""
HEAD_SHARE: Final = 0.35
"""Of a shift beyond ten degrees, what the head does, 0.2 s later."""

_SPREAD: Final = {Mood.TALK: 0.8, Mood.LISTEN: 0.6, Mood.STILL: 0.04, Mood.PLAY: 1.25}
_STAYS: Final = {Mood.TALK: 1.0, Mood.LISTEN: 1.3, Mood.STILL: 2.0, Mood.PLAY: 0.9}


@dataclass(frozen=True, slots=True)
class Saccade:
    """A jump of the eyes."""

    start_s: float
    length_s: float
    angle: float
    """Degrees."""


@dataclass(frozen=True, slots=True, eq=False)
class Gaze:
    """Where the eyes want to look."""

    direction: Numbers
    """(n, 2) yaw and pitch in the room."""
    head: Numbers
    """(n, 2) what the head does of it."""
    vergence: Numbers
    """(n,) how far each eye turns in."""
    saccades: tuple[Saccade, ...]
    blinks: tuple[float, ...]
    """Times of large saccades that take the lids along."""


def draw_gaze(
    count: int, who: Character, spans: Sequence[Span], rng: np.random.Generator
) -> Gaze:
    """Return `count` samples of somebody's gaze."""
    direction = np.zeros((count, 2))
    head = np.zeros((count, 2))
    vergence = np.full(count, float(rng.uniform(0.0, 2.0)) * DEGREE)
    saccades: list[Saccade] = []
    blinks: list[float] = []
    at = 0.0
    here = rng.normal(0.0, [4.0, 3.0]) * DEGREE
    direction[:] = here
    faces = here.copy()
    while True:
        mood = mood_at(spans, at)
        at += 0.15 + float(rng.exponential(0.9 * _STAYS[mood]))
        if at * RATE >= count:
            break
        mood = mood_at(spans, at)
        wide = mood != Mood.STILL and rng.random() < 0.3
        sd = np.array([18.0, 11.0] if wide else [9.0, 6.0]) * DEGREE * _SPREAD[mood]
        target = rng.normal(0.0, sd) if mood != Mood.STILL else here + rng.normal(0, sd)
        target = np.clip(target, [-0.7, -0.4], [0.7, 0.5])
        if mood != Mood.STILL and rng.random() < 0.12:
            # Eyes follow something that moves, at about fifteen degrees a second.
            length = float(np.hypot(*(target - here)) / (15 * DEGREE)) + 0.3
            glide(direction, at, length, target)
            at += length
        else:
            angle = float(np.hypot(*(target - here)) / DEGREE)
            length = LATENT_S + SLOPE_S * angle
            glide(direction, at, length, target)
            saccades.append(Saccade(at, length, angle))
            if angle > 20.0 and rng.random() < 0.3:
                blinks.append(max(0.0, at - float(rng.uniform(0.0, 0.04))))
            if rng.random() < 0.3 and mood != Mood.STILL:
                glide(vergence, at, 0.2, float(rng.exponential(1.5)) * DEGREE)
            at += length
        if np.hypot(*(target - faces)) > 10 * DEGREE:
            slow = float(rng.uniform(0.3, 0.55))
            glide(head, at + 0.2, slow, HEAD_SHARE * min(who.head, 1.3) * target)
            faces = target
        here = target
    return Gaze(direction, head, vergence, tuple(saccades), tuple(blinks))
