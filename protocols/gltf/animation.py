"""Keyframes for the nodes of a glTF file, and the keys that can be left out.

A reader interpolates between keys, so a key that the line between its neighbours meets
anyway is not needed. Leaving those out makes calm parts of an animation small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from protocols.arrays import Floats, Ints, Numbers

NEAR_WEIGHT: Final = 0.002
"""A weight that is left out is met to within this by interpolation."""
NEAR_TURN: Final = 0.0005
"""The same for each number of a quaternion: 0.06 degrees."""
NEAR_PLACE: Final = 0.001
"""The same for a translation, as a share of the largest movement of the node."""
BLOCK: Final = 128
"""Frames that are thinned together; bounds the time that a long take needs."""


@dataclass(frozen=True, slots=True, eq=False)
class Animation:
    """What moves, frame by frame; F frames, at least 1."""

    name: str
    times: Numbers
    """(F,) seconds, rising, the first at least 0."""
    weights: dict[int, Floats] = field(default_factory=dict)
    """By node: (F, K) weights of the K morph targets of the node's mesh."""
    turns: dict[int, Numbers] = field(default_factory=dict)
    """By node: (F, 4) local rotation, unit quaternion x y z w."""
    places: dict[int, Numbers] = field(default_factory=dict)
    """By node: (F, 3) local translation in the file's units."""
    stepped: bool = False
    """True if values stay until the next key: drawn animation, on twos."""


def float_times(times: Numbers) -> Floats:
    """Return times as the float32 numbers that a file holds.

    Raises:
        ValueError: there is none, one is negative, or two are equal as float32.
    """
    out = np.asarray(times, dtype=np.float32)
    if out.ndim != 1 or not len(out) or not np.isfinite(out).all() or out[0] < 0.0:
        raise ValueError("animation: expected at least one time, from 0 on")
    if (np.diff(out) <= 0.0).any():
        raise ValueError("animation: two frames at one time, expected rising float32")
    return out


def needed(
    values: Floats | Numbers, times: Floats, within: float, *, stepped: bool = False
) -> Ints:
    """Return the indices of the frames whose keys a file needs; first and last stay.

    Args:
        values: (F, D) numbers of one channel.
        times: (F,) rising.
        within: largest error of any number in a frame whose key is left out.
        stepped: True if values stay until the next key instead of being interpolated.
    """
    last = len(times) - 1
    if last < 1:
        return np.arange(last + 1)
    if stepped:
        return _changes(values, within)
    kept = set(range(0, last, BLOCK)) | {last}
    waiting = list(pairwise(sorted(kept)))
    while waiting:
        begin, end = waiting.pop()
        if end - begin < 2:
            continue
        share = (times[begin + 1 : end] - times[begin]) / (times[end] - times[begin])
        line = values[begin] + share[:, None] * (values[end] - values[begin])
        error = np.abs(values[begin + 1 : end] - line).max(axis=1)
        worst = int(error.argmax())
        if error[worst] > within:
            middle = begin + 1 + worst
            kept.add(middle)
            waiting += [(begin, middle), (middle, end)]
    return np.array(sorted(kept))


def _changes(values: Floats | Numbers, within: float) -> Ints:
    kept = [0]
    for at in range(1, len(values) - 1):
        if np.abs(values[at] - values[kept[-1]]).max() > within:
            kept.append(at)
    return np.array([*kept, len(values) - 1])
