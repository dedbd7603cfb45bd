"""Turns a recording back into the frames that were sent.

The held expression is found anew, because takes keep the probabilities.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from engines.expression.held import HeldExpression
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


def frame_at(take: Take, at: int) -> FaceFrame:
    """Return one frame of a take.

    Args:
        take: of one face.
        at: the frame, from 0.
    """
    doubt = None if take.doubts is None else np.asarray(take.doubts[at], np.float32)
    return FaceFrame(
        int(take.index[at]),
        int(take.captured_ns[at]),
        take.subject,
        np.asarray(take.vectors[at], np.float32),
        np.asarray(take.expressions[at], np.float32),
        float(take.confidence[at]),
        bool(take.tracked[at]),
        doubt=None if doubt is None or np.isnan(doubt[0]) else doubt,
    )


def _frames(take: Take) -> Iterator[Timed]:
    held = HeldExpression()
    for i, at_ns in enumerate(take.captured_ns.tolist()):
        frame = frame_at(take, i)
        mood = held(frame.expression, at_ns)
        yield Timed(at_ns, replace(frame, mood=mood), take.timecodes[i])
