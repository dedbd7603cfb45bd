"""From FER+ logits to the probabilities that ship; settled on PublicTest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import EXPRESSIONS

from .data.fer2013 import Faces, majority, targets

Array = npt.NDArray[np.float32]

WANTED: Final = {"disgust": 0.45, "contempt": 0.35}
"""Recall on PublicTest that the rare expressions are lifted to. PublicTest shows 24 and
13 of them, so this stands well above what is asked of PrivateTest: 0.35 and 0.20."""

LARGEST: Final = 4.0
"""Of a lift; e^4 is 55 times the odds."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """probabilities = softmax((logits + offset) / temperature)."""

    offset: tuple[float, ...] = (0.0,) * len(EXPRESSIONS)
    temperature: float = 1.0

    def __call__(self, logits: Array) -> Array:
        """Return (n, 8) probabilities from (n, 8) logits."""
        z = (logits + np.array(self.offset, np.float32)) / self.temperature
        z = np.exp(z - z.max(axis=1, keepdims=True))
        out: Array = (z / z.sum(axis=1, keepdims=True)).astype(np.float32)
        return out


def calibrate(logits: Array, public: Faces, prior: Array) -> Calibration:
    """Choose offsets and a temperature.

    Args:
        logits: (n, 8) of the FER+ head.
        public: the same n faces.
        prior: (8,) what was added to the logits while the network learned. Given back,
            answers are as frequent as in the data, which is best for accuracy; then
            the rare expressions are lifted by the least that brings their recall.
    """
    truth = majority(public.votes)
    clear = truth >= 0
    offset = prior.astype(np.float64).copy()
    for name, recall in WANTED.items():
        which = EXPRESSIONS.index(name)
        shown = clear & (truth == which)
        if not shown.any():
            continue
        start = offset[which]
        for lift in np.arange(0.0, LARGEST, 0.1):
            offset[which] = start + lift
            said = (logits[shown] + offset).argmax(axis=1)
            if (said == which).mean() >= recall:
                break
    offset -= offset.mean()
    return Calibration(tuple(offset.tolist()), _temperature(logits + offset, public))


def _temperature(logits: npt.NDArray[np.float64], public: Faces) -> float:
    """Return the temperature under which the taggers' votes are likeliest."""
    votes = targets(public.votes)
    used = votes.sum(axis=1) > 0
    if not used.any():
        return 1.0

    def loss(temperature: float) -> float:
        z = logits[used] / temperature
        z = z - z.max(axis=1, keepdims=True)
        z -= np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -float((votes[used] * z).sum())

    return float(min(np.arange(0.4, 3.0, 0.02).round(2), key=loss))
