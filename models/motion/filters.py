"""The filters a motion network must beat, over many sequences side by side.

Raw, One-Euro (`engines.one_euro`), double exponential smoothing (LaViola 2003) and a
Kalman filter of constant velocity. Each has a level and a slope, and can be asked for
a later instant: level + gain x lead x slope. Where no face is seen they are fed the
last face again, and so come to rest on it.

Parameters are arrays that broadcast over (sequences, 58): (58,) for one choice a
signal, (settings, 1, 1) to try many at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.motion.signals import COUNT, SCALE, SIGNALS
from engines.one_euro import DEFAULTS, DERIVATIVE_CUTOFF_HZ, group_of
from models.data.motion.noise import Observed
from protocols.arrays import Floats, Mask

GROUPS: Final = ("head", "position", "jaw", "lids", "brows", "mouth", "gaze")
"""What is tuned, and reported, apart."""


def _group(signal: str) -> str:
    if signal.startswith("turn."):
        return "head"
    return "jaw" if signal.startswith("jaw") else group_of(signal)


MEMBERS: Final[dict[str, Mask]] = {
    group: np.array([_group(signal) == group for signal in SIGNALS]) for group in GROUPS
}
"""(58,) masks; every signal is in one."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """B sequences side by side, the shorter ones padded with their last frame."""

    times_s: npt.NDArray[np.float64]
    """(n, B) capture instants."""

    values: Floats
    """(n, B, 58) as tracked, in the network's units; the last face where none is."""

    seen: Mask
    """(n, B) True where a face was seen; False in the padding."""

    lengths: tuple[int, ...]

    @property
    def step_s(self) -> float:
        """The usual time between frames."""
        return float(np.median(np.diff(self.times_s[: min(self.lengths)], axis=0)))


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """What a filter made of `Frames`: (n, ..., B, 58) each."""

    level: Floats
    slope: Floats
    """Per second."""

    def ahead(self, lead_s: float, gain: float | Floats = 1.0) -> Floats:
        """Return the estimates for `lead_s` seconds after the frames."""
        out: Floats = self.level + np.float32(lead_s) * gain * self.slope
        return out


Filter = Callable[..., Track]
"""Frames and parameters in, a track out."""


def side_by_side(observed: Sequence[Observed]) -> Frames:
    """Return sequences of real units as frames in the network's."""
    lengths = tuple(len(each.times_s) for each in observed)
    n = max(lengths)
    times = np.empty((n, len(observed)))
    values = np.empty((n, len(observed), COUNT), dtype=np.float32)
    seen = np.zeros((n, len(observed)), dtype=np.bool_)
    for b, (each, length) in enumerate(zip(observed, lengths, strict=True)):
        step = (each.times_s[-1] - each.times_s[0]) / max(length - 1, 1) or 1 / 30
        times[:length, b] = each.times_s
        times[length:, b] = each.times_s[-1] + step * np.arange(1, n - length + 1)
        values[:length, b] = each.values
        values[length:, b] = each.values[-1]
        seen[:length, b] = each.seen
    return Frames(times, values * SCALE, seen, lengths)


def apart(frames: Frames, estimates: Floats) -> list[Floats]:
    """Return (n, B, 58) estimates as sequences in real units, without the padding."""
    return [
        np.ascontiguousarray(estimates[:length, b] / SCALE)
        for b, length in enumerate(frames.lengths)
    ]


def raw(frames: Frames) -> Track:
    """Hold what was tracked."""
    return Track(frames.values, np.zeros_like(frames.values))


def one_euro(
    frames: Frames,
    min_cutoff: Floats,
    beta: Floats,
    speed_cutoff: Floats | float = DERIVATIVE_CUTOFF_HZ,
    slope_cutoff: Floats | float = DERIVATIVE_CUTOFF_HZ,
) -> Track:
    """Run `engines.one_euro.OneEuro` without its restart after a gap.

    Args:
        frames: what was tracked.
        min_cutoff: Hz, at rest.
        beta: Hz per unit of speed, the network's units per second.
        speed_cutoff: Hz, of the speed that opens the filter; 1 in the daemon.
        slope_cutoff: Hz, of the slope that looks ahead: the filter's own estimate of
            speed is one of its error and much too large for that.
    """
    level, slope, steps = _start(frames, min_cutoff, beta, speed_cutoff)
    speed = np.zeros_like(level[0])
    turn = np.float32(2.0 * math.pi)
    for k, step in enumerate(steps, start=1):
        away = frames.values[k] - level[k - 1]
        speed += _share(turn * step * speed_cutoff) * (away / step - speed)
        moved = _share(turn * step * (min_cutoff + beta * np.abs(speed))) * away
        level[k] = level[k - 1] + moved
        opened = _share(turn * step * slope_cutoff)
        slope[k] = slope[k - 1] + opened * (moved / step - slope[k - 1])
    return Track(level, slope)


def double_exponential(frames: Frames, time_s: Floats) -> Track:
    """Return Holt's level and slope from two equal exponential means.

    Args:
        frames: what was tracked.
        time_s: of both means.
    """
    level, slope, steps = _start(frames, time_s)
    first, second = level[0].copy(), level[0].copy()
    for k, step in enumerate(steps, start=1):
        kept = np.exp(-step / time_s)
        first += (1.0 - kept) * (frames.values[k] - first)
        second += (1.0 - kept) * (first - second)
        apart = first - second
        level[k] = first + apart
        slope[k] = (1.0 - kept) / (kept * step) * apart
    return Track(level, slope)


def kalman(frames: Frames, agility: Floats) -> Track:
    """Return level and slope of a body that is pushed at random.

    Args:
        frames: what was tracked.
        agility: spectral density of the push over the variance of one measurement,
            1/s^3. The two enter in no other way.
    """
    level, slope, steps = _start(frames, agility)
    # Variances over the measurement's; at first the place is known, the speed not.
    place, both, speed = np.float32(1.0), np.float32(0.0), np.float32(100.0)
    for k, step in enumerate(steps, start=1):
        place = place + step * (2.0 * both + step * speed) + agility * step**3 / 3.0
        both = both + step * speed + agility * step**2 / 2.0
        speed = speed + agility * step
        expected = level[k - 1] + step * slope[k - 1]
        wrong = frames.values[k] - expected
        gain, pull = place / (place + 1.0), both / (place + 1.0)
        level[k] = expected + gain * wrong
        slope[k] = slope[k - 1] + pull * wrong
        place, both, speed = (
            (1.0 - gain) * place,
            (1.0 - gain) * both,
            speed - pull * both,
        )
    return Track(level, slope)


def shipped_tuning() -> tuple[Floats, Floats]:
    """Return (58,) cutoffs and betas of the daemon's One-Euro, in these units."""
    names = ["head.x" if s.startswith("turn.") else s for s in SIGNALS]
    tunings = [DEFAULTS[group_of(name)] for name in names]
    cutoff = np.array([t.min_cutoff_hz for t in tunings], dtype=np.float32)
    beta = np.array([t.beta for t in tunings], dtype=np.float32)
    return cutoff, beta / SCALE


def _start(
    frames: Frames, *parameters: Floats | float
) -> tuple[Floats, Floats, Floats]:
    n = len(frames.values)
    shape = np.broadcast_shapes(
        frames.values.shape[1:], *(np.shape(each) for each in parameters)
    )
    level = np.empty((n, *shape), dtype=np.float32)
    slope = np.zeros_like(level)
    level[0] = frames.values[0]
    steps = np.maximum(np.diff(frames.times_s, axis=0), 1e-4)
    return level, slope, steps.astype(np.float32)[..., None]


def _share(ratio: Floats) -> Floats:
    out: Floats = ratio / (1.0 + ratio)
    return out
