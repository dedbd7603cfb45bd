"""A performance's style: what the network is told of it, and what is done after it.

    natural   as observed
    calm      smaller, and calmer in time
    snappy    quicker onsets
    toon      larger, with some overshoot
    held      natural, in 12 poses a second: drawn animation, on twos

Timing is the network's; size and holding are done here, so that they are exact.
"""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

import numpy as np

from .bank import STYLES
from .signals import SIGNALS, WEIGHTS, Signals

Style = Literal["natural", "calm", "snappy", "toon", "held"]
NAMES: Final[tuple[Style, ...]] = get_args(Style)

SIZES: Final = {"calm": 0.85, "toon": 1.25}
HELD_HZ: Final = 12.0

# A blink is shut in any style, and eyes look where they looked.
_SIZED: Final = np.array(
    [not name.startswith(("eyeBlink", "eyeLook")) for name in SIGNALS[WEIGHTS]]
)


def network_style(style: Style) -> int:
    """Return the place in `STYLES` that the network is told."""
    return STYLES.index("natural" if style == "held" else style)


def sized(signals: Signals, style: Style) -> Signals:
    """Return (58,) signals in the style's size; the same array where none changes."""
    size = SIZES.get(style)
    if size is None:
        return signals
    out = signals.copy()
    weights = out[WEIGHTS]
    weights[_SIZED] = np.minimum(weights[_SIZED] * np.float32(size), 1.0)
    return out


def pose_number(at_s: float) -> int:
    """Return which pose of the `held` style an instant belongs to."""
    # A millionth of a pose: time in floats must not fall short of a pose's beginning.
    return math.floor(at_s * HELD_HZ + 1e-6)
