"""Writes the reference video beside a take: an MP4 of the camera's pictures.

Each picture is a JPEG. Compared with OpenCV's MPEG-4 that is half the work and four
times the size (tried by hand), and every picture is in the file once it is encoded.
A separate thread encodes, and drops pictures instead of falling behind. Its scheduling
priority is not lowered (no `nice`). In alternating runs that made the slowest frames of
the stream slower, because a low-priority thread that is paused may hold the GIL.
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
"""Longest queue of pictures; at 1080p it needs 50 MB."""

QUALITY: Final = 80
"""JPEG quality, 0 to 100: 30 kB for a noisy picture of 640 x 480."""

JOIN_S: Final = 5.0
"""Longest wait in `close` for queued pictures; later ones are lost."""

OnWritten = Callable[[Picture], None]
"""Called after each written picture; must not block."""


class Video:
    """Writes an MP4 in a separate thread; `show` never blocks."""

    def __init__(
        self,
        path: Path,
        fps: float,
        on_written: OnWritten,
        make: Callable[[Path], File] = DiskFile,
    ) -> None:
        """Start the thread. The first picture creates the file and sets its size.

        Args:
            path: must not exist.
            fps: the file's constant frame rate.
            on_written: called from the thread with every written picture.
            make: creates the file, or raises OSError.
        """
        self.path = path
        self.written = 0
        self.dropped = 0
        """Pictures dropped for lack of time, or of another size than the first."""
        self.error = ""
        """Why writing failed; empty while it works."""
        self._fps = fps
        self._on_written = on_written
        self._make = make
        self._file: File | None = None
        self._mp4: Mp4File | None = None
        self._waiting: deque[Image] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="video", daemon=True)
        self._thread.start()

    def show(self, image: Image) -> None:
        """Queue a picture, or drop and count it."""
        with self._changed:
            if len(self._waiting) >= QUEUED or self._closing:
                self.dropped += 1
                return
            self._waiting.append(image)
            self._changed.notify()

    def close(self) -> None:
        """Write the queued pictures and finish the file. Safe to call twice."""
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
        self._on_written(Picture(self.written, image.captured_ns, image.index))
        self.written += 1

    def _fail(self, error: Exception) -> None:
        if self.error:
            # Reported already: on a full disk, writing the index fails as well.
            return
        fact = error.strerror if isinstance(error, OSError) else None
        why = fact or str(error) or type(error).__name__
        if self._mp4 is None:
            self.error = f"{self.path}: the video cannot be written ({why})"
        else:
            ends = f"{self.path.name} ends after {counted(self.written, 'picture')}"
            self.error = f"{ends}: {why}; the take continues without video"
        logger.error("x %s", self.error)

    def _next(self) -> Image | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return self._waiting.popleft() if self._waiting else None


def _jpeg(pixels: Pixels) -> bytes:
    # OpenCV releases the GIL during this call.
    good, data = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))
    if not good:
        raise ValueError("OpenCV could not encode it as JPEG")
    encoded: bytes = data.tobytes()
    return encoded
