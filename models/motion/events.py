"""What a performance is judged by beyond its error: blinks, closed lips, smooth moves.

Events are found in the truth; a method is asked what it made of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.motion.signals import SIGNALS, WEIGHTS
from models.data.blinks import find_blinks
from models.data.motion.performance import RATE
from protocols.arrays import Floats, Mask
from protocols.channels import ARKIT

from .truth import Truth

_LIDS: Final = [ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")]
_JAW: Final = SIGNALS.index("jawOpen")
_CLOSE: Final = SIGNALS.index("mouthClose")

LONGEST_BLINK_S: Final = 0.5
MARGIN_S: Final = 0.12
"""What is looked at before and after an event."""

SHUT, OPEN = 0.04, 0.12
"""Gaps of the lips: jawOpen - mouthClose."""

MOVE_S: Final = (0.25, 3.0)
MOVE_SPEED: Final = 0.3
MOVES: Final = 300
"""So many, the largest, stand for the smoothness of all."""


@dataclass(frozen=True, slots=True)
class Span:
    """Frames `first` up to `end` of sequence `b`; of `signal`, where it is of one."""

    b: int
    first: int
    end: int
    signal: int = -1


@dataclass(frozen=True, slots=True)
class Events:
    """What happens in a `Truth`, where every frame is sound."""

    blinks: tuple[Span, ...]
    closures: tuple[Span, ...]
    moves: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Smoothness:
    """Means over moves; closer to 0 is smoother."""

    sparc: float
    """Spectral arc length of the speed."""

    ldlj: float
    """Log dimensionless jerk."""


def events_of(truth: Truth) -> Events:
    """Return the events of a set at the frames of its lead."""
    blinks, closures = [], []
    for b, each in enumerate(truth.observed):
        seconds = np.arange(len(each.target)) / RATE
        for blink in find_blinks(seconds, each.target[:, WEIGHTS], 0.35, 0.2):
            if blink.end_s - blink.start_s <= LONGEST_BLINK_S:
                blinks.append(_span(truth, b, blink.start_s, blink.end_s))
        for start, end in _closures(each.target):
            closures.append(_span(truth, b, start / RATE, end / RATE))
    return Events(
        tuple(span for span in blinks if span is not None),
        tuple(span for span in closures if span is not None),
        _moves(truth),
    )


def blinks_of(
    estimates: Floats, truth: Truth, events: Events
) -> tuple[float, float, float]:
    """Return recall, mean ratio of peaks, and by how many ms the middle is late.

    A blink is recalled if the lids come down at least half as far as they truly did.
    Both peaks are the highest of the same frames: what a camera that looks 30 times a
    second cannot see is nobody's fault.
    """
    recalled, ratios, late = [], [], []
    for span in events.blinks:
        ours, true = (_lids(values, span) for values in (estimates, truth.value))
        if true.max() - true.min() < 0.15:
            continue
        recalled.append(ours.max() - ours.min() >= 0.5 * (true.max() - true.min()))
        ratios.append(ours.max() / true.max())
        at_s = truth.display_s(span.b)[span.first : span.end]
        late.append(_middle(ours, at_s) - _middle(true, at_s))
    if not ratios:
        return math.nan, math.nan, math.nan
    return (
        float(np.mean(recalled)),
        float(np.mean(ratios)),
        1e3 * float(np.median(late)),
    )


def closure_gap(estimates: Floats, truth: Truth, events: Events) -> float:
    """Return the mean of the lips' smallest gap beyond the true one, at closures."""
    left = []
    for span in events.closures:
        ours, true = (
            _gap(values[span.first : span.end, span.b]).min()
            for values in (estimates, truth.value)
        )
        left.append(ours - true)
    return float(np.mean(left)) if left else math.nan


def smoothness(estimates: Floats, truth: Truth, events: Events) -> Smoothness:
    """Return how smooth the moves are."""
    step = truth.frames.step_s
    sparcs, jerks = [], []
    for span in events.moves:
        moved = estimates[span.first : span.end, span.b, span.signal]
        speed = np.diff(moved.astype(np.float64)) / step
        if np.abs(speed).max() < 1e-3:
            continue
        sparcs.append(sparc(np.abs(speed), step))
        jerks.append(ldlj(speed, step))
    if not sparcs:
        return Smoothness(math.nan, math.nan)
    return Smoothness(float(np.mean(sparcs)), float(np.mean(jerks)))


def sparc(speed: npt.NDArray[np.float64], step_s: float) -> float:
    """Return the spectral arc length of (n,) speeds; below 0.

    Balasubramanian, Melendez-Calderon, Roby-Brami, Burdet: "On the analysis of movement
    smoothness", 2015: up to 10 Hz, or where the spectrum stays below a 20th.
    """
    n = 2 ** (math.ceil(math.log2(len(speed))) + 4)
    at_hz = np.fft.rfftfreq(n, step_s)
    size = np.abs(np.fft.rfft(speed, n))
    size /= size.max()
    kept = at_hz <= 10.0
    at_hz, size = at_hz[kept], size[kept]
    last = int(np.flatnonzero(size >= 0.05)[-1]) + 1
    at_hz, size = at_hz[:last], size[:last]
    if len(size) < 2:
        return 0.0
    along = np.diff(at_hz) / (at_hz[-1] - at_hz[0])
    return -float(np.sqrt(along**2 + np.diff(size) ** 2).sum())


def ldlj(speed: npt.NDArray[np.float64], step_s: float) -> float:
    """Return the log dimensionless jerk of (n,) velocities, n at least 3."""
    bend = np.diff(speed, n=2) / step_s**2
    lasts = step_s * len(speed)
    whole = (bend**2).sum() * step_s * lasts**3 / np.abs(speed).max() ** 2
    return -math.log(max(float(whole), 1e-12))


def _span(truth: Truth, b: int, start_s: float, end_s: float) -> Span | None:
    """Return the frames around an event, if all are sound."""
    shown = truth.display_s(b)
    first = int(np.searchsorted(shown, start_s - MARGIN_S))
    end = int(np.searchsorted(shown, end_s + MARGIN_S))
    whole = end - first >= 3 and bool(truth.sound[first:end, b].all())
    return Span(b, first, end) if whole else None


def _closures(target: Floats) -> Iterator[tuple[int, int]]:
    """Yield where the lips close for less than 0.4 s and were open before and after."""
    gap = _gap(target)
    near = round(0.2 * RATE)
    for start, end in runs(gap < SHUT):
        before, behind = gap[max(start - near, 0) : start], gap[end : end + near]
        opens = before.max(initial=0.0) > OPEN and behind.max(initial=0.0) > OPEN
        if opens and end - start <= 0.4 * RATE:
            yield start, end


def _moves(truth: Truth) -> tuple[Span, ...]:
    found = []
    shortest, longest = (round(s * truth.rate) for s in MOVE_S)
    step = np.diff(truth.value, axis=0) / truth.frames.step_s
    fast = (np.abs(step) > MOVE_SPEED) & truth.sound[1:, :, None] & truth.judged
    for b in range(fast.shape[1]):
        for signal in np.flatnonzero(fast[:, b].sum(axis=0) >= shortest).tolist():
            for first, end in runs(fast[:, b, signal]):
                if shortest <= end - first <= longest:
                    found.append(Span(b, first, end + 1, signal))

    def size(span: Span) -> float:
        moved = truth.value[span.first : span.end, span.b, span.signal]
        return float(np.ptp(moved))

    return tuple(sorted(found, key=size, reverse=True)[:MOVES])


def runs(where: Mask) -> list[tuple[int, int]]:
    """Return first and one past the last index of every run of True in (n,)."""
    edges = np.flatnonzero(np.diff(where, prepend=False, append=False))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _lids(values: Floats, span: Span) -> Floats:
    out: Floats = values[span.first : span.end, span.b][:, _LIDS].mean(axis=1)
    return out


def _gap(values: Floats) -> Floats:
    out: Floats = np.maximum(values[..., _JAW] - values[..., _CLOSE], 0.0)
    return out


def _middle(values: Floats, at_s: npt.NDArray[np.float64]) -> float:
    above = values - values.min()
    return float((above * at_s).sum() / max(float(above.sum()), 1e-9))
