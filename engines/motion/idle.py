"""Idle motion while no face is seen: the character blinks, looks about, sways a little.

It is a function of time alone, so that a take replays to the same bytes. Breath is part
of `body.py` and continues in any case.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from protocols.easing import least_jerk

from .body import drift
from .signals import COUNT, SIGNALS, TURN, Signals

SLOT_S: Final = 3.5
"""One blink in each slot of this length: 17 per minute, 1.1 to 5.9 s apart."""
JITTER: Final = 0.7
"""Share of a slot in which the blink may start."""
CLOSE_S: Final = 0.08
SHUT_S: Final = 0.03
OPEN_S: Final = 0.18
"""Seconds of a blink; lids close twice as fast as they open."""

LOOK: Final = 0.12
"""Amplitude of a look curve: 4 degrees to the side."""
SWAYS: Final = (0.02, 0.035, 0.012)
"""Radians of pitch, yaw and roll."""
LID_FOLLOWS: Final = 0.32
"""Share of eyeLookDown by which the lid comes down."""

_BLINKS: Final = [SIGNALS.index(f"eyeBlink{side}") for side in ("Left", "Right")]
_LOOKS: Final = {
    way: SIGNALS.index(f"eyeLook{way}")
    for way in (
        *("DownLeft", "DownRight", "UpLeft", "UpRight"),
        *("InLeft", "InRight", "OutLeft", "OutRight"),
    )
}


class Idle:
    """One character's idle motion. It has no state; any instant may be requested."""

    def __init__(self, seed: int = 0) -> None:
        """Use different seeds so that characters do not blink together."""
        self._seed = seed
        self._phase = 2.0 * math.pi * _chance(seed, -1)

    def __call__(self, at_s: float) -> Signals:
        """Return (58,) signals at one instant; the position stays 0."""
        out = np.zeros(COUNT, dtype=np.float32)
        side, up = (LOOK * drift(0.6 * at_s, self._phase + k) for k in (4.0, 5.0))
        for eye, ways in (("Left", ("Out", "In")), ("Right", ("In", "Out"))):
            out[_LOOKS[ways[side < 0.0] + eye]] = abs(side)
            out[_LOOKS[("Up" if up > 0.0 else "Down") + eye]] = abs(up)
        lid = max(self.blink(at_s), LID_FOLLOWS * max(-up, 0.0))
        out[_BLINKS] = lid
        for axis, reach in enumerate(SWAYS):
            out[TURN.start + axis] = reach * drift(at_s, self._phase + axis)
        return out

    def blink(self, at_s: float) -> float:
        """Return 0 to 1: how far a blink closes the lids."""
        slot = math.floor(at_s / SLOT_S)
        begin_s = SLOT_S * (slot + JITTER * _chance(self._seed, slot))
        since_s = at_s - begin_s
        if since_s < CLOSE_S + SHUT_S:
            return least_jerk(since_s / CLOSE_S)
        return 1.0 - least_jerk((since_s - CLOSE_S - SHUT_S) / OPEN_S)


def _chance(seed: int, number: int) -> float:
    """Return 0 to 1, always the same for the same pair: a hash, not a random
    generator."""
    mixed = (seed * 0x9E3779B1 + number * 0x85EBCA6B + 0x27D4EB2F) & 0xFFFFFFFF
    for factor in (0x85EBCA6B, 0xC2B2AE35):
        mixed = ((mixed ^ (mixed >> 15)) * factor) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 16)) / 2.0**32
