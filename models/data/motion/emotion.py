"""Emotions: they come, stay and go; laughter rides on joy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.data.rendered.curve_tables import EMOTIONS, Recipe
from protocols.arrays import Numbers
from protocols.channels import ARKIT, EXPRESSIONS, INDEX

from .character import Character, Mood, Span, mood_at, not_still
from .steps import RATE, pulse

_CLASSES: Final = tuple(
    EXPRESSIONS.index(name)
    for name in (
        *("happiness", "happiness", "sadness", "anger", "surprise"),
        *("fear", "disgust", "contempt", "contempt"),
    )
)
"""Of each of `EMOTIONS`."""
_CHANCES: Final = np.array([4.0, 2.0, 1.2, 1.3, 1.6, 0.9, 1.0, 0.5, 0.5])
_APART_S: Final = 3.5
"""Mean time from one to the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Emotion:
    """What one feels, on the face."""

    weights: Numbers
    """(n, 52)"""
    felt: Numbers
    """(n, 8) how much of each of `EXPRESSIONS`; column 0 stays 0."""
    laughs: tuple[tuple[float, float], ...]
    """Seconds from and to which one laughs."""
    bounce: Numbers
    """(n,) laughter's beat, 0 to 1."""


def draw_emotion(
    count: int, who: Character, spans: Sequence[Span], rng: np.random.Generator
) -> Emotion:
    """Return `count` samples; nothing comes or goes in still spans."""
    weights = np.zeros((count, len(ARKIT)))
    felt = np.zeros((count, len(EXPRESSIONS)))
    bounce = np.zeros(count)
    laughs: list[tuple[float, float]] = []
    seconds = count / RATE
    at = float(rng.exponential(_APART_S)) - 1.0
    while at < seconds:
        at = not_still(spans, at)
        which = int(rng.choice(len(EMOTIONS), p=_CHANCES / _CHANCES.sum()))
        posed = mood_at(spans, at) == Mood.PLAY
        force = rng.beta(2.2, 1.0) if posed else rng.beta(1.4, 1.2)
        size = float(np.clip(force * who.expressive, 0.08, 1.25))
        onset = float(rng.uniform(0.18, 0.45) if posed else rng.uniform(0.25, 1.0))
        apex = 0.1 + float(rng.exponential(1.6))
        offset = onset * float(rng.uniform(1.2, 2.2)) + 0.15
        leaves = not_still(spans, at + onset + apex)
        apex = leaves - at - onset
        lean = who.lean + float(rng.normal(0.0, 0.08))
        if rng.random() < 0.15:
            lean = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 0.9))
        _express(weights, EMOTIONS[which], size, (at, onset, apex, offset), lean, rng)
        where, shape = pulse(count, at, onset, apex, offset)
        column = felt[:, _CLASSES[which]]
        column[where] = np.maximum(column[where], shape * min(1.0, 1.3 * size))
        if which == 1 and size > 0.35 and rng.random() < 0.7:
            laughs.append((at + onset, at + onset + min(apex, rng.uniform(0.6, 2.2))))
        at += onset + apex + 0.5 * offset + float(rng.exponential(_APART_S))
    for start, end in laughs:
        _laugh(weights, bounce, start, end, rng)
    return Emotion(weights, felt, tuple(laughs), bounce)


def _express(
    weights: Numbers,
    recipe: Recipe,
    size: float,
    times: tuple[float, float, float, float],
    lean: float,
    rng: np.random.Generator,
) -> None:
    """Write each curve of an emotion with a delay and a strength of its own."""
    at, onset, apex, offset = times
    for name, value in recipe.items():
        lag = float(np.clip(rng.normal(0.0, 0.03), -0.08, 0.08))
        height = value * size * max(0.2, float(rng.normal(1.0, 0.15)))
        where, shape = pulse(len(weights), at + lag, onset, apex, offset)
        sides = {"": 1.0}
        if name not in INDEX:
            sides = {"Left": min(1.0, 1 + lean), "Right": min(1.0, 1 - lean)}
        for side, share in sides.items():
            column = weights[where, INDEX[name + side]]
            column += (1.0 - np.minimum(column, 1.0)) * np.minimum(
                height * share * shape, 1.0
            )


def _laugh(
    weights: Numbers,
    bounce: Numbers,
    start: float,
    end: float,
    rng: np.random.Generator,
) -> None:
    """Write laughter: jaw, cheeks and upper lip beat four to five times a second."""
    where, envelope = pulse(
        len(bounce), start, 0.15, max(0.05, end - start - 0.4), 0.25
    )
    if not len(envelope):
        return
    at = np.arange(len(envelope)) / RATE
    hertz, phase = rng.uniform(4.0, 5.0), rng.uniform(0.0, 2.0 * math.pi)
    beat = envelope * (0.5 + 0.5 * np.sin(2.0 * math.pi * hertz * at + phase))
    bounce[where] = np.maximum(bounce[where], beat)
    for name, size in (("jawOpen", 0.22), ("mouthUpperUpLeft", 0.1)):
        weights[where, INDEX[name]] += size * beat
    weights[where, INDEX["mouthUpperUpRight"]] += 0.1 * beat
    for name in ("mouthSmile", "cheekSquint", "eyeSquint"):
        for side in ("Left", "Right"):
            weights[where, INDEX[name + side]] += 0.15 * envelope + 0.04 * beat
