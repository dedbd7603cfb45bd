"""What no face does, whatever a network says: ranges and speeds of the 58 signals."""

from __future__ import annotations

from typing import Final

import numpy as np

from .signals import COUNT, PLACE, SIGNALS, TURN, Signals

TURN_LIMIT: Final = 1.4
"""Radians about each axis: a tracker loses the face sooner."""
PLACE_LIMIT: Final = 3.0
"""Metres from the camera along each axis."""

LIDS: Final = 25.0
GAZE: Final = 30.0
MOUTH: Final = 12.0
BROWS: Final = 8.0
"""Weights a second: a blink closes in 50 ms, a saccade lasts 30, lips open in 80."""
HEAD: Final = 10.5
"""Radians a second, 600 degrees."""
WALK: Final = 3.0
"""Metres a second."""

LOW: Final[Signals] = np.zeros(COUNT, dtype=np.float32)
HIGH: Final[Signals] = np.ones(COUNT, dtype=np.float32)
for _part, _limit in ((TURN, TURN_LIMIT), (PLACE, PLACE_LIMIT)):
    LOW[_part], HIGH[_part] = -_limit, _limit


def _speed(name: str) -> float:
    if name.startswith(("eyeBlink", "eyeWide", "eyeSquint")):
        return LIDS
    if name.startswith("eyeLook"):
        return GAZE
    return BROWS if name.startswith(("brow", "cheek", "nose")) else MOUTH


SLEW: Final[Signals] = np.array([_speed(name) for name in SIGNALS], dtype=np.float32)
"""(58,) units a second that a signal moves at most."""
SLEW[TURN], SLEW[PLACE] = HEAD, WALK


def bounded(signals: Signals) -> Signals:
    """Return (58,) finite signals within `LOW` and `HIGH`, a copy."""
    out: Signals = np.minimum(np.maximum(signals, LOW), HIGH)
    return out


def limited(signals: Signals, before: Signals, step_s: float) -> Signals:
    """Return (58,) signals as far as they can be `step_s` seconds after `before`."""
    reach = SLEW * np.float32(step_s)
    out: Signals = np.minimum(np.maximum(signals, before - reach), before + reach)
    return out


def is_finite(signals: Signals) -> bool:
    """Return True if no number is NaN or infinite."""
    # One sum of squares is finite if all are; isfinite on each costs three times that.
    return bool(np.isfinite(np.vdot(signals, signals)))
