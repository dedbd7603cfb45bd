"""What a take has still to write: frames from the stream, marks from its video."""

from __future__ import annotations

import threading
from typing import Final, NamedTuple

from protocols.frame import FaceFrame
from protocols.take import Picture
from protocols.timecode import Timecode

LATE_NS: Final = 100_000_000
"""A frame that is so much earlier than the last of its face was late; earlier than
that, and the clock has jumped."""


class QueuedFrame(NamedTuple):
    """A frame and when it was handed over."""

    frame: FaceFrame
    time: Timecode
    sent_ns: int


class Queue:
    """Hands frames from the stream's thread to the one that writes. Nobody waits."""

    def __init__(self, size: int) -> None:
        """Begin empty; at most so many frames wait."""
        self.frames = 0
        """Frames taken."""
        self.dropped = 0
        """Frames for which there was no room, and late ones."""
        self._size = size
        self._last_ns: dict[str, int] = {}
        self._lock = threading.Lock()
        self._waiting: list[QueuedFrame | Picture] = []

    def jumped(self, frame: FaceFrame) -> bool:
        """Return True if a frame is of a time before the last of its face."""
        last_ns = self._last_ns.get(frame.subject)
        return last_ns is not None and frame.captured_ns < last_ns - LATE_NS

    def put(self, frame: FaceFrame, time: Timecode, sent_ns: int) -> None:
        """Take a frame, or drop and count it. From one thread at a time."""
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
        """Take what the video has; not dropped for want of room, as few are behind."""
        with self._lock:
            self._waiting.append(picture)

    def take(self) -> list[QueuedFrame | Picture]:
        """Return all that waits, and forget it."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        return waiting

    def give_up(self, kept: int) -> None:
        """Count as dropped what was taken, but for the frames that are kept."""
        with self._lock:
            self.dropped += self.frames - kept
            self.frames = kept
            self._waiting = []
