"""Compresses camera pictures for pages, in a thread of its own. The newest wins."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy.typing as npt

from bridge.capture.source import Pixels
from bridge.clock import ClockNs, monotonic_ns
from bridge.feeds.feed import Solved
from bridge.latest import Latest
from bridge.threads import ended
from protocols.page import Outline, encode_picture

from .lamps import covered, turned

logger = logging.getLogger(__name__)

WIDEST: Final = 640
"""Pixels; a wider picture is made smaller."""
QUALITY: Final = 70
"""Of the JPEG, 0 to 100: about 40 kB at 640 x 480."""
JOIN_S: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture to be shown."""

    solved: Solved
    """Its image is not None."""
    captured_ms: float
    """When the image arrived, milliseconds of the daemon's clock."""


class Pictures:
    """Compresses the newest picture, at most so many a second."""

    def __init__(
        self,
        show: Callable[[bytes], None],
        rate: float,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Start the thread.

        Args:
            show: called in the thread with each PICTURE of `protocols.page`.
            rate: most pictures per second.
            clock_ns: monotonic nanoseconds.
        """
        self._show = show
        self._gap_ns = round(1e9 / rate)
        self._clock_ns = clock_ns
        self._newest: Latest[Seen] = Latest()
        self._due_ns = clock_ns()
        self._broken = False
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)
        self._thread.start()

    def put(self, seen: Seen) -> None:
        """Show a picture, if one is due. Never blocks."""
        now_ns = self._clock_ns()
        # A quarter of the gap early is in time: the camera's own rhythm varies.
        if now_ns < self._due_ns - self._gap_ns // 4:
            return
        self._due_ns = max(self._due_ns + self._gap_ns, now_ns)
        self._newest.put(seen)

    def close(self) -> None:
        """End the thread. Safe to call twice."""
        self._newest.close()
        ended(self._thread, JOIN_S)

    def _run(self) -> None:
        while not self._newest.closed:
            seen = self._newest.take()
            if seen is None:
                continue
            try:
                self._show(picture(seen))
            except Exception:
                # The next picture may be sound. Every later failure is the same.
                if not self._broken:
                    logger.exception("x page: a picture was not sent")
                self._broken = True


def picture(seen: Seen) -> bytes:
    """Return the message for a picture, with the outlines of its faces."""
    solved = seen.solved
    assert solved.image is not None
    faces = []
    for place, landmarks in solved.landmarks.items():
        away = turned(landmarks)
        hidden = covered(landmarks, solved.frames.get(place), away=away)
        faces.append(Outline(place, landmarks.points, away, hidden))
    pixels = solved.image.pixels
    height, width = pixels.shape[:2]
    return encode_picture(
        jpeg(pixels),
        (width, height),
        faces,
        seq=solved.index,
        captured_ms=seen.captured_ms,
    )


def jpeg(pixels: Pixels) -> bytes:
    """Return a BGR image as a JPEG, at most `WIDEST` pixels wide.

    Raises:
        cv2.error: it cannot be compressed.
    """
    height, width = pixels.shape[:2]
    small: npt.NDArray[Any] = pixels
    if width > WIDEST:
        size = (WIDEST, max(1, round(height * WIDEST / width)))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise cv2.error(f"a picture of {small.shape} is no JPEG")
    return data.tobytes()
