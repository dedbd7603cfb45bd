"""The style of a performance: the network's input for it, and the steps after the
network.

    natural   as observed
    calm      smaller, and smoother in time
    snappy    faster onsets
    toon      larger, with some overshoot
    held      natural, in 12 poses per second: drawn animation, on twos

The network changes the timing. Size and holding are applied here, so that they are
exact.
"""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

import numpy as np

from protocols.arrays import Floats, Mask

from .bank import STYLES
from .signals import SIGNALS, WEIGHTS, Signals

Style = Literal["natural", "calm", "snappy", "toon", "held"]
NAMES: Final[tuple[Style, ...]] = get_args(Style)

SIZES: Final = {"calm": 0.85, "toon": 1.25}
HELD_HZ: Final = 12.0

SIZED: Final[Mask] = np.array(
    [not name.startswith(("eyeBlink", "eyeLook")) for name in SIGNALS[WEIGHTS]]
)
"""(52,) True for weights that a style or an intensity enlarges. A blink closes fully in
any case, and the gaze direction stays."""


def network_style(style: Style) -> int:
    """Return the index in `STYLES` that the network gets."""
    return STYLES.index("natural" if style == "held" else style)


def sized(signals: Signals, style: Style) -> Signals:
    """Return (58,) signals in the style's size; the same array if the size is
    unchanged."""
    size = SIZES.get(style)
    if size is None:
        return signals
    out = signals.copy()
    weights = out[WEIGHTS]
    weights[SIZED] = np.minimum(weights[SIZED] * np.float32(size), 1.0)
    return out


def sized_doubt(doubt: Floats, style: Style) -> Floats:
    """Return the (52,) doubt of weights in the style's size; the same array if the
    size is unchanged."""
    size = SIZES.get(style)
    if size is None:
        return doubt
    out = doubt.copy()
    out[SIZED] = np.minimum(out[SIZED] * np.float32(size), 1.0)
    return out


def pose_number(at_s: float) -> int:
    """Return the number of the `held` style's pose at an instant."""
    # Add a millionth of a pose, so that rounded times do not fall before a pose's
    # start.
    return math.floor(at_s * HELD_HZ + 1e-6)
