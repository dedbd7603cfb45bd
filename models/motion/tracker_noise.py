"""A tracker's real noise, from a clip in which somebody holds still.

    clip -> daemon's tracker and solver -> 58 signals a frame
         -> windows of 0.8 s in which a signal does no more than drift
         -> what is left behind a straight line: level, memory, what is in common

A whole clip of a face at rest is best, ten seconds are enough. In any other clip its
still passages are found, signal by signal; tremor of the face itself counts as noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from engines.face.face_graph import FaceGraph
from engines.face.preprocess import Alignment, align
from engines.face.solver_network import SolverNetwork
from engines.motion.signals import COUNT, PLACE, TURN, WEIGHTS
from models.data.motion.tracker import DEFAULT, Noise
from models.solver.clip_solvers import Shot, learned
from models.solver.clips import frames
from protocols.arrays import Mask, Numbers
from protocols.rotation import matrix_to_vector

Tell = Callable[[int], None]
"""Told how many frames were seen."""

WINDOW_S: Final = 0.8
FOCAL: Final = 0.5 / math.tan(math.radians(31.5))
"""Of a common webcam, in widths of the picture."""
LAGS: Final = 4
SLOWS_S: Final = (0.03, 0.05, 0.08, 0.12, 0.18, 0.27, 0.4)
OUT: Final = 0.03
"""So far a weight must be out for its noise to count: at rest there is hardly any."""
SETTLES_S: Final = 0.5
"""So long at first, and after a gap, a tracker may still be finding the face."""
ENOUGH: Final = 5
"""Windows from which a level counts."""


class StillnessError(ValueError):
    """A clip without passages that are still enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What the tracker made of a clip, n frames."""

    times_s: Numbers
    """(n,)"""
    signals: Numbers
    """(n, 58); NaN where no face was seen."""


def calibrate(path: Path, network: SolverNetwork, tell: Tell = lambda _: None) -> Noise:
    """Return the noise of our own tracker on a clip.

    Raises:
        ValueError: the file cannot be read as a video.
        StillnessError: nothing in it is still.
    """
    followed = follow(path, network, tell)
    try:
        return measure(followed)
    except StillnessError as error:
        raise StillnessError(f"{path}: {error}") from error


def follow(path: Path, network: SolverNetwork, tell: Tell = lambda _: None) -> Followed:
    """Play a clip to the daemon's tracker and solver.

    Raises:
        ValueError: the file cannot be read as a video.
    """
    graph, follower = FaceGraph(), learned(network)
    times: list[float] = []
    rows: list[Numbers] = []
    try:
        for at_s, picture in frames(path):
            rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
            shot = Shot(at_s, picture, graph.find(rgb))
            row = np.full(COUNT, np.nan)
            alignment = None if shot.points is None else align(shot.points)
            weights = follower(shot)
            if weights is not None and alignment is not None:
                row[WEIGHTS] = weights
                height, width = picture.shape[:2]
                row[TURN], row[PLACE] = pose(alignment, width, height)
            times.append(at_s)
            rows.append(row)
            tell(len(rows))
    finally:
        graph.close()
    return Followed(np.array(times), np.array(rows))


def pose(alignment: Alignment, width: int, height: int) -> tuple[Numbers, Numbers]:
    """Return the head's turn in radians and its place in metres, as the daemon's.

    Without the small turn toward the camera that a face beside its axis gets there.
    """
    scale = alignment.scale
    x = (alignment.origin[0] - 0.5 * width) / scale
    y = (0.5 * height - alignment.origin[1]) / scale
    place = 0.01 * np.array([x, y, -FOCAL * width / scale])
    return np.array(matrix_to_vector(alignment.rotation)), place


def measure(followed: Followed) -> Noise:
    """Return the default noise with the level, memory and common part of this one.

    Raises:
        StillnessError: too few windows are still.
    """
    step = float(np.median(np.diff(followed.times_s)))
    length = max(8, round(WINDOW_S / step))
    windows = _windows(followed, length, step)
    if len(windows) == 0:
        raise StillnessError(f"no {WINDOW_S} s with a face; expected ten seconds")
    line = _line(length)
    trend = np.einsum("ij,wjc->wic", line, windows)
    left = windows - trend
    still = _still(trend)
    if not still.any():
        raise StillnessError(f"no {WINDOW_S} s in which a face holds still")

    variance = left.var(axis=1)
    slow, slow_s = _memory(left, still, variance, step)
    # A line through noise that remembers takes some of the noise along.
    kept = float(np.trace(_residual(_covariance(length, slow, slow_s, step)))) / length
    middle = windows.mean(axis=1)
    loudness = np.ones_like(middle)
    loudness[:, WEIGHTS] = DEFAULT.loudness(middle[:, WEIGHTS])
    out = still.copy()
    out[:, WEIGHTS] &= (middle[:, WEIGHTS] > OUT) & (middle[:, WEIGHTS] < 1.0 - OUT)
    usual = np.array(DEFAULT.level)
    ratio = np.full(COUNT, np.nan)
    for k in range(COUNT):
        if out[:, k].sum() >= ENOUGH:
            each = variance[out[:, k], k] / (kept * loudness[out[:, k], k] ** 2)
            ratio[k] = math.sqrt(float(np.median(each))) / usual[k]
    known = np.isfinite(ratio)
    known_weights = known & (np.arange(COUNT) < WEIGHTS.stop)
    if not known_weights.any():
        raise StillnessError(
            f"fewer than {ENOUGH} windows of {WINDOW_S} s in which a curve holds still"
        )
    # A curve that was never out is thought as much better or worse as the others.
    others = float(np.median(ratio[known_weights]))
    level = usual * np.where(known, ratio, others)
    common = _common(left, still, variance)
    # Of what is common, half is remembered already.
    remembered = round(min(1.0 - common, max(0.0, slow - 0.5 * common)), 3)
    return replace(
        DEFAULT,
        level=tuple(float(v) for v in np.maximum(level, 1e-6)),
        white=round(1.0 - round(common, 3) - remembered, 3),
        slow=remembered,
        slow_s=slow_s,
        common=round(common, 3),
    )


def _windows(followed: Followed, length: int, step: float) -> Numbers:
    """Return (w, length, 58) windows, half over each other, with a face throughout."""
    seen = np.isfinite(followed.signals).all(axis=1)
    since, found, settles = 0, [], round(SETTLES_S / step)
    for i, there in enumerate(seen):
        since = since + 1 if there else 0
        over = since - settles - length
        if over >= 0 and over % max(1, length // 2) == 0:
            found.append(followed.signals[i + 1 - length : i + 1])
    return np.array(found).reshape(-1, length, COUNT)


def _line(length: int) -> Numbers:
    """Return (length, length) what lays a straight line through so many values."""
    base = np.stack([np.ones(length), np.linspace(-1.0, 1.0, length)], axis=1)
    out: Numbers = base @ np.linalg.pinv(base)
    return out


def _still(trend: Numbers) -> Mask:
    """Return (w, 58) where a signal drifts less than what a face does on purpose."""
    most = np.empty(COUNT)
    most[WEIGHTS], most[TURN], most[PLACE] = 0.04, 0.03, 0.006
    still: Mask = np.abs(trend[:, -1] - trend[:, 0]) < most
    return still


def _covariance(length: int, slow: float, slow_s: float, step: float) -> Numbers:
    """Return (length, length) of noise of deviation 1, part white and part slow."""
    gap = np.abs(np.subtract.outer(np.arange(length), np.arange(length)))
    out: Numbers = slow * np.exp(-gap * step / slow_s) + (1.0 - slow) * (gap == 0)
    return out


def _residual(covariance: Numbers) -> Numbers:
    """Return the covariance of what is left behind a straight line."""
    rest = np.eye(len(covariance)) - _line(len(covariance))
    out: Numbers = rest @ covariance @ rest
    return out


def _memory(
    left: Numbers, still: Mask, variance: Numbers, step: float
) -> tuple[float, float]:
    """Return the share that is remembered and its time constant.

    Of all pairs on a grid the one whose covariance, behind the same straight line, is
    closest to what was measured at the first lags.
    """
    length = left.shape[1]
    usable = still & (variance > 1e-12)
    scaled = left / np.sqrt(np.maximum(variance, 1e-12))[:, None, :]
    seen = np.array(
        [
            (scaled[:, : length - k] * scaled[:, k:]).mean(axis=1)[usable].mean()
            for k in range(LAGS + 1)
        ]
    )
    best, found = math.inf, (0.0, SLOWS_S[0])
    for slow, slow_s in product(np.arange(0.0, 0.96, 0.05).tolist(), SLOWS_S):
        model = _residual(_covariance(length, slow, slow_s, step))
        lags = np.array([np.diagonal(model, k).mean() for k in range(LAGS + 1)])
        miss = float((((lags / lags[0]) - seen / seen[0])[1:] ** 2).sum())
        if miss < best:
            best, found = miss, (round(slow, 2), slow_s)
    return found


def _common(left: Numbers, still: Mask, variance: Numbers) -> float:
    """Return the share of the variance that six causes have in common, 0 to 0.6.

    Six causes always explain some of any noise: that of the same noise, with every
    curve taken from another time, is subtracted.
    """
    live = still & (variance > 1e-12)
    curves = np.flatnonzero(live.mean(axis=0) > 0.5)
    if len(curves) <= DEFAULT.factors:
        return DEFAULT.common
    scaled = left / np.sqrt(np.maximum(variance, 1e-12))[:, None, :]
    scaled = np.where(live[:, None, :], scaled, 0.0)[:, :, curves]
    rows = scaled.reshape(-1, len(curves))
    shift = max(1, len(rows) // len(curves))
    apart = np.stack(
        [np.roll(rows[:, k], k * shift) for k in range(len(curves))], axis=1
    )
    explained, chance = (_explained(each) for each in (rows, apart))
    return float(np.clip((explained - chance) / (1.0 - chance), 0.0, 0.6))


def _explained(rows: Numbers) -> float:
    values = np.linalg.eigvalsh(rows.T @ rows)
    return float(values[-DEFAULT.factors :].sum() / values.sum())
