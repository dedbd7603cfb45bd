"""From what a solver says of a face at rest and in full motion to that face's ranges.

    rest    what four of five calm frames stay below, and the noise above it
              -> `offset` and `dead_zone`: the calm face reads 0
    reach   the 98th percentile of the motion, beyond the rest
              -> `gain`: the face's own furthest reads `TARGET`

Pure functions of arrays, fitted for `Ranges` and checked with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from bridge.shape.profile import CurveRange, Profile, Ranges
from protocols.arrays import Floats, Mask
from protocols.channels import ARKIT, INDEX, opposite, unit

CALM: Final = 80.0
"""Percentile of the neutral frames that must read 0: a blink or two are above it."""

NOISY: Final = 95.0
"""Percentile that noise is taken to reach, unless it is a move: see `_rest`."""

SLACK: Final = 0.02
"""Noise is no wider than twice what the calm frames show, and this."""

WIDEST: Final = 0.3
"""A wider dead zone would stretch what is left too far; more goes into the offset."""

ENOUGH: Final = 0.015
"""A rest below it needs no correction."""

REACH: Final = 98.0
"""Percentile of the motion that counts as the furthest a face goes."""

TARGET: Final = 0.9
"""Where a curve's furthest is brought."""

MOVED: Final = 0.12
"""A reach below it is taken for no move of this curve."""

SURE: Final = 0.3
"""From this reach on a move that was asked for is taken for the furthest, and its gain
given in full; below it, part of it."""

UNASKED_SURE: Final = 0.6
"""The same where nobody was asked: a clip may show half a move, and mean it."""

ABOVE_NOISE: Final = 3.0
"""A move reaches so many times as far as the noise at rest."""

LEAST: Final = 1.05
"""A smaller gain is not worth a line."""

MOST: Final = 2.5
"""No gain is above it: what a face hardly does, it does not do."""

RESTLESS: Final = 0.15
"""A wider dead zone tells of a neutral face that was none."""

SIDES: Final = 0.15
"""Standard deviation, in log gain, by which a face's two sides truly differ."""

PLAYED: Final = 0.1
"""The same of how unlike somebody plays both sides."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One curve, before and after."""

    curve: str
    range: CurveRange
    rest_before: float
    """Mean of the neutral frames, without the fifth that is highest."""
    rest_after: float
    reach_before: float
    """98th percentile of the motion."""
    reach_after: float
    moved: bool
    note: str
    """Why it was left alone, or what was odd; empty where there is nothing to say."""


def fit(
    neutral: Floats, motion: Floats, asked: Mask | None = None
) -> tuple[Fitted, ...]:
    """Return one row a curve, in `ARKIT` order.

    Args:
        neutral: (N, 52) weights of calm frames, 1 at least, unsmoothed and without a
            profile.
        motion: (M, 52) of the same solver while the face moved.
        asked: (M, 52), where a frame is one that was to show this curve; None counts
            every frame for every curve.

    Raises:
        ValueError: an array has another shape, or there is no neutral frame.
    """
    for name, rows in (("neutral", neutral), ("motion", motion)):
        if rows.ndim != 2 or rows.shape[1] != len(ARKIT):
            raise ValueError(f"{name}: got {rows.shape}, expected (n, {len(ARKIT)})")
    if not len(neutral):
        raise ValueError("neutral: got no frame, expected 1 or more")
    if asked is not None and asked.shape != motion.shape:
        raise ValueError(f"asked: got {asked.shape}, expected {motion.shape}")
    neutral, motion = unit(neutral), unit(motion)
    sure = UNASKED_SURE if asked is None else SURE
    if asked is None:
        asked = np.ones(motion.shape, dtype=np.bool_)
    shown = [motion[asked[:, at], at] for at in range(len(ARKIT))]
    rests = [_rest(neutral[:, at]) for at in range(len(ARKIT))]
    reaches = [_reach(*row) for row in zip(shown, rests, strict=True)]
    moved = [
        reach > max(MOVED, ABOVE_NOISE * dead)
        for reach, (_, dead) in zip(reaches, rests, strict=True)
    ]
    gains = [_gain(*row, sure) for row in zip(reaches, moved, strict=True)]
    gains = [gain if gain >= LEAST else 1.0 for gain in _pair(gains, reaches, moved)]
    # The lips close by as much as the jaw is open: both grow alike, or they part.
    gains[INDEX["mouthClose"]] = gains[INDEX["jawOpen"]]
    ranges = [
        CurveRange(gain=round(gain, 3), offset=offset, dead_zone=dead)
        for gain, (offset, dead) in zip(gains, rests, strict=True)
    ]
    by = Ranges(Profile(curves=dict(zip(ARKIT, ranges, strict=True))))
    calm, moving = by.weights(neutral), by.weights(motion)
    return tuple(
        Fitted(
            name,
            ranges[at],
            rest_before=_level(neutral[:, at]),
            rest_after=_level(calm[:, at]),
            reach_before=_far(shown[at]),
            reach_after=_far(moving[asked[:, at], at]),
            moved=moved[at],
            note=_note(name, ranges[at], shown[at], moved[at], reaches[at]),
        )
        for at, name in enumerate(ARKIT)
    )


def ranges_of(rows: tuple[Fitted, ...]) -> dict[str, CurveRange]:
    """Return what a profile needs to hold: the ranges that change something."""
    return {row.curve: row.range for row in rows if row.range != CurveRange()}


def _rest(values: Floats) -> tuple[float, float]:
    """Return (offset, dead zone) that together take off the rest, to 3 digits.

    Twice the spread of the calm frames bounds the noise, so that a blink, or a smile
    that came too early, widens no dead zone.
    """
    middle, calm, noisy = np.percentile(values, [50.0, CALM, NOISY]).tolist()
    top = min(noisy, middle + 2.0 * (calm - middle) + SLACK)
    if top < ENOUGH:
        return 0.0, 0.0
    # Rounded up, so that what should read 0 does.
    top = min(math.ceil(top * 1e3) / 1e3, 1.0)
    dead = round(min(max(top - round(middle, 3), 0.0), WIDEST), 3)
    return round(dead - top, 3), dead


def _reach(values: Floats, rest: tuple[float, float]) -> float:
    """Return how far a curve goes once its rest is taken off, 0 to 1."""
    offset, dead = rest
    return max(_far(values) + offset - dead, 0.0) / (1.0 - dead)


def _gain(reach: float, moved: bool, sure: float) -> float:
    if not moved or reach >= TARGET:
        return 1.0
    # Part of the gain where the reach is short: it may be no more than cross-talk.
    share = min((reach - MOVED) / (sure - MOVED), 1.0)
    return min(math.exp(share * math.log(TARGET / reach)), MOST)


def _pair(gains: list[float], reaches: list[float], moved: list[bool]) -> list[float]:
    """Return the gains with those of two sides drawn toward each other.

    What is left of a difference is the share that a real difference between sides has
    in it, beside unlike playing: the shorter the reach, the less sure.
    """
    drawn = gains.copy()
    for at, name in enumerate(ARKIT):
        other = INDEX[opposite(name)]
        if other == at or not (moved[at] and moved[other]):
            continue
        unsure = PLAYED / min(reaches[at], reaches[other])
        kept = SIDES**2 / (SIDES**2 + unsure**2)
        here, there = math.log(gains[at]), math.log(gains[other])
        drawn[at] = math.exp((here + there) / 2.0 + kept * (here - there) / 2.0)
    return drawn


def _level(values: Floats) -> float:
    calm = np.sort(values)[: max(math.floor(len(values) * CALM / 100.0), 1)]
    return float(calm.mean())


def _far(values: Floats) -> float:
    return float(np.percentile(values, REACH)) if len(values) else 0.0


def _note(name: str, by: CurveRange, shown: Floats, moved: bool, reach: float) -> str:
    if by.dead_zone > RESTLESS:
        return "not calm at rest"
    if name == "mouthClose" and by.gain != 1.0:
        return "as jawOpen: lips still meet"
    if not len(shown):
        return "not asked for"
    if not moved:
        return "did not move"
    if reach >= TARGET:
        return "full range already" if by.gain == 1.0 else "with its other side"
    if by.gain >= MOST:
        return "gain at its limit"
    return ""
