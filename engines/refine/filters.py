"""The classical filter that the refiner falls back to: Butterworth, run both ways.

Run forward and backward it delays nothing (Gustafsson 1996, "Determining the initial
states in forward-backward filtering", IEEE Trans. Signal Processing 44(4)).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

from .grid import Floats, Numbers

CUTOFF_HZ: Final = 8.0
"""Speech and blinks pass; what is quicker is mostly the tracker's."""
_ORDER: Final = 2


def smoothed(
    values: npt.NDArray[np.float32], fps: float, cutoff_hz: float = CUTOFF_HZ
) -> Floats:
    """Return (n, ...) values without what is quicker than a cutoff, at no delay.

    Too few frames, or too few a second for the cutoff to mean anything, come back as
    they are.

    Args:
        values: (n, ...) finite, along the first axis.
        fps: frames a second.
        cutoff_hz: where the two passes together let a half of the amplitude through.
    """
    padding = round(fps / 2)
    if not cutoff_hz < 0.45 * fps or len(values) < 2 or padding < 1:
        return values.copy()
    # Each of the two passes takes away half as much, in decibels.
    sections = butter(_ORDER, cutoff_hz, fs=fps, output="sos")
    out = sosfiltfilt(sections, values, axis=0, padlen=min(padding, len(values) - 1))
    return np.asarray(out, dtype=np.float32)


def frames_a_second(times_s: Numbers) -> float:
    """Return the usual rate of (n,) times; 0 of a single frame."""
    if len(times_s) < 2:
        return 0.0
    return 1.0 / float(np.median(np.diff(times_s)))
