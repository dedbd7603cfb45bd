"""The reference video beside a take: an MP4 of what the camera saw.

MPEG-4 part 2 ("mp4v"), which every build of OpenCV can write. It is encoded in a thread
of its own, which drops pictures rather than falling behind. The file can be opened only
once it has been closed: a killed process leaves one that cannot.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2

from bridge.capture.source import Image
from protocols.take import Picture

logger = logging.getLogger(__name__)

QUEUED: Final = 8
"""Pictures that wait; at 1080p they take 50 MB."""

JOIN_S: Final = 5.0
"""What waits is written in this time, or left behind."""

Told = Callable[[Picture], None]
"""Takes which picture was written next; must not wait."""


class Video:
    """An MP4 that is written in a thread; `show` never waits."""

    def __init__(self, path: Path, fps: float, told: Told) -> None:
        """Begin. The file appears with the first picture, whose size it has.

        Args:
            path: must not exist.
            fps: the file's constant rate.
            told: gets every picture that was written, from the thread.
        """
        self.path = path
        self.written = 0
        self.dropped = 0
        """Pictures for which there was no time, or of another size than the first."""
        self._fps = fps
        self._told = told
        self._waiting: deque[Image] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="video", daemon=True)
        self._thread.start()

    def show(self, image: Image) -> None:
        """Take a picture, or drop it."""
        with self._changed:
            if len(self._waiting) >= QUEUED or self._closing:
                self.dropped += 1
                return
            self._waiting.append(image)
            self._changed.notify()

    def close(self) -> None:
        """Write what waits and end the file. Safe to call twice."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(JOIN_S)

    def _run(self) -> None:
        writer: cv2.VideoWriter | None = None
        size = (0, 0)
        while (image := self._next()) is not None:
            height, width = image.pixels.shape[:2]
            if writer is None:
                size = (width, height)
                code = cv2.VideoWriter.fourcc(*"mp4v")
                writer = cv2.VideoWriter(
                    str(self.path), cv2.CAP_FFMPEG, code, self._fps, size
                )
                if not writer.isOpened():
                    logger.error("x %s: no video can be written here", self.path)
            if not writer.isOpened():
                self.dropped += 1
                continue
            if size != (width, height):
                self.dropped += 1
                continue
            writer.write(image.pixels)
            self._told(Picture(self.written, image.captured_ns, image.index))
            self.written += 1
        if writer is not None:
            writer.release()

    def _next(self) -> Image | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return self._waiting.popleft() if self._waiting else None
