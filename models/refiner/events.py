"""Blinks and closed lips that refining a take kept, lost or made up.

An event on one side need only nearly be one on the other: what just reaches a threshold
is neither lost nor made up for a hair's breadth. Nothing is lost that the recording had
not, and nothing made up that it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import SIGNALS
from protocols.arrays import Floats, Mask

from .truth import TakeTruth

_LIDS: Final = [SIGNALS.index("eyeBlinkLeft"), SIGNALS.index("eyeBlinkRight")]
_JAW: Final = SIGNALS.index("jawOpen")
_CLOSE: Final = SIGNALS.index("mouthClose")

BLINK: Final = (0.5, 0.3)
"""The mean of both lids passes the first and was below the second."""
NEARLY_BLINK: Final = 0.35
CLOSURE: Final = (-0.04, -0.12)
"""The same of the lips' gap, mouthClose - jawOpen."""
NEARLY_CLOSURE: Final = -0.08
SLACK_S: Final = 0.07


@dataclass(frozen=True, slots=True)
class Kept:
    """Events of one kind in all takes."""

    kept: int
    lost: int
    """True and recorded, away from gaps, and not there any more."""
    invented: int
    """There, and neither true nor recorded; in gaps too."""


def kept_events(
    estimates: Sequence[Floats], truths: Sequence[TakeTruth], filled: Sequence[Floats]
) -> tuple[Kept, Kept]:
    """Return what became of blinks and of closures; arguments as of `measure`."""
    total = [[0, 0, 0], [0, 0, 0]]
    for said, truth, raw in zip(estimates, truths, filled, strict=True):
        if not truth.judged[_LIDS].all():
            continue
        slack = round(SLACK_S * truth.rate)
        for k, (curve, passes, nearly) in enumerate(
            ((_lids, BLINK, NEARLY_BLINK), (_lips, CLOSURE, NEARLY_CLOSURE))
        ):
            found = _compare(
                curve(said),
                curve(truth.value),
                curve(raw),
                truth.degraded.seen,
                passes,
                nearly,
                slack,
            )
            for place, number in enumerate(found):
                total[k][place] += number
    return Kept(*total[0]), Kept(*total[1])


def events(curve: Floats, passes: tuple[float, float]) -> list[tuple[int, int]]:
    """Return first and past the last frame of every time that a curve passes.

    What is there from the first frame on has not come.
    """
    told = np.where(curve >= passes[0], 1, np.where(curve < passes[1], -1, 0))
    known = np.maximum.accumulate(np.where(told != 0, np.arange(len(told)), 0))
    on = told[known] == 1
    edges = np.flatnonzero(np.diff(on.astype(np.int8), prepend=0, append=0))
    spans = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [span for span in spans if span[0] > 0]


def _compare(
    said: Floats,
    true: Floats,
    raw: Floats,
    seen: Mask,
    passes: tuple[float, float],
    nearly: float,
    slack: int,
) -> tuple[int, int, int]:
    """Return how many were kept, lost and invented."""
    kept = lost = invented = 0
    for first, end in events(true, passes):
        near = slice(max(first - slack, 0), end + slack)
        if not seen[near].all() or raw[near].max() < passes[0]:
            continue
        here = said[near].max() >= nearly
        kept, lost = kept + here, lost + (not here)
    for first, end in events(said, passes):
        near = slice(max(first - slack, 0), end + slack)
        invented += max(true[near].max(), raw[near].max()) < nearly
    return int(kept), int(lost), int(invented)


def _lids(values: Floats) -> Floats:
    out: Floats = values[:, _LIDS].mean(axis=1)
    return out


def _lips(values: Floats) -> Floats:
    out: Floats = values[:, _CLOSE] - values[:, _JAW]
    return out
