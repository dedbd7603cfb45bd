"""What a character does while nobody is seen: hold, ease to neutral, blend back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from protocols.channels import CHANNELS, POSITION_SLICE, Vector
from protocols.frame import FaceFrame


@dataclass(frozen=True, slots=True)
class HoldTiming:
    """Three durations in seconds."""

    hold_s: float = 0.5
    """The last pose is kept this long after the face is lost."""

    ease_s: float = 1.0
    """Then it eases to neutral over this time."""

    return_s: float = 0.2
    """A face that returns is blended in over this time."""


def smoothstep(x: float) -> float:
    """Return 0 to 1 with level ends for x from 0 to 1, clamped outside."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


class Hold:
    """Fill the gaps of one face. Feed it every frame, tracked or missing."""

    def __init__(self, subject: str, timing: HoldTiming | None = None) -> None:
        self._subject = subject
        self._timing = timing or HoldTiming()
        self._pose: Vector = np.zeros(len(CHANNELS), dtype=np.float32)
        self._expression: Vector | None = None
        self._lost_ns: int | None = None
        self._returned_ns: int | None = None
        self._from: Vector = self._pose

    def keep(self, frame: FaceFrame) -> FaceFrame:
        """Return a tracked frame, blended in if the face has just come back."""
        if self._lost_ns is not None:
            # What stood on the wire a moment ago is where the blend starts.
            self._from = self._resting(frame.captured_ns)
            self._returned_ns, self._lost_ns = frame.captured_ns, None
        vector = frame.vector
        if self._returned_ns is not None:
            since_s = (frame.captured_ns - self._returned_ns) / 1e9
            if since_s < self._timing.return_s:
                part = np.float32(smoothstep(since_s / self._timing.return_s))
                vector = self._from + part * (vector - self._from)
                frame = replace(frame, vector=vector)
            else:
                self._returned_ns = None
        self._pose, self._expression = vector, frame.expression
        return frame

    def miss(self, index: int, captured_ns: int) -> FaceFrame:
        """Return the frame for an instant without a face: `tracked` is False."""
        if self._lost_ns is None:
            self._lost_ns, self._returned_ns = captured_ns, None
        frame = FaceFrame(
            index=index,
            captured_ns=captured_ns,
            subject=self._subject,
            vector=self._resting(captured_ns),
            confidence=0.0,
            tracked=False,
        )
        if self._expression is not None:
            frame = replace(frame, expression=self._expression)
        return frame

    def _resting(self, at_ns: int) -> Vector:
        """Return the held pose on its way to neutral at one instant."""
        if self._lost_ns is None:
            return self._pose
        since_s = (at_ns - self._lost_ns) / 1e9
        ease_s = max(self._timing.ease_s, 1e-6)
        gone = np.float32(smoothstep((since_s - self._timing.hold_s) / ease_s))
        # A place in the room has no neutral: only the pose goes back to zero.
        vector: Vector = self._pose * (np.float32(1.0) - gone)
        vector[POSITION_SLICE] = self._pose[POSITION_SLICE]
        return vector
