"""The classical filters that refining must beat: none of them delays anything.

Gaps and repetitions are filled first, as the refiner fills them; filters work on the
take's own frames. Savitzky, Golay: "Smoothing and Differentiation of Data by Simplified
Least Squares Procedures", 1964; Butterworth, run both ways; Rauch, Tung, Striebel:
"Maximum likelihood estimates of linear dynamic systems", 1965, of constant velocity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, savgol_filter, sosfiltfilt

from engines.motion.signals import SCALE
from engines.refine.grid import repeats
from models.data.recorded.defects import Degraded
from protocols.arrays import Floats, Mask

Smoother = Callable[[Floats, float, tuple[float, ...]], Floats]
"""(n, 58) filled values, frames a second and a setting in, (n, 58) out."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A filter and the settings that are tried."""

    name: str
    run: Smoother
    settings: tuple[tuple[float, ...], ...]


def held(degraded: Degraded) -> Floats:
    """Return (n, 58) as recorded, in the network's units."""
    return degraded.signals * SCALE


def linear(degraded: Degraded) -> Floats:
    """Return (n, 58), gaps and repetitions filled by straight lines."""
    values, known = held(degraded).copy(), _known(degraded)
    times = degraded.times_s
    for column in values.T:
        column[~known] = np.interp(times[~known], times[known], column[known])
    return values


def pchip(degraded: Degraded) -> Floats:
    """Return (n, 58), filled by curves that do not ring; held at the ends."""
    values, known = held(degraded).copy(), _known(degraded)
    times = degraded.times_s
    if known.sum() < 2 or known.all():
        return values
    inside = np.clip(times[~known], times[known][0], times[known][-1])
    values[~known] = PchipInterpolator(times[known], values[known], axis=0)(inside)
    return values


def savitzky_golay(values: Floats, rate: float, setting: tuple[float, ...]) -> Floats:
    """Fit polynomials; the setting is seconds and order."""
    seconds, order = setting
    # Odd, and enough for the order.
    least = int(order) + 1 + int(order) % 2
    length = max(2 * round(0.5 * seconds * rate) + 1, least)
    length = min(length, len(values) - (len(values) + 1) % 2)
    out: Floats = savgol_filter(values, length, int(order), axis=0, mode="interp")
    return out.astype(np.float32)


def butterworth(values: Floats, rate: float, setting: tuple[float, ...]) -> Floats:
    """Low-pass of the second order, both ways; the setting is Hz."""
    (cutoff,) = setting
    if cutoff >= 0.45 * rate:
        return values
    sections = butter(2, cutoff, fs=rate, output="sos")
    out: Floats = sosfiltfilt(
        sections, values, axis=0, padlen=min(round(rate), len(values) - 1)
    )
    return out.astype(np.float32)


def rts_kalman(values: Floats, rate: float, setting: tuple[float, ...]) -> Floats:
    """Smooth a body that is pushed at random.

    The setting is the spectral density of the push over the variance of a measurement,
    1/s^3.
    """
    step = 1.0 / rate
    push = setting[0] * np.array(
        [[step**3 / 3.0, step**2 / 2.0], [step**2 / 2.0, step]]
    )
    move = np.array([[1.0, step], [0.0, 1.0]])
    n = len(values)
    # Covariances are the same for all signals.
    before, after = np.empty((n, 2, 2)), np.empty((n, 2, 2))
    expected, state = np.empty((n, 2, values.shape[1])), np.zeros((2, values.shape[1]))
    filtered = np.empty_like(expected)
    state[0], spread = values[0], np.diag([1.0, 100.0])
    for k in range(n):
        if k:
            state, spread = move @ state, move @ spread @ move.T + push
        before[k], expected[k] = spread, state
        gain = spread[:, 0] / (spread[0, 0] + 1.0)
        state = state + gain[:, None] * (values[k] - state[0])
        spread = spread - np.outer(gain, spread[0])
        after[k], filtered[k] = spread, state
    for k in range(n - 2, -1, -1):
        back = after[k] @ move.T @ np.linalg.inv(before[k + 1])
        state = filtered[k] + back @ (state - expected[k + 1])
        filtered[k] = state
    return filtered[:, 0].astype(np.float32)


def _geometric(low: float, high: float, count: int) -> tuple[tuple[float, ...], ...]:
    return tuple((float(value),) for value in np.geomspace(low, high, count))


KINDS: Final = (
    Kind(
        "Savitzky-Golay",
        savitzky_golay,
        tuple(
            (seconds, order)
            for seconds in (0.08, 0.12, 0.17, 0.23, 0.3, 0.4, 0.55)
            for order in (2.0, 3.0, 5.0)
        ),
    ),
    Kind("Butterworth", butterworth, _geometric(1.5, 20.0, 16)),
    Kind("RTS Kalman", rts_kalman, _geometric(1e1, 1e8, 15)),
)


def _known(degraded: Degraded) -> Mask:
    return degraded.seen & ~repeats(degraded.signals)
