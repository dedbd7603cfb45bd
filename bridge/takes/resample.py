"""A take at another rate: weights and places blended, bones turned the short way."""

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
"""Frames of a take, nine hours at 60 a second: some 3 GB while they are blended."""

SNAP: Final = 1e-3
"""So near to a frame, in shares of the step, it is that frame and no blend."""

NAMED: Final = tuple(
    Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 72, 90, 100, 120, 144, 240)
)
"""Rates that are meant where a clock measures nearly that."""

NEAR: Final = 0.02
ALONE: Final = Fraction(60)
"""The rate of a take of one frame."""

JUMP_S: Final = 0.25
"""Timecode that moves by so much more or less than time jumps: a clock was set."""


def named_rate(take: Take) -> Fraction:
    """Return the rate that a take was meant to have: whole frames a second."""
    if len(take.captured_ns) < 2:
        return ALONE
    fps = take.fps
    nearest = min(NAMED, key=lambda rate: abs(float(rate) - fps))
    if abs(float(nearest) - fps) <= NEAR * fps:
        return nearest
    return Fraction(max(round(fps), 1))


def resample(take: Take, rate: Fraction) -> Take:
    """Return the take with a frame every 1 / rate seconds, from its first frame on.

    A new frame is tracked where all it is blended from is. Where frames were dropped
    the motion goes straight from one side to the other. Frames are counted anew.

    Raises:
        TakeError: these would be more than two million frames.
    """
    start = int(take.captured_ns[0])
    count = round(take.seconds * rate) + 1
    if count > MOST:
        raise TakeError(
            f"{shown(take.subject)}: {take.seconds / 3600:.4g} h at "
            f"{float(rate):.4g} frames a second are {count:,} frames, at most {MOST:,} "
            "can be made; cut it with `facewire take trim`, or choose a lower rate"
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
    )


def jumps(take: Take) -> int:
    """Return how often timecode jumps in a take, while its frames go on."""
    shown_s = np.array(
        [
            (time.frame + time.subframe) * time.rate_den / time.rate_num
            for time in take.timecodes
        ]
    )
    day_s = NS_PER_DAY / NS_PER_S
    apart = np.diff(shown_s) - np.diff(take.captured_ns) / NS_PER_S
    # Midnight is no jump.
    apart = (apart + day_s / 2) % day_s - day_s / 2
    return int((abs(apart) > JUMP_S).sum())


def without_jumps(take: Take) -> Take:
    """Return the take with timecode that goes on from its first frame's."""
    first = take.timecodes[0]
    timeline = _timeline(take, Fraction(first.rate_num, first.rate_den))
    since_ns = (take.captured_ns - take.captured_ns[0]).tolist()
    return replace(take, timecodes=tuple(map(timeline.at, since_ns)))


def _timeline(take: Take, rate: Fraction) -> Timeline:
    """Return what gives the first frame's timecode at 0."""
    first = take.timecodes[0]
    second = Fraction(first.rate_den, first.rate_num)
    midnight_ns = round((first.frame + Fraction(first.subframe)) * second * NS_PER_S)
    return Timeline(rate, midnight_ns)


def _places(
    take: Take, instants: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return for each instant the frame before it, and its share of the way on."""
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
    # Not a + share (b - a): at share 1 it is b to the last bit.
    out: npt.NDArray[np.float32] = (
        rows[before].astype(np.float64) * (1.0 - by) + rows[after] * by
    ).astype(np.float32)
    return out
