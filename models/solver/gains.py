"""The last straight line of each curve: full range out, nothing at rest.

A regression that is unsure answers toward the middle, so that a curve it reads badly
never gets far. What it answers at rest, on the other hand, is what a viewer sees all
day. Both are set right on the valid split, for both sides of a pair alike:

    weight = gain * (answer - offset), clipped to 0..1
    sigma  = gain * doubt * sigma

`doubt` makes the expected deviations as large as the errors are on that split.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.face import mirror
from protocols.arrays import Floats
from protocols.channels import ARKIT

MOST: Final = 1.5
"""Largest gain: it makes noise larger as well."""
MOST_OFFSET: Final = 0.04
FAR: Final = 0.62
"""Where the 99th percentile of a moving face should lie at least ..."""
MOST_FAR: Final = 1.5
"""... and the largest gain that brings it there. More makes timid curves live, but also
their noise, and what they wrongly answer to other curves."""
DOUBTS: Final = (0.2, 3.0)
"""Least and largest factor of a sigma."""
LIDS_OFFSET: Final = 0.07
"""Open eyes of real people, with lashes and laughter, read 0.02 to 0.1 (seen on the two
clips of the evaluation); those of rendered ones read 0.01."""

_BROWS: Final = [
    ARKIT.index(name) for name in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")
]
"""They keep gain 1: the landmarks correct them (`engines.face.anchor`)."""
_LIDS: Final = [ARKIT.index(f"eyeBlink{side}") for side in ("Left", "Right")]


@dataclass(frozen=True, slots=True, eq=False)
class Gains:
    """(52,) each."""

    gain: Floats
    offset: Floats
    doubt: Floats
    """Factor of sigma."""

    def __call__(self, answers: Floats) -> Floats:
        """Return (..., 52) weights of answers that are not clipped."""
        return np.clip(self.gain * (answers - self.offset), 0.0, 1.0)


def fit_gains(
    answers: Floats, sigmas: Floats, truth: Floats, still: npt.NDArray[np.bool_]
) -> Gains:
    """Return the gains of a split.

    Args:
        answers: (N, 52) not clipped.
        sigmas: (N, 52) above 0.
        truth: (N, 52)
        still: (N,) where the face is at rest.
    """
    rest = np.zeros(answers.shape[1])
    if still.any():
        rest = np.mean(np.clip(answers[still], 0, None), axis=0, dtype=np.float64)
    offset = np.clip(_even(rest), 0.0, MOST_OFFSET)
    offset[_LIDS] = np.maximum(offset[_LIDS], LIDS_OFFSET)
    shown = np.clip(answers - offset, 0.0, 1.0).astype(np.float64)
    off = truth - truth.mean(axis=0)
    var = (off**2).mean(axis=0)
    slope = (off * (shown - shown.mean(axis=0))).mean(axis=0) / np.maximum(var, 1e-6)
    slope = _even(np.where(var > 1e-5, slope, 1.0))
    gain = np.clip(1.0 / np.maximum(slope, 0.1), 1.0, MOST)
    gain[_LIDS] = np.maximum(gain[_LIDS], 1.0 / (1.0 - LIDS_OFFSET))
    top = _even(np.percentile(shown[~still], 99, axis=0)) if (~still).any() else FAR
    far = FAR / np.maximum(top, 1e-3)
    gain = np.maximum(gain, np.clip(far, 1.0, MOST_FAR))
    gain[_BROWS] = 1.0
    found = Gains(
        gain.astype(np.float32),
        offset.astype(np.float32),
        np.ones(len(ARKIT), dtype=np.float32),
    )
    error = ((found(answers) - truth).astype(np.float64) ** 2).mean(axis=0)
    said = ((gain * sigmas) ** 2).mean(axis=0)
    doubt = np.sqrt(_even(error) / np.maximum(_even(said), 1e-9))
    return replace(found, doubt=np.clip(doubt, *DOUBTS).astype(np.float32))


def _even(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean of each curve and its partner."""
    return 0.5 * (values + values[..., mirror.CURVES])
