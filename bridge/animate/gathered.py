"""Collects the frames of one face into a take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from bridge.takes.take import Take
from protocols.arrays import Floats, Numbers
from protocols.frame import FaceFrame
from protocols.timecode import Timecode, Timeline


@dataclass(slots=True)
class Gathered:
    """Implements the pipeline's `Publishes`: keeps every frame, as a recorder does."""

    frames: list[FaceFrame] = field(default_factory=list)
    times: list[Timecode] = field(default_factory=list)

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Keep a frame; one that is not later than the last one is left out."""
        if self.frames and frame.captured_ns <= self.frames[-1].captured_ns:
            return
        self.frames.append(frame)
        self.times.append(time)

    def take(self) -> Take:
        """Return the frames, at least one, as a take."""
        return take_of(self.frames, self.times)


def take_of(frames: Sequence[FaceFrame], times: Sequence[Timecode]) -> Take:
    """Return frames of one face as a take.

    Args:
        frames: at least one, with rising times.
        times: a timecode for each.
    """
    return Take(
        frames[0].subject,
        np.array([frame.captured_ns for frame in frames], dtype=np.int64),
        np.array([frame.index for frame in frames], dtype=np.int64),
        np.array([frame.vector for frame in frames], dtype=np.float32),
        np.array([frame.expression for frame in frames], dtype=np.float32),
        np.array([frame.confidence for frame in frames], dtype=np.float32),
        np.array([frame.tracked for frame in frames], dtype=np.bool_),
        tuple(times),
    )


def frames_at(
    subject: str, times: Numbers, vectors: Floats, expressions: Floats, rate: Fraction
) -> Gathered:
    """Return frames of a face that is seen all the time.

    Args:
        subject: name of the face.
        times: (F,) seconds, rising.
        vectors: (F, 85) in `CHANNELS` order.
        expressions: (F, 8) in `EXPRESSIONS` order.
        rate: of the timecode.
    """
    out, timeline = Gathered(), Timeline(rate)
    for at, at_s in enumerate(times.tolist()):
        at_ns = round(at_s * 1e9)
        vector, expression = vectors[at].copy(), expressions[at].copy()
        frame = FaceFrame(at, at_ns, subject, vector, expression)
        out.publish(frame, timeline.at(at_ns))
    return out
