"""Observed performances, cut into windows and laid side by side for the generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from engines.motion.bank import (
    AGE_S,
    MEANS,
    STYLES,
    advance,
    moment,
    restarted,
    started,
)
from engines.motion.signals import COUNT, PLACE, SCALE, TURN, WEIGHTS
from protocols.arrays import Floats
from protocols.channels import ARKIT, opposite

from .noise import Observed, at
from .performance import RATE

Rng = np.random.Generator

STILL: Final = 0.036
"""A signal that moves by less than so much a second, in the network's units, stands
still: what moves then is noise."""
LEADS_S: Final = (0.0, 0.12)
AT_ONCE: Final = 0.4
"""Of windows, the share that is asked for without any lead."""
PLAIN: Final = 0.7
"""And without a style."""
_SIDES: Final = np.array(
    [ARKIT.index(opposite(name)) for name in ARKIT] + list(range(len(ARKIT), COUNT))
)
_SIGN: Final = np.ones(COUNT, dtype=np.float32)
_SIGN[[TURN.start + 1, TURN.start + 2, PLACE.start]] = -1.0
_LIDS: Final = [i for i, name in enumerate(ARKIT) if name.startswith("eyeBlink")]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Windows of t frames, b of them; all float32, in the network's units."""

    moment: Floats
    """(b, t, MOMENT)"""
    bank: Floats
    """(b, t, MEANS, 58)"""
    lead: Floats
    """(b, 1) seconds."""
    target: Floats
    """(b, t, 58) what should be, at each frame's time and the lead."""
    still: Floats
    """(b, t, 58) 1 where the target stands still."""
    there: Floats
    """(b, t, 1) 1 where the target is known."""
    steadiness: Floats
    """(b, 1)"""


def styled(target: Floats, style: int) -> Floats:
    """Return (N, 58) a performance at `RATE` in the timing of a style.

    calm follows slowly, lids excepted; snappy leaps ahead of its own speed; toon swings
    over by 8 %. How far each of them goes is `engines.motion.style`'s part.
    """
    name = STYLES[style]
    if name == "natural":
        return target
    first = target[:1].astype(np.float64)
    if name == "snappy":
        speed = np.gradient(target.astype(np.float64), 1.0 / RATE, axis=0)
        soft = _spring(speed, 10.0, 1.0)
        out = target + 0.035 * soft
    elif name == "calm":
        out = first + _spring(target - first, 2.5, 1.0)
        out[:, _LIDS] = target[:, _LIDS]
    else:
        out = first + _spring(target - first, 6.0, 0.63)
    out[:, WEIGHTS] = np.clip(out[:, WEIGHTS], 0.0, 1.0)
    return np.asarray(out, dtype=np.float32)


def _spring(
    signal: npt.NDArray[Any], hz: float, damping: float
) -> npt.NDArray[np.float64]:
    """Return a signal behind a second-order low-pass (bilinear), from rest."""
    w = np.tan(np.pi * hz / RATE)
    a0 = 1.0 + 2.0 * damping * w + w * w
    b = np.array([w * w, 2.0 * w * w, w * w]) / a0
    a = np.array(
        [1.0, 2.0 * (w * w - 1.0) / a0, (1.0 - 2.0 * damping * w + w * w) / a0]
    )
    out: npt.NDArray[np.float64] = lfilter(b, a, signal, axis=0)
    return out


def windows(
    corpus: Sequence[Observed],
    size: int,
    frames: int,
    rng: Rng,
    renew: Callable[[Rng], Observed] | None = None,
) -> Iterator[Batch]:
    """Yield batches of random windows, for ever.

    Args:
        corpus: to begin with.
        size: windows a batch.
        frames: of a window.
        rng: where chance comes from.
        renew: makes a performance that takes the place of another, one a batch:
            what was made once is learned by heart within the hour.
    """
    corpus = list(corpus)
    while True:
        if renew is not None:
            corpus[int(rng.integers(len(corpus)))] = renew(rng)
        chosen = rng.integers(0, len(corpus), size)
        yield window_batch([corpus[int(k)] for k in chosen], frames, rng)


def window_batch(chosen: Sequence[Observed], frames: int, rng: Rng) -> Batch:
    """Return one batch: a window of each, some in a mirror, leads and styles drawn."""
    b = len(chosen)
    values = np.zeros((b, frames, COUNT), dtype=np.float32)
    target = np.zeros_like(values)
    still = np.zeros_like(values)
    there = np.zeros((b, frames, 1), dtype=np.float32)
    expression = np.zeros((b, frames, chosen[0].expression.shape[1]), dtype=np.float32)
    seen = np.zeros((b, frames, 2), dtype=np.float32)
    timing = np.zeros((b, frames, 2), dtype=np.float32)
    steadiness = rng.random((b, 1)).astype(np.float32)
    leads = rng.uniform(*LEADS_S, b) * (rng.random(b) >= AT_ONCE)
    styles = np.where(rng.random(b) < PLAIN, 0, rng.integers(1, len(STYLES), b))
    for k, each in enumerate(chosen):
        n = len(each.times_s)
        first = int(rng.integers(0, max(1, n - frames)))
        rows = np.minimum(np.arange(first, first + frames), n - 1)
        # A generator starts with a face.
        rows = rows if each.seen[first] else np.maximum(rows, _next_seen(each, first))
        times = each.times_s[rows]
        values[k] = each.values[rows]
        wanted = styled(each.target, int(styles[k]))
        when = times + leads[k]
        target[k] = at(wanted, when)
        span = 0.5 / RATE
        speed = (at(wanted, when + span) - at(wanted, when - span)) * (SCALE * RATE)
        still[k] = np.abs(speed) < STILL
        last = (len(each.target) - 1) / RATE
        fresh = np.diff(times, prepend=times[0] - 1.0 / 30.0) > 0.0
        there[k, :, 0] = (when <= last) & fresh
        expression[k] = each.expression[rows]
        seen[k, :, 0], seen[k, :, 1] = each.seen[rows], each.confidence[rows]
        timing[k, :, 0] = np.maximum(np.diff(times, prepend=times[0] - 1 / 30), 1e-4)
        timing[k, :, 1] = _ages(times, each.seen[rows])
        place = values[k, 0, PLACE].copy()
        values[k, :, PLACE] -= place
        target[k, :, PLACE] -= place
        if rng.random() < 0.5:
            values[k] = values[k][:, _SIDES] * _SIGN
            target[k] = target[k][:, _SIDES] * _SIGN
            still[k] = still[k][:, _SIDES]
    values *= SCALE
    target *= SCALE
    anew = starts_anew(seen[..., 0], timing[..., 1])
    bank = banks(values, timing[..., 0], anew, seen[..., 0])
    style = np.eye(len(STYLES), dtype=np.float32)[styles]
    wide = (b, frames)
    told = moment(
        expression,
        seen,
        timing,
        np.broadcast_to(steadiness[:, None], (*wide, 1)),
        np.broadcast_to(style[:, None], (*wide, len(STYLES))),
    )
    lead = leads.astype(np.float32)[:, None]
    return Batch(told, bank, lead, target, still, there, steadiness)


def starts_anew(seen: Floats, ages: Floats) -> npt.NDArray[np.bool_]:
    """Return (b, t): where a face is back that was as gone as can be."""
    out = np.zeros(seen.shape, dtype=np.bool_)
    out[:, 1:] = (seen[:, 1:] > 0.0) & (ages[:, :-1] > AGE_S)
    return out


def banks(
    values: Floats, steps_s: Floats, anew: npt.NDArray[np.bool_], seen: Floats
) -> Floats:
    """Return (b, t, MEANS, 58) of (b, t, 58) in the network's units.

    Args:
        values: observed.
        steps_s: (b, t) since the frame before.
        anew: (b, t) where the quick means start again, as the daemon's do.
        seen: (b, t) 1 where a face is there.
    """
    out = np.empty((*values.shape[:2], MEANS, COUNT), dtype=np.float32)
    lasted = np.cumsum(steps_s * seen, axis=1)
    bank = started(values[:, 0])
    out[:, 0] = bank
    for i in range(1, values.shape[1]):
        bank = advance(bank, values[:, i], steps_s[:, i], seen[:, i], lasted[:, i])
        if anew[:, i].any():
            bank[anew[:, i]] = restarted(bank[anew[:, i]], values[anew[:, i], i])
        out[:, i] = bank
    return out


def _next_seen(each: Observed, first: int) -> int:
    after = np.flatnonzero(each.seen[first:])
    return first + int(after[0]) if len(after) else 0


def _ages(times: npt.NDArray[np.float64], seen: npt.NDArray[np.bool_]) -> Floats:
    """Return (n,) seconds since a face was last seen."""
    latest = np.maximum.accumulate(np.where(seen, times, times[0]))
    return np.asarray(times - latest, dtype=np.float32)
