"""What it brings to read a person's own face at rest as neutral, and what it costs.

Few people whose resting face reads as sad are on film. So clips are also measured as if
the person were such a one: the logarithm of one probability is raised, in all frames
alike, until the face at rest reads so with twice the probability of neutral.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engines.expression.resting import (
    SMALLEST,
    RestingExpression,
    middle,
    without_rest,
)
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS

from .watched import Watched

SURE = 0.6
"""Probability from which a frame counts as a clear expression."""
LIKELIER = math.log(2.0)
"""How much likelier than neutral the raised expression is at rest."""
CALIBRATED = 30
"""First frames at rest that stand for a calibration."""


@dataclass(frozen=True, slots=True)
class OwnNeutral:
    """Clips, read in three ways: as they are, with the estimate, and calibrated."""

    neutral: tuple[float, float, float]
    """Share of the frames at rest that are called neutral."""
    kept: tuple[float, float, float]
    """Share of the clear expressions that are called by their name."""
    rest: int
    """Frames at rest."""
    clear: int
    """Frames with a clear expression."""


def raised(clip: Watched, name: str) -> Floats:
    """Return (n, 8) probabilities as if the face at rest read as an expression."""
    logs = np.log(np.maximum(clip.read, SMALLEST))
    at = EXPRESSIONS.index(name)
    lift = LIKELIER - float(np.median((logs[:, at] - logs[:, 0])[clip.rest]))
    logs[:, at] += max(lift, 0.0)
    out = np.exp(logs - logs.max(axis=1, keepdims=True))
    shown: Floats = (out / out.sum(axis=1, keepdims=True)).astype(np.float32)
    return shown


def estimated(clip: Watched, read: Floats) -> Floats:
    """Return (n, 8) probabilities with the estimate that the daemon makes."""
    resting = RestingExpression()
    rows = zip(read, clip.seconds.tolist(), clip.rest.tolist(), strict=True)
    return np.stack([resting(row, at_s, calm=calm) for row, at_s, calm in rows])


def calibrated(clip: Watched, read: Floats) -> Floats:
    """Return (n, 8) probabilities with the first second at rest as calibration."""
    rest = middle(list(read[clip.rest][:CALIBRATED]))
    if rest is None:
        return read
    return np.stack([without_rest(row, rest) for row in read])


def compare(clips: Sequence[Watched], name: str | None = None) -> OwnNeutral:
    """Return the shares over all clips in which the face rests.

    Args:
        clips: as the daemon sees them.
        name: the expression that is raised; None leaves the clips as they are.
    """
    at_rest: list[npt.NDArray[np.bool_]] = []
    named: list[npt.NDArray[np.bool_]] = []
    for clip in clips:
        if not clip.rest.any():
            continue
        read = clip.read if name is None else raised(clip, name)
        truth = clip.read.argmax(axis=1)
        clear = (clip.read.max(axis=1) >= SURE) & (truth > 0) & ~clip.rest
        ways = (read, estimated(clip, read), calibrated(clip, read))
        answers = np.stack([way.argmax(axis=1) for way in ways])
        at_rest.append(answers[:, clip.rest] == 0)
        named.append((answers == truth)[:, clear])
    resting, kept = np.hstack(at_rest), np.hstack(named)
    return OwnNeutral(_shares(resting), _shares(kept), resting.shape[1], kept.shape[1])


def cost(probabilities: Floats, truth: npt.NDArray[np.int64], name: str) -> Floats:
    """Return (4,) recall of an expression and accuracy, before and after, averaged.

    Each neutral face that reads as the expression lends its answer as somebody's face
    at rest, and all faces are read as that person's. They are others', so that this is
    more than it costs a real person, whose true expression reads stronger as well.

    Args:
        probabilities: (n, 8) of labelled faces.
        truth: (n,) their expressions; -1 where there is none.
        name: the expression.
    """
    shown, known = probabilities[truth >= 0], truth[truth >= 0]
    at = EXPRESSIONS.index(name)
    said = shown.argmax(axis=1)
    rests = shown[(known == 0) & (said == at)]
    logs = np.log(np.maximum(shown, SMALLEST))
    shows = known == at
    if not shows.any():
        return np.full(4, np.nan, np.float32)
    after = []
    for rest in rests:
        shift = np.log(without_rest(np.full(8, 0.125, np.float32), rest) * 8.0)
        answer = (logs + shift).argmax(axis=1)
        after.append(((answer == at)[shows].mean(), (answer == known).mean()))
    recall, accuracy = np.mean(after, axis=0) if after else (math.nan, math.nan)
    before = (said == at)[shows].mean(), (said == known).mean()
    return np.array([before[0], recall, before[1], accuracy], np.float32)


def _shares(right: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    read, estimate, calibration = right.mean(axis=1).tolist()
    return read, estimate, calibration
