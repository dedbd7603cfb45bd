"""Turns a recording back into the frames that were sent."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .take import Recording, Take


class Timed(NamedTuple):
    """A frame and its timecode."""

    at_ns: int
    """The frame's captured_ns."""
    frame: FaceFrame
    time: Timecode


def frames_of(recording: Recording) -> Iterator[Timed]:
    """Yield the frames of all faces in time order."""
    return heapq.merge(*map(_frames, recording.takes), key=attrgetter("at_ns"))


def _frames(take: Take) -> Iterator[Timed]:
    vectors = np.asarray(take.vectors, np.float32)
    expressions = np.asarray(take.expressions, np.float32)
    doubts = None if take.doubts is None else np.asarray(take.doubts, np.float32)
    for i, at_ns in enumerate(take.captured_ns.tolist()):
        frame = FaceFrame(
            int(take.index[i]),
            at_ns,
            take.subject,
            vectors[i],
            expressions[i],
            float(take.confidence[i]),
            bool(take.tracked[i]),
            doubt=None if doubts is None or np.isnan(doubts[i, 0]) else doubts[i],
        )
        yield Timed(at_ns, frame, take.timecodes[i])
