"""The filter that the refiner falls back to: Butterworth, run forward and backward.

Run both ways it adds no delay (Gustafsson 1996, "Determining the initial states in
forward-backward filtering", IEEE Trans. Signal Processing 44(4)).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

from protocols.arrays import Floats, Numbers

CUTOFF_HZ: Final = 8.0
"""Speech and blinks pass; faster changes are mostly tracker noise."""
_ORDER: Final = 2


def smoothed(
    values: npt.NDArray[np.float32], fps: float, cutoff_hz: float = CUTOFF_HZ
) -> Floats:
    """Return (n, ...) values without frequencies above the cutoff, at no delay.

    The values come back unchanged if there are too few frames, or too few per second
    for the cutoff.

    Args:
        values: (n, ...) finite, along the first axis.
        fps: frames per second.
        cutoff_hz: where the two passes together halve the amplitude.
    """
    padding = round(fps / 2)
    if not cutoff_hz < 0.45 * fps or len(values) < 2 or padding < 1:
        return values.copy()
    # Each pass removes half of the total, in decibels.
    sections = butter(_ORDER, cutoff_hz, fs=fps, output="sos")
    out = sosfiltfilt(sections, values, axis=0, padlen=min(padding, len(values) - 1))
    return np.asarray(out, dtype=np.float32)


def frames_a_second(times_s: Numbers) -> float:
    """Return the median frame rate of (n,) times; 0 for a single frame."""
    if len(times_s) < 2:
        return 0.0
    return 1.0 / float(np.median(np.diff(times_s)))
