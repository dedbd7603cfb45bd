"""Small made-up motion, seen well or badly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engines.motion.signals import COUNT, SIGNALS
from models.data.motion.noise import Observed, at
from models.data.motion.performance import RATE
from protocols.arrays import Floats

Seconds = npt.NDArray[np.float64]


def clock(seconds: float = 6.0) -> Seconds:
    """Return the instants of a target."""
    return np.arange(round(seconds * RATE)) / RATE


def target_of(seconds: float = 6.0, **curves: Floats | Seconds) -> Floats:
    """Return (N, 58) with some curves over `clock`, and 0 elsewhere."""
    out = np.zeros((len(clock(seconds)), COUNT), dtype=np.float32)
    for name, values in curves.items():
        out[:, SIGNALS.index(name)] = values
    return out


def observed(
    target: Floats,
    *,
    fps: float = 30.0,
    noise: float = 0.0,
    gone_s: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
) -> Observed:
    """Return a target as a camera sees it; no face from gone_s[0] to gone_s[1]."""
    rng = np.random.default_rng(seed)
    times = np.arange(int((len(target) - 1) / RATE * fps)) / fps
    values = at(target, times) + noise * rng.standard_normal((len(times), COUNT))
    seen = ~((times >= gone_s[0]) & (times < gone_s[1]))
    last = np.maximum.accumulate(np.where(seen, np.arange(len(times)), 0))
    return Observed(
        times_s=times,
        values=values[last].astype(np.float32),
        seen=seen,
        confidence=seen.astype(np.float32),
        expression=np.zeros((len(times), 8), dtype=np.float32),
        target=target,
    )


def lively(seconds: float = 6.0) -> Floats:
    """Return a target in which much moves and much is still."""
    t = clock(seconds)
    jaw = 0.3 + 0.3 * np.sin(2 * np.pi * 1.5 * t) * (np.sin(2 * np.pi * 0.3 * t) > 0)
    blink = sum(np.exp(-(((t - s) / 0.06) ** 2)) for s in (1.5, 3.0, 4.5))
    smile = 0.5 + 0.4 * np.sin(2 * np.pi * 0.4 * t)
    return target_of(
        seconds,
        jawOpen=jaw,
        eyeBlinkLeft=0.9 * np.asarray(blink),
        eyeBlinkRight=0.9 * np.asarray(blink),
        mouthSmileLeft=smile,
    )
