"""Speech: visemes that run into each other, lips that close for p, b and m."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.data.rendered.curve_tables import VISEMES, Recipe
from protocols.arrays import Numbers
from protocols.channels import ARKIT, INDEX

from .character import Character, Mood, Span
from .steps import RATE, pulse, two_pole

JAW_HERTZ: Final = 6.5
LIPS_HERTZ: Final = 8.5
CLOSED_S: Final = (0.05, 0.10)

_CONSONANTS: Final[tuple[Recipe, ...]] = (
    VISEMES[5],  # f, v
    VISEMES[7],  # th
    VISEMES[8],  # s, z
    VISEMES[9],  # sh, ch
    {"jawOpen": 0.12, "mouthUpperUp": 0.08, "tongueOut": 0.06},  # t, d, n, l
    {"jawOpen": 0.18, "mouthLowerDown": 0.08},  # k, g
    {"jawOpen": 0.10, "mouthFunnel": 0.3, "mouthPucker": 0.2, "jawForward": 0.08},  # r
)
_VOWELS: Final[tuple[Recipe, ...]] = VISEMES[:5]


def spread(recipe: Recipe) -> Numbers:
    """Return (52,) weights of a recipe; a curve without its side stands for both."""
    out = np.zeros(len(ARKIT))
    for name, value in recipe.items():
        for side in ("",) if name in INDEX else ("Left", "Right"):
            out[INDEX[name + side]] = value
    return out


_TABLE: Final = np.array(
    [np.zeros(len(ARKIT)), *map(spread, _VOWELS), *map(spread, _CONSONANTS)]
)
_USED: Final = np.flatnonzero(_TABLE.any(axis=0))
_IS_JAW: Final = np.array([ARKIT[i].startswith("jaw") for i in _USED])
_FIRST_CONSONANT: Final = 1 + len(_VOWELS)


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """What the mouth does to speak."""

    weights: Numbers
    """(n, 52)"""
    closing: Numbers
    """(n,) how far the lips are pressed shut over what they do else, 0 to 1."""
    closures: tuple[tuple[float, float], ...]
    """Seconds from and to which they are wholly shut."""
    stresses: tuple[float, ...]
    """Times of stressed vowels."""


def draw_speech(
    count: int, who: Character, spans: Sequence[Span], rng: np.random.Generator
) -> Speech:
    """Return `count` samples; words in talking spans, now and then one in others."""
    target = np.zeros((count, len(_USED)))
    closing = np.zeros(count)
    closures: list[tuple[float, float]] = []
    stresses: list[float] = []
    for span in spans:
        if span.mood == Mood.STILL:
            continue
        talks = span.mood == Mood.TALK
        at = span.start_s + float(rng.exponential(0.2 if talks else 6.0))
        while at < span.end_s - 0.3:
            length = float(rng.uniform(0.6, 4.0) if talks else rng.uniform(0.3, 0.8))
            end = min(at + length, span.end_s - 0.15)
            strength = who.speech * float(np.clip(rng.normal(1.0, 0.15), 0.6, 1.4))
            at = _phrase(
                target, closing, closures, stresses, at, end, strength, who, rng
            )
            at += float(rng.exponential(1.5 / who.talkative)) + 0.1
            if not talks:
                at += float(rng.exponential(5.0))
    if not stresses:
        return Speech(np.zeros((count, len(ARKIT))), closing, (), ())
    smooth = np.empty_like(target)
    smooth[:, _IS_JAW] = two_pole(target[:, _IS_JAW], JAW_HERTZ)
    smooth[:, ~_IS_JAW] = two_pole(target[:, ~_IS_JAW], LIPS_HERTZ)
    weights = np.zeros((count, len(ARKIT)))
    weights[:, _USED] = smooth
    return Speech(weights, closing, tuple(closures), tuple(stresses))


def _phrase(
    target: Numbers,
    closing: Numbers,
    closures: list[tuple[float, float]],
    stresses: list[float],
    at: float,
    end: float,
    strength: float,
    who: Character,
    rng: np.random.Generator,
) -> float:
    """Write visemes from `at` until `end` is passed; return where they stop."""
    most = int((end - at) / (0.35 * who.viseme_s)) + 2
    lengths = who.viseme_s * rng.lognormal(0.0, 0.3, most)
    chance = rng.random((most, 3))
    vowels = rng.integers(1, _FIRST_CONSONANT, most)
    consonants = rng.integers(_FIRST_CONSONANT, len(_TABLE), most)
    force = strength * np.clip(rng.normal(1.0, 0.2, most), 0.4, 1.6)
    vowel = bool(rng.random() < 0.4)
    for i in range(most):
        if at >= end:
            break
        length = float(lengths[i])
        if not vowel and chance[i, 0] < 0.22:
            length = max(length, 0.075)
            shut = float(rng.uniform(*CLOSED_S))
            rise, fall = rng.uniform(0.045, 0.075), rng.uniform(0.05, 0.09)
            where, shape = pulse(len(closing), at - rise, rise, shut, fall)
            closing[where] = np.maximum(closing[where], shape)
            closures.append((at, at + shut))
            row = _TABLE[_FIRST_CONSONANT + 4]
        elif vowel:
            stress = chance[i, 1] < 0.3
            if stress:
                force[i] *= 1.3
                length *= 1.25
            if stress or not stresses:
                stresses.append(at)
            row = _TABLE[vowels[i]]
        else:
            row = _TABLE[consonants[i]]
        early = 0.08 if chance[i, 2] < 0.15 else 0.0
        value = row[_USED] * force[i]
        first, last = round(at * RATE), round((at + length) * RATE)
        target[first:last] = value
        if early:
            # Rounded lips are there before their sound.
            before = max(0, first - round(early * RATE))
            target[before:first, ~_IS_JAW] = value[~_IS_JAW]
        at += length
        vowel = not vowel
    return at
