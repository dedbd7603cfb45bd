"""Closes the avatar's lips where the actor's are closed.

Weights that are right on average still leave a slit where lips meet, which everybody
sees. The landmarks tell well whether lips touch: as their gap falls from `PARTED` to
`TOUCHING`, mouthClose rises to jawOpen, and what parts the lips by itself falls to 0.
Smoothing opens the slit again, since jawOpen and mouthClose are smoothed apart; so the
same is done once more to what is sent.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

from .features import AT

PARTED: Final = 0.045
TOUCHING: Final = 0.02
"""Gap of the lips as a part of the mouth's width."""

OPEN_BY: Final = 0.06
SHUT_BY: Final = 0.02
"""Distance of an avatar's lips, in that of a wide open jaw."""

_GAP: Final = AT["gap"]
_WIDE: Final = [AT["cornerXLeft"], AT["cornerXRight"]]
_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_PART: Final = [
    INDEX[name]
    for name in (
        *("mouthFunnel", "mouthLowerDownLeft", "mouthLowerDownRight"),
        *("mouthUpperUpLeft", "mouthUpperUpRight"),
    )
]


def _apart() -> Floats:
    """Return (52,): how far each curve parts the lips, jawOpen being 1."""
    row = np.zeros(len(ARKIT), dtype=np.float32)
    row[_JAW], row[_CLOSE] = 1.0, -1.0
    # Gaps of ARKit's published reference shapes, in widths of the mouth: jawOpen 0.83,
    # mouthFunnel 0.25, a pair of mouthLowerDown 0.18.
    row[_PART] = 0.3, 0.11, 0.11, 0.09, 0.09
    return row


_APART: Final = _apart()


def closed_part(measures: Floats) -> float:
    """Return 0 where the lips are parted, 1 where they touch.

    Args:
        measures: (F,) of `features`; no neutral face is needed.
    """
    width = max(sum(float(measures[at]) for at in _WIDE), 1.0)
    gap = float(measures[_GAP]) / width
    return min(1.0, max(0.0, (PARTED - gap) / (PARTED - TOUCHING)))


def seal(weights: Floats, measures: Floats) -> Floats:
    """Return (52,) weights of lips as far apart as the actor's; the arguments' own
    array where nothing changes.

    Args:
        weights: (52,) 0 to 1.
        measures: (F,) of the face now.
    """
    return _closed(weights, closed_part(measures))


def seal_again(sent: Floats, seen: Floats) -> Floats:
    """Return (52,) weights to send whose lips are closed if the solver's are; `sent`
    itself where nothing changes.

    Args:
        sent: (52,) after smoothing and prediction.
        seen: (52,) that the solver gave last.
    """
    gap = float(seen @ _APART)
    part = min(1.0, max(0.0, (OPEN_BY - gap) / (OPEN_BY - SHUT_BY)))
    if part == 0.0:
        return sent
    out = sent.copy()
    seen_gap = max(float(seen[_JAW] - seen[_CLOSE]), 0.0)
    out[_CLOSE] += part * max(float(out[_JAW] - out[_CLOSE]) - seen_gap, 0.0)
    out[_PART] -= part * np.maximum(out[_PART] - seen[_PART], 0.0)
    return out


def _closed(weights: Floats, part: float) -> Floats:
    if part == 0.0:
        return weights
    out = weights.copy()
    out[_CLOSE] += part * max(float(out[_JAW] - out[_CLOSE]), 0.0)
    out[_PART] *= 1.0 - part
    return out
