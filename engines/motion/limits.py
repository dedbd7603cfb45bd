"""Ranges and speeds of the 58 signals that no face exceeds, whatever a network
returns."""

from __future__ import annotations

from typing import Final

import numpy as np

from .signals import COUNT, PLACE, SIGNALS, TURN, Signals

TURN_LIMIT: Final = 1.4
"""Radians about each axis; a tracker loses the face earlier."""
PLACE_LIMIT: Final = 3.0
"""Metres from the camera along each axis."""

LIDS: Final = 25.0
GAZE: Final = 30.0
MOUTH: Final = 12.0
BROWS: Final = 8.0
"""Weights per second: a blink closes in 50 ms, a saccade takes 30 ms, lips open in 80
ms."""
HEAD: Final = 10.5
"""Radians per second, 600 degrees."""
WALK: Final = 3.0
"""Metres per second."""

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
"""(58,) largest speed of each signal, units per second."""
SLEW[TURN], SLEW[PLACE] = HEAD, WALK


def bounded(signals: Signals) -> Signals:
    """Return (58,) finite signals within `LOW` and `HIGH`, as a copy."""
    out: Signals = np.minimum(np.maximum(signals, LOW), HIGH)
    return out


def limited(signals: Signals, before: Signals, step_s: float) -> Signals:
    """Return (58,) signals, limited to what is reachable `step_s` seconds after
    `before`."""
    reach = SLEW * np.float32(step_s)
    out: Signals = np.minimum(np.maximum(signals, before - reach), before + reach)
    return out


def is_finite(signals: Signals) -> bool:
    """Return True if no number is NaN or infinite."""
    # The sum of squares is finite only if all are; isfinite on each takes three times
    # as long.
    return bool(np.isfinite(np.vdot(signals, signals)))
