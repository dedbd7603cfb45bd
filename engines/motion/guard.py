"""Replace the generator with One-Euro when the generator fails.

There are two kinds of failure. Results that are not finite, or a state that diverges,
are replaced within the same frame. A result that differs from the observed face for
long, on curves that viewers notice first, is replaced after `PATIENCE_S`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from engines.disagreement import Disagreement
from engines.one_euro import MAX_GAP_S, OneEuro, Tuning
from protocols.arrays import Floats
from protocols.channels import CHANNELS, POSITION_SLICE, bone_slice

from .signals import PLACE, SIGNALS, TURN, WEIGHTS, Signals

WATCHED: Final = (
    *("jawOpen", "eyeBlinkLeft", "eyeBlinkRight"),
    *("mouthSmileLeft", "mouthSmileRight"),
)

LARGEST_STATE: Final = 50.0
"""Largest value of a valid state; a trained network stays far below."""
PAUSE_S: Final = 0.5
"""How long One-Euro is used after a failure of the first kind."""
APART: Final = 0.35
"""A larger difference from One-Euro cannot be explained by smoothing."""
AGREE: Final = 0.2
"""If every watched curve differs by less, both show the same face."""
PATIENCE_S: Final = 0.5
"""How long either must last before a change: One-Euro lags in a blink."""
BLEND_S: Final = 0.2
"""Time constant of the blend from one to the other."""

_WATCHED: Final = [SIGNALS.index(name) for name in WATCHED]
_HEAD: Final = bone_slice("head")


class Guard:
    """Checks one face's generator and runs One-Euro beside it. Time comes with
    frames."""

    def __init__(self, tunings: Mapping[str, Tuning] | None = None) -> None:
        """Start with the generator in use.

        Args:
            tunings: One-Euro's by group, if they differ from its defaults.
        """
        self._one_euro = OneEuro(dict(tunings or {}))
        self._disagreement = Disagreement(
            apart=APART, agree=AGREE, patience_s=PATIENCE_S, counts_first_step=True
        )
        self._breakdowns = 0
        self.reset()

    def reset(self) -> None:
        """Forget the face, but keep the number of failures."""
        self.smoothed: Signals = np.zeros(len(SIGNALS), dtype=np.float32)
        """(58,) One-Euro's signals of the newest observation."""
        self.share = 0.0
        """One-Euro's share in the result, 0 to 1."""
        self._disagreement.reset()
        self._paused_until_s = -math.inf
        self._before_s: float | None = None
        self._one_euro.reset()

    @property
    def count(self) -> int:
        """Number of failures so far."""
        return self._breakdowns + self._disagreement.count

    @property
    def active(self) -> bool:
        """True while the generator and One-Euro show different faces."""
        return self._disagreement.active

    @property
    def uses_network(self) -> bool:
        """False while only One-Euro is used."""
        return self.share < 1.0

    def follow(self, signals: Signals, at_s: float) -> None:
        """Update One-Euro with (58,) observed signals."""
        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[WEIGHTS], vector[_HEAD] = signals[WEIGHTS], signals[TURN]
        vector[POSITION_SLICE] = signals[PLACE]
        vector = self._one_euro(vector, at_s)
        self.smoothed = np.concatenate(
            [vector[WEIGHTS], vector[_HEAD], vector[POSITION_SLICE]]
        )

    def is_paused(self, at_s: float) -> bool:
        """Return True while the generator must not run, after a failure."""
        return at_s < self._paused_until_s

    def fail_over(self, at_s: float) -> None:
        """Switch to One-Euro at once: the network's numbers are not usable."""
        self._breakdowns += 1
        self.share = 1.0
        self._paused_until_s = at_s + PAUSE_S

    def judge(self, values: Signals, at_s: float, *, seen: bool) -> None:
        """Check the generator's (58,) signals of the newest frame.

        Args:
            values: finite, of the same instant as the observation.
            at_s: of that observation.
            seen: False if no face was found; One-Euro then stands still and is not
                compared.
        """
        step_s = 0.0
        if self._before_s is not None:
            since_s = at_s - self._before_s
            step_s = since_s if 0.0 < since_s <= MAX_GAP_S else 0.0
        self._before_s = at_s
        if seen:
            apart = np.abs(values[_WATCHED] - self.smoothed[_WATCHED]).max()
            self._disagreement.consider(float(apart), step_s)
        part = 1.0 - math.exp(-step_s / BLEND_S)
        self.share += part * (float(self.active) - self.share)
        if self.share < 1e-3:
            self.share = 0.0

    def mix(self, values: Signals) -> Signals:
        """Return the generator's (58,) signals, blended with One-Euro's share."""
        if self.share == 0.0:
            return values
        out: Signals = values + np.float32(self.share) * (self.smoothed - values)
        return out


def has_diverged(*state: Floats) -> bool:
    """Return True if a network's state is not finite or too large."""
    return not all(float(np.abs(part).max()) <= LARGEST_STATE for part in state)
