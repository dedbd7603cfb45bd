"""Fits a face's ranges to its solved weights at rest and in full motion.

    rest    the level that four of five calm frames stay below, and the noise above it
              -> `offset` and `dead_zone`: the calm face reads 0
    reach   the 98th percentile of the motion, above the rest level
              -> `gain`: the face's own maximum reads `TARGET`

Pure functions of arrays. The ranges are for `Ranges`, which also checks them.
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
"""Percentile of the neutral frames that must read 0; one or two blinks are above it."""

NOISY: Final = 95.0
"""Percentile of the neutral frames that counts as the top of the noise; see `_rest`."""

SLACK: Final = 0.02
"""Noise is limited to twice the spread of the calm frames, plus this."""

WIDEST: Final = 0.3
"""Widest dead zone, as the rest of the range is stretched; more goes to the offset."""

ENOUGH: Final = 0.015
"""A rest level below this is not corrected."""

REACH: Final = 98.0
"""Percentile of the motion that counts as the face's maximum."""

TARGET: Final = 0.9
"""The value that a curve's maximum is scaled to."""

MOVED: Final = 0.12
"""A curve with a smaller reach counts as not moved."""

SURE: Final = 0.3
"""Reach from which a prompted move counts as the person's maximum and gets the full
gain; a smaller reach gets part of it."""

UNASKED_SURE: Final = 0.6
"""The same without prompts: a clip may show a half move that was meant as one."""

ABOVE_NOISE: Final = 3.0
"""A move must reach this many times as far as the noise at rest."""

LEAST: Final = 1.05
"""A smaller gain is left out of the profile."""

MOST: Final = 2.5
"""Largest gain. A face that hardly shows a move is not stretched further."""

RESTLESS: Final = 0.15
"""A wider dead zone means that the face was not calm at rest."""

SIDES: Final = 0.15
"""Standard deviation, in log gain, of the true difference between a face's sides."""

PLAYED: Final = 0.1
"""Standard deviation of the difference in how strongly a person plays both sides."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One curve, before and after the fit."""

    curve: str
    range: CurveRange
    rest_before: float
    """Mean of the neutral frames, without the highest fifth."""
    rest_after: float
    reach_before: float
    """98th percentile of the motion."""
    reach_after: float
    moved: bool
    note: str
    """Why the curve was left unchanged, or what was unusual; empty otherwise."""


def fit(
    neutral: Floats, motion: Floats, asked: Mask | None = None
) -> tuple[Fitted, ...]:
    """Return one row for each curve, in `ARKIT` order.

    Args:
        neutral: (N, 52) weights of calm frames, N at least 1, unsmoothed and without a
            profile.
        motion: (M, 52) weights of the same solver while the face moved.
        asked: (M, 52) True in frames whose prompt asked for that curve; None counts
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
    # mouthClose must grow with jawOpen, or closed lips would part.
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
    """Return the ranges that change a curve; a profile stores only these."""
    return {row.curve: row.range for row in rows if row.range != CurveRange()}


def _rest(values: Floats) -> tuple[float, float]:
    """Return (offset, dead zone), to 3 digits, that together remove the rest level.

    The noise is limited to twice the spread of the calm frames, so that a blink or an
    early smile does not widen the dead zone.
    """
    middle, calm, noisy = np.percentile(values, [50.0, CALM, NOISY]).tolist()
    top = min(noisy, middle + 2.0 * (calm - middle) + SLACK)
    if top < ENOUGH:
        return 0.0, 0.0
    # Rounded up, so that calm frames read exactly 0.
    top = min(math.ceil(top * 1e3) / 1e3, 1.0)
    dead = round(min(max(top - round(middle, 3), 0.0), WIDEST), 3)
    return round(dead - top, 3), dead


def _reach(values: Floats, rest: tuple[float, float]) -> float:
    """Return a curve's maximum, 0 to 1, after its rest level is removed."""
    offset, dead = rest
    return max(_far(values) + offset - dead, 0.0) / (1.0 - dead)


def _gain(reach: float, moved: bool, sure: float) -> float:
    if not moved or reach >= TARGET:
        return 1.0
    # A short reach gets part of the gain, because it may be only cross-talk.
    share = min((reach - MOVED) / (sure - MOVED), 1.0)
    return min(math.exp(share * math.log(TARGET / reach)), MOST)


def _pair(gains: list[float], reaches: list[float], moved: list[bool]) -> list[float]:
    """Return the gains, with left and right moved toward their mean.

    A difference between the sides is either real or comes from uneven playing. The
    estimated real share is kept. The shorter the reach, the smaller that share.
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
