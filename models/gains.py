"""The last straight line of each curve: full range out, nothing at rest.

A regression that is unsure answers toward the middle, so that a curve it reads badly
never gets far. What it answers at rest, on the other hand, is what a viewer sees all
day. Both are set right on the valid split, for both sides of a pair alike:

    weight = gain * (answer - offset), clipped to 0..1
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face import mirror

Floats = npt.NDArray[np.float32]

MOST: Final = 1.5
"""Largest gain: it makes noise larger as well."""
MOST_OFFSET: Final = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """(52,) each."""

    gain: Floats
    offset: Floats

    def __call__(self, answers: Floats) -> Floats:
        """Return (..., 52) weights of answers that are not clipped."""
        return np.clip(self.gain * (answers - self.offset), 0.0, 1.0)


def fit_gains(answers: Floats, truth: Floats, still: npt.NDArray[np.bool_]) -> Gains:
    """Return the gains of a split.

    Args:
        answers: (N, 52) not clipped.
        truth: (N, 52)
        still: (N,) where the face is at rest.
    """
    rest = np.mean(np.clip(answers[still], 0, None), axis=0) if still.any() else 0.0
    offset = np.clip(_even(np.asarray(rest, dtype=np.float64)), 0.0, MOST_OFFSET)
    shown = np.clip(answers - offset, 0.0, 1.0).astype(np.float64)
    off = truth - truth.mean(axis=0)
    var = (off**2).mean(axis=0)
    slope = (off * (shown - shown.mean(axis=0))).mean(axis=0) / np.maximum(var, 1e-6)
    slope = _even(np.where(var > 1e-5, slope, 1.0))
    gain = np.clip(1.0 / np.maximum(slope, 0.1), 1.0, MOST)
    return Gains(gain.astype(np.float32), offset.astype(np.float32))


def _even(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean of each curve and its partner."""
    return 0.5 * (values + values[..., mirror.CURVES])
