"""The 1-Euro filter, applied to a whole vector at once.

Casiez, Roussel, Vogel: "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy
Input in Interactive Systems", CHI 2012. It is a first-order low-pass filter whose
cutoff rises with speed: it smooths more at rest and lags less in motion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from protocols.channels import CHANNELS, Vector

MAX_GAP_S: Final = 0.25
"""After a longer pause the filter starts again from the next vector."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How one group of channels is smoothed."""

    min_cutoff_hz: float
    """Cutoff at rest; a lower one smooths more and lags more."""

    beta: float
    """Hz added per unit of speed (1/s for weights, rad/s, m/s)."""


GROUPS: Final = ("lids", "gaze", "brows", "mouth", "head", "body", "position")

DEFAULTS: Final = {
    # A blink closes in 50 to 100 ms, 2 or 3 frames of a webcam. At 10 units/s the
    # cutoff for lids is above 25 Hz, while a resting lid is smoothed.
    "lids": Tuning(3.0, 2.5),
    # A saccade is a step at 30 fps; a smoothed saccade looks unnatural.
    "gaze": Tuning(2.0, 6.0),
    "brows": Tuning(1.5, 2.0),
    # Lips need 8 Hz and more in speech, where they move at 3 to 8 units/s.
    "mouth": Tuning(2.5, 2.5),
    "head": Tuning(1.5, 4.0),
    "body": Tuning(1.0, 2.0),
    "position": Tuning(1.0, 15.0),
}
"""Defaults by group. `facewire bench` prints the lag that each adds."""

DERIVATIVE_CUTOFF_HZ: Final = 1.0
"""Cutoff of the speed estimate; the authors' value."""


def group_of(channel: str) -> str:
    """Return the group in `GROUPS` that a channel belongs to."""
    if channel.startswith(("eyeLook", "leftEye", "rightEye")):
        return "gaze"
    if channel.startswith(("eye", "cheekSquint")):
        return "lids"
    if channel.startswith("brow"):
        return "brows"
    if channel.startswith(("head.", "neck.")):
        return "head"
    if channel.startswith("headPosition"):
        return "position"
    if "." in channel and not channel.startswith("jaw."):
        return "body"
    return "mouth"


class OneEuro:
    """Smooth (85,) vectors in time order. One object per face; call `reset` after a
    cut."""

    def __init__(self, tunings: dict[str, Tuning] | None = None) -> None:
        by_group = DEFAULTS | (tunings or {})
        chosen = [by_group[group_of(name)] for name in CHANNELS]
        self._min_cutoff = np.array([t.min_cutoff_hz for t in chosen], dtype=np.float32)
        self._beta = np.array([t.beta for t in chosen], dtype=np.float32)
        self._value: npt.NDArray[np.float32] | None = None
        self._speed = np.zeros(len(CHANNELS), dtype=np.float32)
        self._at_s = 0.0

    def reset(self) -> None:
        """Forget past vectors: the next vector passes through unchanged."""
        self._value = None

    def __call__(self, vector: Vector, at_s: float) -> Vector:
        """Return the smoothed (85,) vector for a vector at `at_s` seconds.

        If time stands still or runs back, the last output is repeated. After a gap
        above `MAX_GAP_S` the filter starts again.
        """
        before = self._value
        step_s = at_s - self._at_s
        if before is None or step_s > MAX_GAP_S:
            self._speed[:] = 0.0
            self._value, self._at_s = vector, at_s
            return vector
        if step_s <= 0.0:
            return before
        # The speed is the difference to the filtered past value, not to the raw one, as
        # in the authors' code of 2012. This reduces noise in the speed that raises the
        # cutoff.
        raw_speed = (vector - before) / np.float32(step_s)
        self._speed += _alpha(DERIVATIVE_CUTOFF_HZ, step_s) * (raw_speed - self._speed)
        ratio = (2.0 * math.pi * step_s) * (
            self._min_cutoff + self._beta * np.abs(self._speed)
        )
        value: Vector = before + (ratio / (1.0 + ratio)) * (vector - before)
        self._value, self._at_s = value, at_s
        return value


def _alpha(cutoff_hz: float, step_s: float) -> np.float32:
    ratio = 2.0 * math.pi * cutoff_hz * step_s
    return np.float32(ratio / (1.0 + ratio))
