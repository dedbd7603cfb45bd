"""A recorded motion: of a live face, or of a take. It becomes keys at whole frames."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..shared.arrays import Floats, Ints, Mask, Numbers
from ..shared.channels import CHANNELS, EXPRESSIONS
from .face import NS_PER_S, Face, Timecode

MOST: Final = 432_000
"""Faces of one recording: an hour at 120 Hz."""
GAP_NS: Final = 10 * NS_PER_S
"""A step of the sender's clock that is longer, or goes back, is a new start: the time
between two arrivals counts instead."""

_WIDE: Final = len(CHANNELS) + len(EXPRESSIONS)


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """The faces of one actor over time; n of them, at least 1."""

    subject: str
    start: Timecode
    """The timecode of the first face's picture."""
    seconds: Numbers
    """(n,) rising: when each face is seen, after that timecode."""
    vectors: Floats
    """(n, 85) as of `Face`."""
    expressions: Floats
    """(n, 8) as of `Face`."""
    tracked: Mask
    """(n,) as of `Face`."""
    moods: Ints
    """(n,) as `Face.mood_place`; all `NO_MOOD` where faces do not say."""


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """A motion at k whole frames of a scene, k at least 1."""

    frames: Ints
    """(k,) one after the other."""
    vectors: Floats
    """(k, 85)"""
    expressions: Floats
    """(k, 8)"""
    moods: Ints
    """(k,)"""


class Recorder:
    """Collects the faces of one actor."""

    def __init__(self, subject: str) -> None:
        """Begin.

        Args:
            subject: the actor; empty for the first one that is heard.
        """
        self.subject = subject
        self._start: Timecode | None = None
        self._seconds = array("d")
        self._numbers = array("f")
        self._tracked = array("b")
        self._moods = array("b")
        self._last_ns = 0
        self._arrived_ns = 0
        self._seen_ns = 0

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self._seconds)

    @property
    def full(self) -> bool:
        """True if no more faces are taken."""
        return len(self) >= MOST

    @property
    def lasted_s(self) -> float:
        """Seconds from the first face to the last."""
        return self._seconds[-1] - self._seconds[0] if len(self) else 0.0

    def hear(self, face: Face, now_ns: int) -> None:
        """Take a face if it is of this actor and newer than the last."""
        if self.subject and face.subject != self.subject:
            return
        if self.full:
            return
        if self._start is None:
            self.subject, self._start = face.subject, face.timecode
        else:
            step_ns = face.captured_ns - self._last_ns
            if not 0 < step_ns < GAP_NS:
                step_ns = now_ns - self._arrived_ns
            if step_ns <= 0:
                return
            self._seen_ns += step_ns
        self._last_ns, self._arrived_ns = face.captured_ns, now_ns
        lead_ns = face.display_ns - face.captured_ns
        if not 0 <= lead_ns < NS_PER_S:
            lead_ns = 0
        at_s = (self._seen_ns + lead_ns) / NS_PER_S
        if len(self) and at_s <= self._seconds[-1]:
            # The lead became shorter: two faces for one instant.
            return
        self._seconds.append(at_s)
        self._numbers.extend(face.vector)
        self._numbers.extend(face.expression)
        self._tracked.append(face.tracked)
        self._moods.append(face.mood_place)

    def motion(self) -> Motion | None:
        """Return what was collected; None before the first face."""
        if self._start is None:
            return None
        numbers = np.array(self._numbers, dtype=np.float32).reshape(-1, _WIDE)
        return Motion(
            self.subject,
            self._start,
            np.array(self._seconds, dtype=np.float64),
            numbers[:, : len(CHANNELS)].copy(),
            numbers[:, len(CHANNELS) :].copy(),
            np.array(self._tracked, dtype=np.bool_),
            np.array(self._moods, dtype=np.int64),
        )


def keys(motion: Motion, first: float, fps: float) -> Keys:
    """Return a motion at every whole frame within it: numbers are mixed of the two
    faces around a frame, and the mood is that of the newest one at it or before it.

    Args:
        motion: the motion.
        first: the scene's frame, also a part of one, of the motion's timecode.
        fps: frames per second of the scene.
    """
    places = first + motion.seconds * fps
    low, high = int(np.ceil(places[0] - 1e-6)), int(np.floor(places[-1] + 1e-6))
    if high < low:
        low = high = round(float(places[0]))
    frames = np.arange(low, high + 1, dtype=np.int64)

    def at(values: Floats) -> Floats:
        columns = [np.interp(frames, places, column) for column in values.T]
        return np.stack(columns, axis=1).astype(np.float32)

    newest = np.searchsorted(places, frames + 1e-6, side="right") - 1
    moods = motion.moods[np.maximum(newest, 0)]
    return Keys(frames, at(motion.vectors), at(motion.expressions), moods)
