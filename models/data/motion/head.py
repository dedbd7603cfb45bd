"""The head: it wanders, nods, shakes, shifts, beats with speech, and breathes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from protocols.arrays import Numbers

from .character import Character, Mood, Span, mood_at, not_still
from .steps import RATE, glide, pulse, wander

DEGREE: Final = math.pi / 180
LEVER: Final = 0.11
"""Metres from the joint on which the head turns to between the eyes, up and ahead."""

_WANDERS: Final = np.array([4.0, 5.0, 3.0]) * DEGREE
"""Deviation of pitch, yaw and roll."""
_SWAYS: Final = np.array([0.012, 0.006, 0.012])
_NODS: Final = {Mood.TALK: 3.5, Mood.LISTEN: 2.5, Mood.STILL: 60.0, Mood.PLAY: 3.0}
"""Mean seconds between nods and shakes."""


def draw_fast(
    count: int,
    who: Character,
    spans: Sequence[Span],
    lively: Numbers,
    stresses: Sequence[float],
    rng: np.random.Generator,
) -> Numbers:
    """Return (count, 3) pitch, yaw, roll that the eyes make up for: to and fro."""
    tau = float(rng.uniform(1.6, 2.0))
    # Slow wandering is the body's; eyes make up for it as for nods.
    turn = wander(count, 3, tau, rng, 0.175) * _WANDERS * (0.55 * who.head)
    turn *= lively[:, None]
    at = float(rng.exponential(2.5))
    while at * RATE < count:
        mood = mood_at(spans, at)
        if mood != Mood.STILL:
            at += _nod(turn, at, who, rng)
        at = max(at + 0.2, not_still(spans, at + float(rng.exponential(_NODS[mood]))))
    for stress in stresses:
        if rng.random() < 0.45:
            size = float(rng.exponential(1.8)) * DEGREE * who.head
            where, shape = pulse(count, stress - 0.1, 0.16, 0.0, 0.25)
            axis = 0 if rng.random() < 0.75 else int(rng.integers(1, 3))
            turn[where, axis] += min(size, 8 * DEGREE) * shape
    return turn


def draw_slow(
    count: int, who: Character, spans: Sequence[Span], rng: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Return (count, 3) turn and (count, 3) shift in metres of the whole posture."""
    turn, place = np.zeros((count, 3)), np.zeros((count, 3))
    turn[:] = rng.normal(0.0, [5.0, 5.0, 3.0]) * DEGREE
    at = float(rng.exponential(3.0))
    while at * RATE < count:
        at = not_still(spans, at)
        plays = mood_at(spans, at) == Mood.PLAY
        length = float(rng.uniform(0.4, 0.8))
        sd = np.array([12.0, 18.0, 9.0] if plays else [4.0, 6.0, 3.0]) * DEGREE
        to = np.clip(rng.normal(0.0, sd * min(who.head, 1.4)), -0.6, 0.6)
        if plays:
            length += float(rng.uniform(0.0, 0.6))
        glide(turn, at, length, to)
        if rng.random() < 0.6:
            glide(place, at, length * 1.2, rng.normal(0.0, [0.03, 0.012, 0.035]))
        at += length + float(rng.exponential(1.2 if plays else 5.0)) + 0.2
    return turn, place


def draw_place(
    turn: Numbers, shift: Numbers, lively: Numbers, rng: np.random.Generator
) -> Numbers:
    """Return (n, 3) metres before the camera: a seat, sway, breath, and the neck's arc.

    Args:
        turn: (n, 3) pitch, yaw and roll.
        shift: (n, 3) of posture.
        lively: (n,) how much it sways.
        rng: where chance comes from.
    """
    count = len(turn)
    seat = np.array([rng.normal(0, 0.04), rng.normal(0, 0.04), -rng.uniform(0.4, 1.0)])
    sway = wander(count, 3, 2.5, rng, 0.3) * _SWAYS * lively[:, None]
    at = np.arange(count) / RATE
    breath = np.sin(2.0 * math.pi * (rng.uniform(0.2, 0.3) * at + rng.random()))
    pitch, yaw, roll = turn.T
    place: Numbers = seat + shift + sway
    place[:, 0] += LEVER * (np.sin(yaw) - np.sin(roll))
    place[:, 1] += LEVER * (np.cos(pitch) * np.cos(roll) - 1.0 - np.sin(pitch))
    place[:, 1] += rng.uniform(0.0003, 0.001) * breath
    place[:, 2] += LEVER * (np.cos(yaw) * np.cos(pitch) - 1.0 + np.sin(pitch))
    return place


def _nod(turn: Numbers, at: float, who: Character, rng: np.random.Generator) -> float:
    """Write a nod, a shake or a tilt; return how long it takes."""
    kind = rng.random()
    axis = 0 if kind < 0.6 else 1 if kind < 0.85 else 2
    hertz = float(rng.uniform(1.2, 3.2))
    cycles = int(rng.integers(1, 4))
    length = cycles / hertz
    size = float(np.clip(rng.exponential(4.5) + 1.0, 1.0, 14.0)) * DEGREE
    size *= min(who.head, 1.4) * min(1.0, 2.0 / hertz) * rng.choice([-1.0, 1.0])
    first, last = max(0, math.ceil(at * RATE)), math.ceil((at + length) * RATE)
    last = max(first, min(last, len(turn)))
    u = (np.arange(first, last) / RATE - at) / length
    window = np.sin(math.pi * u) ** 2
    turn[first:last, axis] += size * window * np.sin(2.0 * math.pi * cycles * u)
    return length
