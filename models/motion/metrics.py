"""How good a method's estimates of motion are, signal by signal and as a whole.

All take estimates (n, B, 58) as `models.motion.truth.Truth` lays them out. A value that
could not be measured is NaN: the set has no dropout, or no signal of a group moves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from protocols.arrays import Floats, Mask

from .events import Events, Smoothness, blinks_of, closure_gap, smoothness
from .filters import GROUPS, MEMBERS
from .truth import ACTIVE, SHIFTS_S, Truth, mean_where

BANDS_HZ: Final = {"3 to 8": (3.0, 8.0), "8 to 15": (8.0, 15.0)}
_WINDOW_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Measured:
    """A method on a set, at one lead. Thousandths of the network's units, but for ms
    and ratios."""

    jitter: float
    """Mean third difference of what stands still."""

    lag_ms: dict[str, float]
    """Of every group, and of `all` signals together."""

    rmse: float
    rmse_sound: float
    """Away from dropouts."""

    rmse_moving: float
    rmse_gone: float
    rmse_bridged: float
    """In dropouts of up to half a second."""
    rmse_after: float
    overshoot: float
    """Beyond the range of the truth around, % of it, 95th percentile where it moves."""

    spectrum: dict[str, float]
    """Power over the true one, by band."""

    blinks: int
    blink_recall: float
    blink_peak: float
    """Mean ratio to the true peak."""

    blink_late_ms: float
    closure_gap: float
    """Mean of how much of the lips' gap is left at a closure that has none."""

    smoothness: Smoothness
    true_smoothness: Smoothness


def measure(estimates: Floats, truth: Truth, events: Events) -> Measured:
    """Measure one method's estimates for `truth.lead_s`."""
    square = (estimates - truth.value) ** 2
    recall, peak, late = blinks_of(estimates, truth, events)
    return Measured(
        jitter=1e3 * jitter(estimates, truth),
        lag_ms=lags_ms(estimates, truth),
        rmse=_rmse(square, truth, truth.used[..., None]),
        rmse_sound=_rmse(square, truth, truth.sound[..., None]),
        rmse_moving=_rmse(square, truth, truth.moving),
        rmse_gone=_rmse(square, truth, truth.gone[..., None]),
        rmse_bridged=_rmse(square, truth, truth.bridged[..., None]),
        rmse_after=_rmse(square, truth, truth.after[..., None]),
        overshoot=overshoot(estimates, truth),
        spectrum=spectrum(estimates, truth),
        blinks=len(events.blinks),
        blink_recall=recall,
        blink_peak=peak,
        blink_late_ms=late,
        closure_gap=1e3 * closure_gap(estimates, truth, events),
        smoothness=smoothness(estimates, truth, events),
        true_smoothness=smoothness(truth.value, truth, events),
    )


def jitter(estimates: Floats, truth: Truth) -> float:
    """Return the mean |third difference| of judged signals where the truth is still."""
    third = np.abs(np.diff(estimates, n=3, axis=0))
    where = truth.still & truth.judged
    return float(third[where].mean()) if where.any() else math.nan


def lags_ms(estimates: Floats, truth: Truth) -> dict[str, float]:
    """Return by how much estimates are late: the peak of the cross-correlation.

    Of every signal that moves, its correlations with the shifted truth, within
    sequences; the mean of a group's, at the peak of a parabola through the best three.
    Below 0 is early.
    """
    sound = truth.sound[..., None]
    centred = (estimates - mean_where(estimates, sound)[None]) * sound
    along = np.einsum("snbc,nbc->sc", truth.shifted, centred, optimize=True)
    power = np.einsum("snbc,snbc->sc", truth.shifted, truth.shifted, optimize=True)
    own = np.einsum("nbc,nbc->c", centred, centred, optimize=True)
    correlation = along / np.sqrt(np.maximum(power * own, 1e-12))
    size = np.sqrt(power[len(SHIFTS_S) // 3] / max(int(truth.sound.sum()), 1))
    active = truth.judged & (size > ACTIVE)
    found = {group: _peak_ms(correlation, active & MEMBERS[group]) for group in GROUPS}
    return found | {"all": _peak_ms(correlation, active)}


def _peak_ms(correlation: Floats, chosen: Mask) -> float:
    if not chosen.any():
        return math.nan
    return peak_ms(correlation[:, chosen].mean(axis=1), SHIFTS_S)


def peak_ms(curve: npt.NDArray[Any], shifts_s: npt.NDArray[np.float64]) -> float:
    """Return the shift of the highest correlation, between the samples if need be.

    Args:
        curve: (shifts,) correlation, three shifts at least.
        shifts_s: (shifts,) evenly spaced.
    """
    best = int(np.clip(np.argmax(curve), 1, len(curve) - 2))
    left, top, right = (float(v) for v in curve[best - 1 : best + 2])
    bend = left - 2.0 * top + right
    off = 0.5 * (left - right) / bend if bend < 0.0 else 0.0
    step = float(shifts_s[1] - shifts_s[0])
    return 1e3 * (float(shifts_s[best]) + step * min(max(off, -1.0), 1.0))


def overshoot(estimates: Floats, truth: Truth) -> float:
    """Return the 95th percentile of the excess beyond the truth's range, in %.

    The range is that of `_WINDOW_S` before and after, where it is at least 0.2.
    """
    reach = max(1, round(_WINDOW_S * truth.rate))
    low, high = truth.value.copy(), truth.value.copy()
    for shift in range(1, reach + 1):
        for mine, other in (
            (slice(shift, None), slice(None, -shift)),
            (slice(None, -shift), slice(shift, None)),
        ):
            np.minimum(low[mine], truth.value[other], out=low[mine])
            np.maximum(high[mine], truth.value[other], out=high[mine])
    size = high - low
    where = truth.sound[..., None] & (size > 0.2) & truth.judged
    if not where.any():
        return math.nan
    beyond = np.maximum(estimates - high, low - estimates)[where] / size[where]
    return 100.0 * float(np.percentile(np.maximum(beyond, 0.0), 95))


def spectrum(estimates: Floats, truth: Truth) -> dict[str, float]:
    """Return power over true power, by band, dropouts included, as a viewer sees it."""
    n = min(truth.frames.lengths)
    window = np.hanning(n).astype(np.float32)[:, None, None]
    at_hz = np.fft.rfftfreq(n, truth.frames.step_s)

    def power(values: Floats) -> Floats:
        kept = values[:n, :, truth.judged]
        around = kept - kept.mean(axis=0)
        out: Floats = (np.abs(np.fft.rfft(around * window, axis=0)) ** 2).sum((1, 2))
        return out

    theirs, ours = power(truth.value), power(estimates)
    found = {}
    for name, (low, high) in BANDS_HZ.items():
        band = (at_hz >= low) & (at_hz < high)
        true = float(theirs[band].sum())
        found[name] = float(ours[band].sum()) / true if true > 0.0 else math.nan
    return found


def _rmse(square: Floats, truth: Truth, where: Mask) -> float:
    chosen = np.broadcast_to(where & truth.judged, square.shape)
    if not chosen.any():
        return math.nan
    return 1e3 * math.sqrt(float(square[chosen].mean()))
