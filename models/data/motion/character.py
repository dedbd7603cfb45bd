"""Who moves, and what they are about: a character, and spans of talk, rest and play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from protocols.arrays import Numbers

from .steps import RATE, glide


class Mood(IntEnum):
    """What one is about for some seconds."""

    TALK = 0
    LISTEN = 1
    STILL = 2
    """Nothing but gaze held, breath and blinks."""
    PLAY = 3
    """Pulls faces and turns the head as far as they go."""


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds of one mood."""

    start_s: float
    end_s: float
    mood: Mood


@dataclass(frozen=True, slots=True)
class Character:
    """How one person moves. 1 is the average where no unit is given."""

    expressive: float
    """How strong emotions and gestures are."""
    talkative: float
    blink_s: float
    """Median time from blink to blink."""
    speech: float
    """How far visemes go."""
    viseme_s: float
    head: float
    """How lively the head is."""
    gesture_s: float
    """Mean time between gestures."""
    lean: float
    """How much the left side does more than the right, shares."""
    moods: tuple[float, float, float, float]
    """Chances of each `Mood`, sum 1."""


_LENGTH_S: Final = {
    Mood.TALK: (2.0, 8.0),
    Mood.LISTEN: (2.0, 6.0),
    Mood.STILL: (2.5, 6.0),
    Mood.PLAY: (2.0, 6.0),
}


def draw_character(rng: np.random.Generator) -> Character:
    """Return somebody."""
    talkative = float(rng.uniform(0.3, 1.7))
    moods = rng.dirichlet([2.4 * talkative, 1.6, 1.4, 2.0])
    return Character(
        expressive=float(np.clip(rng.lognormal(0.0, 0.3), 0.5, 1.6)),
        talkative=talkative,
        blink_s=float(np.clip(rng.lognormal(np.log(3.4), 0.3), 1.8, 7.0)),
        speech=float(rng.uniform(0.45, 1.15)),
        viseme_s=float(1.0 / rng.uniform(7.0, 13.0)),
        head=float(np.clip(rng.lognormal(0.0, 0.4), 0.4, 2.0)),
        gesture_s=float(np.clip(rng.lognormal(np.log(5.0), 0.4), 2.0, 12.0)),
        lean=float(rng.normal(0.0, 0.05)),
        moods=(float(moods[0]), float(moods[1]), float(moods[2]), float(moods[3])),
    )


def draw_spans(
    seconds: float, who: Character, rng: np.random.Generator
) -> tuple[Span, ...]:
    """Return spans that fill the seconds; no mood follows itself."""
    spans: list[Span] = []
    at, last = 0.0, -1
    while at < seconds:
        chances = np.array(who.moods) + 0.02
        if last >= 0:
            chances[last] = 0.0
        mood = Mood(int(rng.choice(4, p=chances / chances.sum())))
        end = at + float(rng.uniform(*_LENGTH_S[mood]))
        spans.append(Span(at, min(end, seconds), mood))
        at, last = end, mood
    return tuple(spans)


def liveliness(
    count: int, spans: Sequence[Span], rest: float = 0.06, ease_s: float = 0.5
) -> Numbers:
    """Return (count,) 1 where there is life and `rest` in still spans, eased."""
    quiet = spans[0].mood == Mood.STILL
    out = np.full(count, rest if quiet else 1.0)
    for span in spans[1:]:
        to = rest if span.mood == Mood.STILL else 1.0
        glide(out, span.start_s, ease_s, to)
    return out


def mood_at(spans: Sequence[Span], at_s: float) -> Mood:
    """Return what one is about; the last mood after the end."""
    for span in spans:
        if at_s < span.end_s:
            return span.mood
    return spans[-1].mood


def not_still(spans: Sequence[Span], at_s: float) -> float:
    """Return the time, or the end of the still span that it falls into."""
    for span in spans:
        if span.mood == Mood.STILL and span.start_s - 0.05 <= at_s < span.end_s:
            return span.end_s + 1.0 / RATE
    return at_s
