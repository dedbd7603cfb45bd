"""Holds what a take still has to write: frames, and picture records of its video."""

from __future__ import annotations

import threading
from typing import Final, NamedTuple

from protocols.frame import FaceFrame
from protocols.take import Picture
from protocols.timecode import Timecode

LATE_NS: Final = 100_000_000
"""A frame that is up to this much earlier than the last of its face arrived late. If
it is even earlier, the clock has jumped back."""


class QueuedFrame(NamedTuple):
    """A frame, and when it was put into the queue."""

    frame: FaceFrame
    time: Timecode
    sent_ns: int


class Queue:
    """Passes frames from the pipeline thread to the writing thread. Never blocks."""

    def __init__(self, size: int) -> None:
        """Create an empty queue for at most `size` frames."""
        self.frames = 0
        """Frames accepted."""
        self.dropped = 0
        """Frames dropped because the queue was full or the frame was late."""
        self._size = size
        self._last_ns: dict[str, int] = {}
        self._lock = threading.Lock()
        self._waiting: list[QueuedFrame | Picture] = []

    def jumped(self, frame: FaceFrame) -> bool:
        """Return True if a frame shows that the clock jumped back."""
        last_ns = self._last_ns.get(frame.subject)
        return last_ns is not None and frame.captured_ns < last_ns - LATE_NS

    def put(self, frame: FaceFrame, time: Timecode, sent_ns: int) -> None:
        """Queue a frame, or drop and count it. Call it from one thread at a time."""
        last_ns = self._last_ns.get(frame.subject)
        if last_ns is not None and frame.captured_ns <= last_ns:
            self.dropped += 1
            return
        with self._lock:
            if len(self._waiting) >= self._size:
                self.dropped += 1
                return
            self._waiting.append(QueuedFrame(frame, time, sent_ns))
            self.frames += 1
        self._last_ns[frame.subject] = frame.captured_ns

    def mark(self, picture: Picture) -> None:
        """Queue the record of a written picture. It is never dropped, as few wait."""
        with self._lock:
            self._waiting.append(picture)

    def take(self) -> list[QueuedFrame | Picture]:
        """Return and remove everything that is queued."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def give_up(self, kept: int) -> None:
        """Empty the queue; count all frames but the `kept` written ones as dropped."""
        with self._lock:
            self.dropped += self.frames - kept
            self.frames = kept
            self._waiting = []
