"""Resamples a take to another frame rate.

Weights and positions are interpolated linearly, rotations along the shorter arc.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from bridge.errors import TakeError
from protocols.channels import BONES, ROTATION_SLICE
from protocols.export.turns import between, quaternions, rotation_vectors
from protocols.timecode import NS_PER_DAY, NS_PER_S, Timeline
from protocols.wording import shown

from .take import Take

MOST: Final = 2_000_000
"""Largest number of frames: nine hours at 60 fps, about 3 GB while interpolating."""

SNAP: Final = 1e-3
"""Distance to a frame, as a share of the step, below which that frame is copied."""

NAMED: Final = tuple(
    Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 72, 90, 100, 120, 144, 240)
)
"""Usual frame rates; a measured rate close to one of them counts as that rate."""

NEAR: Final = 0.02
"""Largest relative distance of a measured rate from a usual one."""
ALONE: Final = Fraction(60)
"""The rate of a take with one frame."""

JUMP_S: Final = 0.25
"""The timecode jumps if its step differs from the real step by more than this. The
cause is that somebody set the clock."""


def named_rate(take: Take) -> Fraction:
    """Return the nominal rate of a take: a usual rate, or whole frames per second."""
    if len(take.captured_ns) < 2:
        return ALONE
    fps = take.fps
    nearest = min(NAMED, key=lambda rate: abs(float(rate) - fps))
    if abs(float(nearest) - fps) <= NEAR * fps:
        return nearest
    return Fraction(max(round(fps), 1))


def resample(take: Take, rate: Fraction) -> Take:
    """Return the take with one frame every 1 / rate seconds, from its first frame on.

    A new frame is tracked if all frames that it is interpolated from are, and its doubt
    is known if all of theirs are. The motion is linear across dropped frames. The index
    starts again at 0.

    Raises:
        TakeError: the result would have more than two million frames.
    """
    start = int(take.captured_ns[0])
    count = round(take.seconds * rate) + 1
    if count > MOST:
        raise TakeError(
            f"{shown(take.subject)}: {take.seconds / 3600:.4g} h at "
            f"{float(rate):.4g} fps would be {count:,} frames; at most {MOST:,} are "
            "possible; cut it with `facewire take trim`, or choose a lower rate"
        )
    step = Fraction(NS_PER_S) / rate
    instants = [start + round(k * step) for k in range(count)]
    before, share = _places(take, np.array(instants, dtype=np.int64))
    after = np.minimum(before + 1, len(take.captured_ns) - 1)
    timeline = _timeline(take, rate)
    vectors = _blend(take.vectors, before, after, share)
    here, there = (
        quaternions(take.vectors[at, ROTATION_SLICE].reshape(count, len(BONES), 3))
        for at in (before, after)
    )
    turned = rotation_vectors(between(here, there, share[:, None, None]))
    vectors[:, ROTATION_SLICE] = turned.reshape(count, -1)
    return Take(
        subject=take.subject,
        captured_ns=np.array(instants, dtype=np.int64),
        index=np.arange(count, dtype=np.int64),
        vectors=vectors,
        expressions=_blend(take.expressions, before, after, share),
        confidence=_blend(take.confidence[:, None], before, after, share)[:, 0],
        tracked=(take.tracked[before] | (share == 1.0))
        & (take.tracked[after] | (share == 0.0)),
        timecodes=tuple(timeline.at(round(k * step)) for k in range(count)),
        doubts=(
            None if take.doubts is None else _blend(take.doubts, before, after, share)
        ),
    )


def jumps(take: Take) -> int:
    """Return how often the timecode jumps although the frames continue."""
    shown_s = np.array(
        [
            (time.frame + time.subframe) * time.rate_den / time.rate_num
            for time in take.timecodes
        ]
    )
    day_s = NS_PER_DAY / NS_PER_S
    apart = np.diff(shown_s) - np.diff(take.captured_ns) / NS_PER_S
    # The step from 23:59:59 to 00:00:00 is not a jump.
    apart = (apart + day_s / 2) % day_s - day_s / 2
    return int((abs(apart) > JUMP_S).sum())


def without_jumps(take: Take) -> Take:
    """Return the take with timecodes that count on from its first frame's."""
    first = take.timecodes[0]
    timeline = _timeline(take, Fraction(first.rate_num, first.rate_den))
    since_ns = (take.captured_ns - take.captured_ns[0]).tolist()
    return replace(take, timecodes=tuple(map(timeline.at, since_ns)))


def _timeline(take: Take, rate: Fraction) -> Timeline:
    """Return the timeline that gives the first frame's timecode at time 0."""
    first = take.timecodes[0]
    second = Fraction(first.rate_den, first.rate_num)
    midnight_ns = round((first.frame + Fraction(first.subframe)) * second * NS_PER_S)
    return Timeline(rate, midnight_ns)


def _places(
    take: Take, instants: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return for each instant the frame before it, and its position up to the next.

    The position is 0 at that frame and 1 at the next one.
    """
    times = take.captured_ns
    if len(times) == 1:
        return np.zeros(len(instants), np.intp), np.zeros(len(instants))
    before = np.searchsorted(times, instants, side="right") - 1
    before = np.clip(before, 0, len(times) - 2)
    steps = times[before + 1] - times[before]
    share = np.clip((instants - times[before]) / steps, 0.0, 1.0)
    share[share < SNAP] = 0.0
    share[share > 1.0 - SNAP] = 1.0
    return before, share


def _blend(
    rows: npt.NDArray[np.float32],
    before: npt.NDArray[np.intp],
    after: npt.NDArray[np.intp],
    share: npt.NDArray[np.float64],
) -> npt.NDArray[np.float32]:
    by = share[:, None]
    # A row that is not used may be NaN, which even a factor of 0 would keep.
    before, after = (
        np.where(share == 1.0, after, before),
        np.where(share == 0.0, before, after),
    )
    # Unlike a + share (b - a), this gives exactly b at share 1.
    out: npt.NDArray[np.float32] = (
        rows[before].astype(np.float64) * (1.0 - by) + rows[after] * by
    ).astype(np.float32)
    return out
