"""How often the expression of a clip changes, as read and as held."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engines.expression.held import HeldExpression, Rule
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS

from .watched import Watched

SETTLE_S = 0.12
"""Time constant with which the daemon smooths probabilities (`bridge/shape`)."""
SHORT_S = 0.2
"""A shorter break in an answer does not end it, when its delay is measured."""


@dataclass(frozen=True, slots=True)
class Steadiness:
    """One way to name the expression, over all clips."""

    changes: float
    """Changes of the name per minute."""
    shortest_s: float
    """The shortest time between two changes in one clip; infinite without two."""
    agrees: float
    """Share of frames with the same name as the largest smoothed probability."""
    delay_ms: float
    """Median time from when the largest probability changed to an expression until its
    name is given; NaN if no expression begins."""


def settled(seconds: npt.NDArray[np.float64], read: Floats) -> Floats:
    """Return (n, 8) probabilities smoothed as the daemon smooths them."""
    out = read.copy()
    for at in range(1, len(out)):
        keep = math.exp(-(seconds[at] - seconds[at - 1]) / SETTLE_S)
        out[at] += np.float32(keep) * (out[at - 1] - out[at])
    return out


def largest(read: Floats) -> list[str]:
    """Return the name of the largest of (n, 8) probabilities."""
    return [EXPRESSIONS[at] for at in read.argmax(axis=1).tolist()]


def held(
    seconds: npt.NDArray[np.float64], read: Floats, rule: Rule | None = None
) -> list[str]:
    """Return the held expression of each frame, as the daemon names it."""
    name = HeldExpression(rule)
    rows = zip(settled(seconds, read), seconds.tolist(), strict=True)
    return [name(row, round(at_s * 1e9)) for row, at_s in rows]


def compare(
    clips: Sequence[Watched], rule: Rule | None = None
) -> dict[str, Steadiness]:
    """Return what is read, what is smoothed and what is held, by name."""
    ways = {
        "largest, as read": [largest(clip.read) for clip in clips],
        "largest, smoothed": [
            largest(settled(clip.seconds, clip.read)) for clip in clips
        ],
        "held": [held(clip.seconds, clip.read, rule) for clip in clips],
    }
    return {name: _steadiness(clips, named, ways) for name, named in ways.items()}


def _steadiness(
    clips: Sequence[Watched],
    named: Sequence[Sequence[str]],
    ways: dict[str, list[list[str]]],
) -> Steadiness:
    changes, gaps, same, delays = 0, [math.inf], [], []
    for at, (clip, names) in enumerate(zip(clips, named, strict=True)):
        times = [
            float(clip.seconds[i + 1])
            for i, (one, other) in enumerate(pairwise(names))
            if one != other
        ]
        changes += len(times)
        gaps += [b - a for a, b in pairwise(times)]
        smooth = ways["largest, smoothed"][at]
        same += [a == b for a, b in zip(names, smooth, strict=True)]
        delays += _delays(clip.seconds, ways["largest, as read"][at], names)
    minutes = sum(clip.minutes for clip in clips)
    delay = float(np.median(delays)) * 1e3 if delays else math.nan
    return Steadiness(changes / minutes, min(gaps), float(np.mean(same)), delay)


def _delays(
    seconds: npt.NDArray[np.float64], read: Sequence[str], names: Sequence[str]
) -> list[float]:
    """Return how long after its beginning in `read` each expression is named."""
    found = []
    for at in range(1, len(names)):
        name = names[at]
        if name == names[at - 1] or name == EXPRESSIONS[0]:
            continue
        begun = at
        for back in range(at, -1, -1):
            if read[back] == name:
                begun = back
            elif seconds[begun] - seconds[back] > SHORT_S:
                break
        found.append(float(seconds[at] - seconds[begun]))
    return found
