"""Clean motion as a tracker and a camera report it: noisy, late, sometimes missing.

What shall be estimated is not the clean motion but the clean motion as this tracker
sees it, with its gains and biases: those no filter can know.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS
from protocols.arrays import Floats, Mask, Numbers
from protocols.channels import ARKIT, EXPRESSIONS, INDEX, opposite
from protocols.wording import counted

from .performance import RATE, Performance
from .tracker import DEFAULT, Noise, NoiseError

__all__ = ["DEFAULT", "Noise", "NoiseError", "Observed", "at", "corrupt"]

CONFUSION: Final = np.array(
    [
        # neutral, happy, surprised, sad, angry, disgusted, afraid, contemptuous
        [0.86, 0.03, 0.02, 0.05, 0.02, 0.00, 0.00, 0.02],
        [0.06, 0.90, 0.02, 0.01, 0.01, 0.00, 0.00, 0.00],
        [0.07, 0.04, 0.80, 0.01, 0.02, 0.00, 0.06, 0.00],
        [0.22, 0.02, 0.01, 0.66, 0.05, 0.01, 0.02, 0.01],
        [0.12, 0.03, 0.03, 0.04, 0.73, 0.03, 0.01, 0.01],
        [0.15, 0.05, 0.02, 0.08, 0.22, 0.45, 0.02, 0.01],
        [0.07, 0.02, 0.28, 0.12, 0.05, 0.01, 0.45, 0.00],
        [0.48, 0.09, 0.00, 0.08, 0.09, 0.01, 0.00, 0.25],
    ]
)
"""Rows: what is felt; columns: what a classifier says, about as ours does."""
_TWINS: Final = np.array(
    [
        (INDEX[name], INDEX[opposite(name)])
        for name in ARKIT
        if "Left" in name
        and not name.startswith(("browOuterUp", "eyeLookIn", "eyeLookOut"))
    ]
    + [
        (INDEX["eyeLookInLeft"], INDEX["eyeLookOutRight"]),
        (INDEX["eyeLookOutLeft"], INDEX["eyeLookInRight"]),
    ]
).T
"""(2, pairs) curves that a tracker errs alike in."""
NOBODY_SURE: Final = (0.15, 0.15)
"""Shares of sequences whose classifier says nothing, zeros; or everything alike."""
_EDGE_FRAMES: Final = 3.0
"""So many frames before and after a gap the tracker is worse."""


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What is known of a performance, n frames, and what should be."""

    times_s: npt.NDArray[np.float64]
    """(n,) when the picture left the sensor, strictly rising."""
    values: Floats
    """(n, 58) as `Performance.signals`; the last ones held where nobody is seen."""
    seen: Mask
    """(n,)"""
    confidence: Floats
    """(n,) 0 to 1; 0 where nobody is seen."""
    expression: Floats
    """(n, 8) as a classifier says it; zeros where it says nothing."""
    target: Floats
    """(N, 58) at `rate`: the motion as this tracker would see it if it were perfect."""
    rate: int = RATE


def corrupt(
    performance: Performance, noise: Noise, fps: float, rng: np.random.Generator
) -> Observed:
    """Return what a tracker sees of a performance.

    Args:
        performance: clean.
        noise: of the tracker.
        fps: of the camera, 5 to 240.
        rng: where chance comes from.

    Raises:
        ValueError: the frame rate is another, or the performance is below 3 frames.
    """
    if not 5.0 <= fps <= 240.0:
        raise ValueError(f"fps {fps}: expected 5 to 240")
    target = _as_seen(performance.signals, noise, rng)
    times = _times(len(target), noise, fps, rng)
    if len(times) < 3:
        samples = counted(len(target), "sample")
        raise ValueError(f"{samples}: too short for {fps} frames a second")
    exposure = min(float(rng.uniform(*noise.exposure_s)), 0.9 / fps)
    values = _exposed(target, times, exposure)

    seen, edge = _gaps(len(times), noise, fps, rng)
    values += _noise(values, noise, fps, rng) * (1.0 + 2.0 * edge[:, None])
    _pops(values, noise, fps, rng)
    weights = values[:, WEIGHTS]
    np.minimum(np.maximum(weights, 0.0, out=weights), 1.0, out=weights)

    # What a frame shows: its own picture, the one before, or the last with a face.
    shows = np.arange(len(times))
    shows[1:][rng.random(len(times) - 1) < noise.repeats] -= 1
    shown = np.where(seen, shows, 0)
    shown = np.maximum.accumulate(np.where(seen[shown], shown, 0))
    sure = _confidence(seen, edge, rng)
    return Observed(
        times_s=times,
        values=np.asarray(values[shown], dtype=np.float32),
        seen=seen,
        confidence=sure,
        expression=_said(performance.expression, times, seen, fps, rng),
        target=target,
    )


def at(target: Floats, times_s: npt.NDArray[np.float64]) -> Floats:
    """Return (n, 58) of a (N, 58) target at `RATE`, linear between; held at the ends.

    Args:
        target: (N, k)
        times_s: (n,) in seconds from its first sample.
    """
    place = np.clip(np.asarray(times_s) * RATE, 0.0, len(target) - 1.0)
    low = np.minimum(place.astype(np.intp), max(0, len(target) - 2))
    share = (place - low).astype(np.float32)[:, None]
    high = np.minimum(low + 1, len(target) - 1)
    out: Floats = target[low] + share * (target[high] - target[low])
    return out


def _as_seen(signals: Floats, noise: Noise, rng: np.random.Generator) -> Floats:
    """Return (N, 58) behind gain, bias, cross-talk and what the head's turn adds."""
    count = len(ARKIT)
    gain = np.clip(rng.normal(*noise.gain, count), 0.5, 1.3)
    left, right = _TWINS
    gain[right] = gain[left] * rng.normal(1.0, 0.03, len(right))
    bias = rng.normal(0.0, noise.bias, count) * (rng.random(count) < 0.5)
    share, size = noise.cross
    mix = rng.normal(0.0, size, (count, count)) * (rng.random((count, count)) < share)
    np.fill_diagonal(mix, gain)
    lean = rng.normal(0.0, noise.lean, (3, count)) * (rng.random(count) < 0.5)
    out = np.empty_like(signals)
    weights = signals[:, WEIGHTS] @ mix.astype(np.float32)
    weights += signals[:, TURN] @ lean.astype(np.float32) + bias.astype(np.float32)
    out[:, WEIGHTS] = np.minimum(np.maximum(weights, 0.0), 1.0)
    turn_bias = rng.normal(0.0, 0.02, 3).astype(np.float32)
    out[:, TURN] = signals[:, TURN] * np.float32(rng.normal(1.0, 0.03)) + turn_bias
    # Nobody's webcam has the field of view that was assumed.
    out[:, PLACE] = signals[:, PLACE] * np.float32(rng.lognormal(0.0, 0.1))
    return out


def _times(
    count: int, noise: Noise, fps: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return the instants of frames within `count` samples."""
    period = 1.0 / (fps * rng.uniform(0.996, 1.004))
    end = (count - 1) / RATE
    times = np.arange(rng.uniform(0.0, period), end, period)
    late = rng.normal(0.0, noise.jitter_s, len(times))
    times = np.clip(times + np.clip(late, -0.3 * period, 0.3 * period), 0.0, end)
    kept = rng.random(len(times)) >= noise.skips
    kept[:2] = True
    return times[kept]


def _exposed(target: Floats, times: Numbers, exposure: float) -> Numbers:
    """Return (n, 58) means of the target over the exposure that ends at each time."""
    # The mean of a straight line between samples, at three points of the exposure.
    steps = np.array([1.0, 4.0, 1.0]) / 6.0
    out = np.zeros((len(times), COUNT))
    for share, back in zip(steps, (0.0, 0.5, 1.0), strict=True):
        out += share * at(target, times - back * exposure)
    return out


def _noise(
    values: Numbers, noise: Noise, fps: float, rng: np.random.Generator
) -> Numbers:
    """Return (n, 58) of noise for values that are exact."""
    n = len(values)
    level = np.array(noise.level) * rng.lognormal(0.0, noise.loud)
    own = rng.lognormal(0.0, noise.loud_curve, COUNT)
    left, right = _TWINS
    own[right] = own[left]
    level *= own
    keep = math.exp(-1.0 / (fps * noise.slow_s))
    load = rng.standard_normal((noise.factors, COUNT))
    load /= np.sqrt((load**2).sum(axis=0))
    kicks = rng.standard_normal((n, COUNT + noise.factors))
    kicks[1:] *= math.sqrt(1.0 - keep * keep)
    slow = lfilter([1.0], [1.0, -keep], kicks, axis=0)
    # What is common is half new and half remembered, as the rest.
    fresh = rng.standard_normal((n, noise.factors))
    shared = (math.sqrt(0.5) * (fresh + slow[:, COUNT:])) @ load
    out = math.sqrt(noise.white) * rng.standard_normal((n, COUNT))
    out += math.sqrt(noise.slow) * slow[:, :COUNT] + math.sqrt(noise.common) * shared
    alike = noise.twins
    out[:, right] = alike * out[:, left] + math.sqrt(1 - alike**2) * out[:, right]
    out[:, WEIGHTS] *= noise.loudness(values[:, WEIGHTS])
    found: Numbers = out * level
    return found


def _pops(values: Numbers, noise: Noise, fps: float, rng: np.random.Generator) -> None:
    """Add, in place, what a tracker says for a frame or two for no reason."""
    n = len(values)
    for first in rng.integers(0, n, rng.poisson(noise.pops_per_s * n / fps)):
        last = first + int(rng.integers(1, 3))
        hit = rng.random(COUNT) < rng.uniform(0.03, 0.3)
        size = rng.normal(0.0, noise.pop, COUNT) * hit
        size[TURN] *= 0.3
        size[PLACE] *= 0.05
        values[first:last] += size


def _gaps(
    n: int, noise: Noise, fps: float, rng: np.random.Generator
) -> tuple[Mask, Numbers]:
    """Return (n,) whether a face is seen, and (n,) 0 to 1 how near a gap is."""
    seen = np.ones(n, dtype=np.bool_)
    edge = np.zeros(n)
    frames = np.arange(n)
    least, most = noise.gap_frames
    for first in rng.integers(2, n, rng.poisson(noise.gaps_per_s * n / fps)):
        length = round(math.exp(rng.uniform(math.log(least), math.log(most + 0.49))))
        last = min(n, first + max(1, length))
        seen[first:last] = False
        away = np.maximum(first - frames, frames - last + 1)
        edge = np.maximum(edge, np.clip(1.0 - (away - 1) / _EDGE_FRAMES, 0.0, 1.0))
    return seen, edge


def _confidence(seen: Mask, edge: Numbers, rng: np.random.Generator) -> Floats:
    """Return (n,) how sure the tracker says it is: high, less near gaps."""
    n = len(seen)
    usual = float(rng.uniform(0.75, 0.98))
    drift = lfilter([0.03], [1.0, -0.9], rng.standard_normal(n))
    drop = rng.uniform(0.2, 0.7)
    sure = np.clip(usual + drift - drop * edge, 0.05, 1.0) * seen
    return np.asarray(sure, dtype=np.float32)


def _said(
    expression: Floats,
    times: Numbers,
    seen: Mask,
    fps: float,
    rng: np.random.Generator,
) -> Floats:
    """Return (n, 8) what a classifier says, one to three frames late."""
    n, width = len(times), len(EXPRESSIONS)
    chance = rng.random()
    if chance < NOBODY_SURE[0]:
        return np.zeros((n, width), dtype=np.float32)
    if chance < sum(NOBODY_SURE):
        said = np.full((n, width), 1.0 / width)
    else:
        late = int(rng.integers(1, 4)) / fps
        says = at(expression, times - late) @ CONFUSION
        kicks = rng.standard_normal((n, width)) * 0.35
        doubt = lfilter([1.0], [1.0, -0.7], kicks, axis=0)
        odds = np.maximum(says, 1e-3) ** rng.uniform(0.7, 1.4) * np.exp(doubt)
        said = odds / odds.sum(axis=1, keepdims=True)
    return np.asarray(said * seen[:, None], dtype=np.float32)
