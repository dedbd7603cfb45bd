"""Keeps a generator that has gone astray off the wires: One-Euro takes its place.

Two kinds of astray: numbers that are none or a state that runs away, which is answered
within the frame; and a face that is not the one observed, for long, on curves that a
viewer notices first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.one_euro import MAX_GAP_S, OneEuro, Tuning
from protocols.channels import CHANNELS, POSITION_SLICE, bone_slice

from .signals import PLACE, SIGNALS, TURN, WEIGHTS, Signals

Floats = npt.NDArray[np.float32]

WATCHED: Final = (
    *("jawOpen", "eyeBlinkLeft", "eyeBlinkRight"),
    *("mouthSmileLeft", "mouthSmileRight"),
)

LARGEST_STATE: Final = 50.0
"""A trained network's state stays far below."""
REST_S: Final = 0.5
"""After a breakdown One-Euro has the word for so long."""
APART: Final = 0.35
"""A difference from One-Euro beyond it is no smoothing."""
AGREE: Final = 0.2
"""Below it on every watched curve, the two tell of the same face."""
PATIENCE_S: Final = 0.5
"""How long either must last before anything is done: One-Euro is late in a blink."""
BLEND_S: Final = 0.2
"""Time constant from the one's signals to the other's."""

_WATCHED: Final = [SIGNALS.index(name) for name in WATCHED]
_HEAD: Final = bone_slice("head")


class Guard:
    """Watches one face's generator and has One-Euro ready. Time comes with frames."""

    def __init__(self, tunings: Mapping[str, Tuning] | None = None) -> None:
        """Start trusting.

        Args:
            tunings: One-Euro's by group, where they are not its defaults.
        """
        self.count = 0
        """Incidents so far."""
        self._one_euro = OneEuro(dict(tunings or {}))
        self.reset()

    def reset(self) -> None:
        """Forget what was seen, not how often the generator went astray."""
        self.calm: Signals = np.zeros(len(SIGNALS), dtype=np.float32)
        """(58,) One-Euro's signals of the newest observation."""
        self.share = 0.0
        """One-Euro's part of what is sent, 0 to 1."""
        self.active = False
        """True while the two tell of another face."""
        self._rest_until_s = -math.inf
        self._lasted_s = 0.0
        self._before_s: float | None = None
        self._one_euro.reset()

    @property
    def trusts(self) -> bool:
        """False while One-Euro alone has the word."""
        return self.share < 1.0

    def smooth(self, signals: Signals, at_s: float) -> None:
        """Let One-Euro follow (58,) observed signals."""
        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[WEIGHTS], vector[_HEAD] = signals[WEIGHTS], signals[TURN]
        vector[POSITION_SLICE] = signals[PLACE]
        vector = self._one_euro(vector, at_s)
        self.calm = np.concatenate(
            [vector[WEIGHTS], vector[_HEAD], vector[POSITION_SLICE]]
        )

    def rests(self, at_s: float) -> bool:
        """Return True while the generator is not to be asked, after a breakdown."""
        return at_s < self._rest_until_s

    def broke(self, at_s: float) -> None:
        """Give One-Euro the word at once: the network's numbers are none."""
        self.count += 1
        self.share = 1.0
        self._rest_until_s = at_s + REST_S

    def judge(self, values: Signals, at_s: float, *, seen: bool) -> None:
        """Look at the generator's (58,) signals of the newest frame.

        Args:
            values: finite, of the same instant as the observation.
            at_s: of that observation.
            seen: False where no face was found: One-Euro stands still then, and says
                nothing about the generator.
        """
        step_s = 0.0
        if self._before_s is not None:
            since_s = at_s - self._before_s
            step_s = since_s if 0.0 < since_s <= MAX_GAP_S else 0.0
        self._before_s = at_s
        if seen:
            self._consider(values, step_s)
        part = 1.0 - math.exp(-step_s / BLEND_S)
        self.share += part * (float(self.active) - self.share)
        if self.share < 1e-3:
            self.share = 0.0

    def mix(self, values: Signals) -> Signals:
        """Return the generator's (58,) signals with One-Euro's share in them."""
        if self.share == 0.0:
            return values
        out: Signals = values + np.float32(self.share) * (self.calm - values)
        return out

    def _consider(self, values: Signals, step_s: float) -> None:
        """Change sides once there was reason to for long enough."""
        apart = float(np.abs(values[_WATCHED] - self.calm[_WATCHED]).max())
        wish = apart < AGREE if self.active else apart > APART
        self._lasted_s = self._lasted_s + step_s if wish else 0.0
        if self._lasted_s > PATIENCE_S:
            self.active = not self.active
            self.count += self.active
            self._lasted_s = 0.0


def is_wild(*state: Floats) -> bool:
    """Return True where a network's state is not finite or has run away."""
    return not all(float(np.abs(part).max()) <= LARGEST_STATE for part in state)
