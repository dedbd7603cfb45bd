"""What all movements are made of: eased steps, pulses, slow wandering, two poles."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy.signal import lfilter, lfiltic

from protocols.arrays import Numbers
from protocols.easing import least_jerk

RATE: Final = 120
"""Samples a second of all clean motion."""


def pulse(
    count: int, start_s: float, rise_s: float, hold_s: float, fall_s: float
) -> tuple[slice, Numbers]:
    """Return where a pulse of height 1 stands in `count` samples, and its values.

    The times need not fall on samples. Empty where nothing of it is inside.
    """
    end_s = start_s + rise_s + hold_s + fall_s
    first = max(0, math.ceil(start_s * RATE))
    last = max(first, min(count, math.ceil(end_s * RATE)))
    at = np.arange(first, last) / RATE
    up = (at - start_s) / rise_s
    down = (end_s - at) / fall_s
    return slice(first, last), least_jerk(np.minimum(up, down))


def glide(track: Numbers, start_s: float, length_s: float, to: float | Numbers) -> None:
    """Lead a track, (n,) or (n, k), from where it is at the start to `to` for good."""
    first = max(0, math.ceil(start_s * RATE))
    if first >= len(track):
        return
    last = max(first, min(len(track), math.ceil((start_s + length_s) * RATE)))
    part = least_jerk((np.arange(first, last) / RATE - start_s) / length_s)
    origin = np.array(track[first])
    if track.ndim == 2:
        part = part[:, None]
    track[first:last] = origin + part * (to - origin)
    track[last:] = to


def wander(
    count: int, width: int, tau_s: float, rng: np.random.Generator, smooth_s: float
) -> Numbers:
    """Return (count, width) of unit deviation: an Ornstein-Uhlenbeck walk, smoothed.

    Args:
        count: samples.
        width: independent walks.
        tau_s: after so long it has forgotten where it was.
        rng: where chance comes from.
        smooth_s: time constant of each of two poles that take off its roughness.
    """
    # Forgotten ones run in front, so that the filters have settled.
    spare = math.ceil(6.0 * smooth_s * RATE)
    keep = math.exp(-1.0 / (RATE * tau_s))
    kicks = rng.standard_normal((count + spare, width))
    kicks[1:] *= math.sqrt(1.0 - keep * keep)
    rough = lfilter([1.0], [1.0, -keep], kicks, axis=0)
    pole = math.exp(-1.0 / (RATE * smooth_s))
    b, a = [(1.0 - pole) ** 2], [1.0, -2.0 * pole, pole * pole]
    out: Numbers = lfilter(b, a, rough, axis=0)[spare:]
    # Deviation of an OU walk behind two equal poles.
    r = smooth_s / tau_s
    return out * ((1.0 + r) / math.sqrt(1.0 + 0.5 * r))


def two_pole(track: Numbers, hertz: float) -> Numbers:
    """Return (n, k) behind a critically damped filter, at rest where it begins."""
    pole = math.exp(-2.0 * math.pi * hertz / RATE)
    b, a = [(1.0 - pole) ** 2], [1.0, -2.0 * pole, pole * pole]
    out = np.empty_like(track)
    for k in range(track.shape[1]):
        start = lfiltic(b, a, [track[0, k]] * 2)
        out[:, k], _ = lfilter(b, a, track[:, k], zi=start)
    return out
