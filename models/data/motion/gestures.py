"""Gestures of the face: brows flash, an eye winks, cheeks puff, a jaw chews."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from models.data.rendered.curve_tables import GESTURES, Recipe
from protocols.arrays import Numbers
from protocols.channels import ARKIT, INDEX

from .character import Character, Mood, Span, mood_at, not_still
from .speech import spread
from .steps import RATE, pulse

_WINKS: Final[tuple[Recipe, ...]] = (
    {"eyeBlinkLeft": 0.95, "eyeSquintLeft": 0.4, "cheekSquintLeft": 0.4},
    {"eyeBlinkRight": 0.95, "eyeSquintRight": 0.4, "cheekSquintRight": 0.4},
)
_SHUT: Final[Recipe] = {"eyeBlink": 0.97, "eyeSquint": 0.1}
_BROWS: Final = tuple(i for i, g in enumerate(GESTURES) if "browInnerUp" in g)
_RECIPES: Final = (*GESTURES, *_WINKS, _SHUT)
_TABLE: Final = np.array([spread(recipe) for recipe in _RECIPES])
_ROUND: Final = frozenset(
    i for i, g in enumerate(GESTURES) if "jawLeft" in g or "jawRight" in g
)

_ALONE: Final = frozenset(
    {"jawForward", "jawLeft", "jawRight", "mouthLeft", "mouthRight"}
    | {"cheekPuff", "tongueOut"}
)
"""Curves that nothing else moves: their gestures come twice as often."""
_CHANCES: Final = np.array([2.0 if _ALONE & set(r) else 1.0 for r in _RECIPES])

_APART: Final = {Mood.TALK: 1.3, Mood.LISTEN: 0.6, Mood.STILL: 1.0, Mood.PLAY: 0.1}
"""Of the character's mean time between gestures."""


def draw_gestures(
    count: int,
    who: Character,
    spans: Sequence[Span],
    stresses: Sequence[float],
    rng: np.random.Generator,
) -> Numbers:
    """Return (count, 52) weights; with stressed vowels, now and then, brows rise."""
    out = np.zeros((count, len(ARKIT)))
    seconds = count / RATE
    at = float(rng.exponential(who.gesture_s)) - 1.0
    while at < seconds:
        at = not_still(spans, at)
        mood = mood_at(spans, at)
        plays = mood == Mood.PLAY
        lasts = _gesture(out, at, plays, mood == Mood.TALK, who, spans, rng)
        # Who plays begins the next before the last is over.
        at += 0.5 * lasts if plays else lasts
        at += float(rng.exponential(who.gesture_s * _APART[mood]))
    for stress in stresses:
        if rng.random() < 0.12:
            size = float(rng.uniform(0.1, 0.4)) * who.expressive
            rise, fall = rng.uniform(0.1, 0.18), rng.uniform(0.2, 0.4)
            where, shape = pulse(count, stress - 0.1, rise, 0.05, fall)
            _add(out, where, shape, size * _TABLE[0])
    return out


def _gesture(
    out: Numbers,
    at: float,
    plays: bool,
    talks: bool,
    who: Character,
    spans: Sequence[Span],
    rng: np.random.Generator,
) -> float:
    """Write one gesture; return how long it takes."""
    which = int(rng.choice(len(_TABLE), p=_CHANCES / _CHANCES.sum()))
    flash = not plays and rng.random() < 0.35
    if talks or flash:
        # Whoever talks has only the brows and eyes to spare.
        which = int(rng.choice(_BROWS))
    size = float(rng.beta(2.0, 1.0) if plays else rng.beta(1.6, 1.3) * who.expressive)
    size = min(size, 1.05)
    rise, fall = float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.15, 0.55))
    stay = float(rng.exponential(1.1 if plays else 0.35)) + 0.03
    if flash:
        rise, stay, fall = rng.uniform(0.08, 0.14), 0.05, rng.uniform(0.12, 0.25)
    elif _RECIPES[which] in _WINKS:
        size = float(rng.uniform(0.85, 1.0))
        rise, fall = rng.uniform(0.08, 0.2), rng.uniform(0.12, 0.3)
        stay = float(rng.uniform(0.05, 0.5))
    elif _RECIPES[which] is _SHUT:
        size = float(rng.uniform(0.9, 1.0))
        stay = float(rng.uniform(0.4, 2.0))
    stay = max(0.03, not_still(spans, at + rise + stay) - at - rise)
    where, shape = pulse(len(out), at, rise, stay, fall)
    row = _TABLE[which] * size * np.clip(rng.normal(1.0, 0.1, len(ARKIT)), 0.7, 1.3)
    if which in _ROUND and rng.random() < 0.6:
        _chew(out, at, rise + stay + fall + 1.0, size, rng)
        return rise + stay + fall + 1.0
    if plays and stay > 0.5 and rng.random() < 0.4:
        # Held, but not quite: it is done a few times over.
        time = np.arange(where.start, where.stop) / RATE - at
        hertz = float(rng.uniform(1.0, 2.5))
        shape = shape * (0.65 + 0.35 * np.cos(2.0 * math.pi * hertz * time))
    _add(out, where, shape, row)
    return rise + stay + fall


def _chew(
    out: Numbers, at: float, length: float, size: float, rng: np.random.Generator
) -> None:
    """Write a jaw that goes round, left and right in turn, lips shut."""
    where, envelope = pulse(len(out), at, 0.3, length - 0.6, 0.3)
    time = np.arange(where.start, where.stop) / RATE - at
    angle = 2.0 * math.pi * float(rng.uniform(1.0, 1.8)) * time
    side = 0.6 * size * np.sin(angle)
    drop = 0.25 * size * (0.5 - 0.5 * np.cos(angle))
    for name, values in (
        ("jawLeft", np.maximum(side, 0.0)),
        ("jawRight", np.maximum(-side, 0.0)),
        ("jawOpen", drop),
        ("mouthClose", 0.9 * drop),
        ("mouthPressLeft", 0.2 - 0.5 * drop),
        ("mouthPressRight", 0.2 - 0.5 * drop),
    ):
        column = out[where, INDEX[name]]
        np.maximum(column, envelope * np.maximum(values, 0.0), out=column)


def _add(out: Numbers, where: slice, shape: Numbers, row: Numbers) -> None:
    """Lay a pulse over what is there, so that together they stay below 1."""
    used = np.flatnonzero(row)
    there = out[where][:, used]
    more = np.minimum(shape[:, None] * row[used], 1.0)
    out[where, used] = there + (1.0 - np.minimum(there, 1.0)) * more
