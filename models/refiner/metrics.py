"""How good refined takes are: numbers over all takes of a set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from models.motion.metrics import BANDS_HZ, peak_ms
from models.motion.truth import ACTIVE
from protocols.arrays import Floats, Mask

from .events import Kept, kept_events
from .frechet import frechet
from .truth import GAPS_S, SHIFTS_S, TakeTruth

GAP_NAMES: Final = (*(f"{s:g} s" for s in GAPS_S), "longer")
"""At most so long, and longer than the one before."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A method on a set. Errors and jitter in thousandths of the network's units; NaN
    where there was nothing to measure."""

    rmse: float
    rmse_moving: float
    jitter: float
    """Mean third difference of what stands still."""
    dropout: float
    """Error in gaps of up to half a second."""
    by_gap: dict[str, float]
    """And by their length, `GAP_NAMES`."""
    spectrum: dict[str, float]
    """Power over the true one, by band."""
    lag_ms: float
    """Below 0 is early."""
    frechet: float
    blinks: Kept
    closures: Kept


def measure(
    estimates: Sequence[Floats], truths: Sequence[TakeTruth], filled: Sequence[Floats]
) -> Measured:
    """Measure estimates of all takes of a set.

    Args:
        estimates: (n, 58) of each, in the network's units.
        truths: of each.
        filled: (n, 58) of each: as recorded, gaps interpolated; what happens there was
            not made up by anybody.

    Raises:
        ValueError: an estimate is not finite.
    """
    if not all(np.isfinite(each).all() for each in estimates):
        raise ValueError("a method's estimates are not finite")
    pairs = list(zip(estimates, truths, strict=True))

    def error(where: Sequence[Mask]) -> float:
        total = count = 0.0
        for (values, truth), chosen in zip(pairs, where, strict=True):
            wide = np.broadcast_to(chosen, values.shape) & truth.judged
            total += float(((values - truth.value)[wide] ** 2).sum(dtype=np.float64))
            count += int(wide.sum())
        return 1e3 * math.sqrt(total / count) if count else math.nan

    lengths = {
        name: error([(t.gap == k)[:, None] for t in truths])
        for k, name in enumerate(GAP_NAMES)
    }
    short = [((t.gap >= 0) & t.used)[:, None] for t in truths]
    blinks, closures = kept_events(estimates, truths, filled)
    return Measured(
        rmse=error([t.used[:, None] for t in truths]),
        rmse_moving=error([t.moving for t in truths]),
        jitter=1e3 * jitter(estimates, truths),
        dropout=error(short),
        by_gap=lengths,
        spectrum=spectrum(estimates, truths),
        lag_ms=lag_ms(estimates, truths),
        frechet=frechet(estimates, truths),
        blinks=blinks,
        closures=closures,
    )


def jitter(estimates: Sequence[Floats], truths: Sequence[TakeTruth]) -> float:
    """Return the mean |third difference| of judged signals where the truth is still."""
    total = count = 0.0
    for values, truth in zip(estimates, truths, strict=True):
        where = truth.still & truth.judged
        total += float(np.abs(np.diff(values, n=3, axis=0))[where].sum())
        count += int(where.sum())
    return total / count if count else math.nan


def spectrum(
    estimates: Sequence[Floats], truths: Sequence[TakeTruth]
) -> dict[str, float]:
    """Return power over true power, by band; what is lost for long counts as true."""
    ours = dict.fromkeys(BANDS_HZ, 0.0)
    theirs = dict.fromkeys(BANDS_HZ, 0.0)
    for values, truth in zip(estimates, truths, strict=True):
        n = len(values)
        window = np.hanning(n).astype(np.float32)[:, None]
        hertz = np.fft.rfftfreq(n, 1.0 / truth.rate)

        def power(
            motion: Floats,
            window: Floats = window,
            judged: Mask = truth.judged,
            step: float = 1.0 / truth.rate,
        ) -> npt.NDArray[np.float64]:
            kept = motion[:, judged]
            bins = np.fft.rfft((kept - kept.mean(axis=0)) * window, axis=0)
            found: npt.NDArray[np.float64] = (np.abs(bins) ** 2).sum(axis=1)
            return found * (step / len(motion))

        said = np.where(truth.used[:, None], values, truth.value)
        mine, true = power(said), power(truth.value)
        for name, (low, high) in BANDS_HZ.items():
            band = (hertz >= low) & (hertz < high)
            ours[name] += float(mine[band].sum())
            theirs[name] += float(true[band].sum())
    return {
        name: ours[name] / theirs[name] if theirs[name] > 0.0 else math.nan
        for name in BANDS_HZ
    }


def lag_ms(estimates: Sequence[Floats], truths: Sequence[TakeTruth]) -> float:
    """Return by how much estimates are late: the peak of the cross-correlation.

    The mean over the signals that move of their correlations with the shifted truth,
    within takes, where a face is seen; at the peak of a parabola through the best
    three.
    """
    curves = []
    for values, truth in zip(estimates, truths, strict=True):
        seen = truth.degraded.seen
        active = truth.judged & (truth.value[seen].std(axis=0) > ACTIVE)
        if not active.any():
            continue
        said = values[seen][:, active]
        said = said - said.mean(axis=0)
        shifted = truth.shifted[:, seen][:, :, active]
        shifted = shifted - shifted.mean(axis=1, keepdims=True)
        along = np.einsum("snc,nc->sc", shifted, said)
        size = np.sqrt((shifted**2).sum(axis=1) * (said**2).sum(axis=0))
        curves.append(along / np.maximum(size, 1e-9))
    if not curves:
        return math.nan
    curve = np.concatenate(curves, axis=1).mean(axis=1, dtype=np.float64)
    return peak_ms(curve, SHIFTS_S)
