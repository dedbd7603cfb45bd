"""Blinks: when lids fall, how fast and how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.easing import least_jerk

from .character import Character, Mood, Span, mood_at
from .steps import RATE

CLOSES_S: Final = (0.060, 0.110)
STAYS_S: Final = (0.005, 0.060)
OPENS_S: Final = (0.120, 0.280)
WHOLE: Final = 0.75
"""Share that closes by 0.85 to 1; the others turn back at 0.4 to 0.8."""
BURSTS: Final = 0.15
"""Share that another one follows after half a second."""

_PACE: Final = {Mood.TALK: 0.8, Mood.LISTEN: 1.1, Mood.STILL: 1.2, Mood.PLAY: 1.0}


@dataclass(frozen=True, slots=True)
class Blink:
    """Both lids down, and up again."""

    start_s: float
    """The lids begin to fall."""
    peak_s: float
    """They are lowest; the middle, where they stay for a while."""
    end_s: float
    """They have come to rest."""
    depth: tuple[float, float]
    """Highest value of eyeBlinkLeft and eyeBlinkRight."""
    stay_s: float = 0.0
    """So long they stay lowest."""


def draw_blinks(
    seconds: float,
    who: Character,
    spans: Sequence[Span],
    triggers: Sequence[float],
    rng: np.random.Generator,
) -> tuple[Blink, ...]:
    """Return blinks in order, none within another.

    Args:
        seconds: to fill.
        who: how often.
        spans: who talks blinks more.
        triggers: times of saccades that take the lids along.
        rng: where chance comes from.
    """
    starts = list(triggers)
    at = float(rng.uniform(0.0, who.blink_s))
    while at < seconds:
        starts.append(at)
        if rng.random() < BURSTS:
            at += float(rng.uniform(0.45, 0.65))
        else:
            pace = _PACE[mood_at(spans, at)]
            at += float(rng.lognormal(np.log(who.blink_s * pace), 0.6))
    found: list[Blink] = []
    for start in sorted(starts):
        if found and start < found[-1].end_s + 0.05:
            continue
        closes, stays = rng.uniform(*CLOSES_S), rng.uniform(*STAYS_S)
        opens = rng.uniform(*OPENS_S)
        whole = rng.random() < WHOLE
        depth = rng.uniform(0.85, 1.0) if whole else rng.uniform(0.4, 0.8)
        lazy = rng.uniform(0.92, 1.0)
        sides = (depth, depth * lazy) if rng.random() < 0.5 else (depth * lazy, depth)
        found.append(
            Blink(
                start_s=start,
                peak_s=float(start + closes + 0.5 * stays),
                end_s=float(start + closes + stays + opens),
                depth=(float(sides[0]), float(sides[1])),
                stay_s=float(stays),
            )
        )
    return tuple(found)


def lids(count: int, blinks: Sequence[Blink]) -> Numbers:
    """Return (count, 2) how far blinks close the left and the right lid, 0 to 1."""
    out = np.zeros((count, 2))
    for blink in blinks:
        first = max(0, int(np.ceil(blink.start_s * RATE)))
        last = min(count, int(np.ceil(blink.end_s * RATE)))
        if last <= first:
            continue
        at = np.arange(first, last) / RATE
        stay = 0.5 * blink.stay_s
        down = (at - blink.start_s) / (blink.peak_s - stay - blink.start_s)
        # Lids open fast at first and slowly at last.
        left = np.maximum(blink.end_s - at, 0.0) / (blink.end_s - blink.peak_s - stay)
        up = 1.0 - (1.0 - np.minimum(left, 1.0)) ** 0.8
        shape = least_jerk(np.minimum(down, up))
        out[first:last] = np.maximum(out[first:last], shape[:, None] * blink.depth)
    return out
