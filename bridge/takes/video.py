"""The reference video beside a take: an MP4 of what the camera saw.

Each picture is a JPEG: half the work of MPEG-4 with OpenCV, four times its size (tried
by hand), and in the file as soon as it is encoded. That is done in a thread of its own,
which drops pictures rather than falling behind. It is no nicer than the others: in
turns with and without, the stream's slowest frames were slower with, for a nice thread
that is put aside may hold the interpreter's lock.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2

from bridge.capture.source import Image, Pixels
from protocols.mp4 import track_of
from protocols.take import Picture
from protocols.wording import counted

from .disk import DiskFile, File
from .mp4_file import Mp4File

logger = logging.getLogger(__name__)

QUEUED: Final = 8
"""Pictures that wait; at 1080p they take 50 MB."""

QUALITY: Final = 80
"""Of the JPEGs, 0 to 100: 30 kB for a noisy picture of 640 x 480."""

JOIN_S: Final = 5.0
"""What waits is written in this time, or left behind."""

Told = Callable[[Picture], None]
"""Takes which picture was written next; must not wait."""


class Video:
    """An MP4 that is written in a thread; `show` never waits."""

    def __init__(
        self,
        path: Path,
        fps: float,
        told: Told,
        make: Callable[[Path], File] = DiskFile,
    ) -> None:
        """Begin. The file appears with the first picture, whose size it has.

        Args:
            path: must not exist.
            fps: the file's constant rate.
            told: gets every picture that is in the file, from the thread.
            make: makes the file, or raises OSError.
        """
        self.path = path
        self.written = 0
        self.dropped = 0
        """Pictures for which there was no time, or of another size than the first."""
        self.error = ""
        """A sentence, once nothing more can be written."""
        self._fps = fps
        self._told = told
        self._make = make
        self._file: File | None = None
        self._mp4: Mp4File | None = None
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
        try:
            while (image := self._next()) is not None:
                if self.error:
                    self.dropped += 1
                    continue
                try:
                    self._add(image)
                except Exception as error:
                    self.dropped += 1
                    self._fail(error)
            if self._mp4 is not None:
                self._mp4.close()
        except OSError as error:
            self._fail(error)
        finally:
            if self._file is not None:
                self._file.close()
                if not self.written:
                    self.path.unlink(missing_ok=True)

    def _add(self, image: Image) -> None:
        height, width = image.pixels.shape[:2]
        if self._mp4 is None:
            track = track_of(width, height, self._fps)
            self._file = self._make(self.path)
            self._mp4 = Mp4File(self._file, track)
        track = self._mp4.track
        if (width, height) != (track.width, track.height):
            self.dropped += 1
            return
        self._mp4.add(_jpeg(image.pixels))
        self._told(Picture(self.written, image.captured_ns, image.index))
        self.written += 1

    def _fail(self, error: Exception) -> None:
        if self.error:
            # Of a full disk: the index finds no room either.
            return
        fact = error.strerror if isinstance(error, OSError) else None
        why = fact or str(error) or type(error).__name__
        if self._mp4 is None:
            self.error = f"{self.path}: no video can be written here ({why})"
        else:
            ends = f"{self.path.name} ends after {counted(self.written, 'picture')}"
            self.error = f"{ends}: {why}; the take goes on without"
        logger.error("x %s", self.error)

    def _next(self) -> Image | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return self._waiting.popleft() if self._waiting else None


def _jpeg(pixels: Pixels) -> bytes:
    # OpenCV lets other threads run meanwhile.
    good, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    if not good:
        raise ValueError("OpenCV has made no JPEG of it")
    encoded: bytes = data.tobytes()
    return encoded
