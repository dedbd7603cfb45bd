"""Images from files: on a timeline of their own, at its pace or as fast as read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from typing import Literal

from bridge.clock import ClockNs, monotonic_ns

from .source import Image, Pixels

logger = logging.getLogger(__name__)

Picture = tuple[int, Pixels]
"""When it is due on the file's own timeline, ns from 0 and rising; and its pixels."""

Pictures = Generator[Picture, None, None]

LATE_NS = 100_000_000
"""Later than this the timeline is moved, so that what was missed stays missed; up to
this a late picture is followed by prompt ones, so that the pace does not drift."""


class Playback:
    """A file's pictures, each given when it is due.

    At real pace it behaves as a camera does: `live`, and newest wins downstream. Each
    `read` decodes first and waits then, so decoding stays out of the latency. The wait
    ends where the operating system wakes us, typically 0.2 ms late on Linux; spinning
    for less would take the tracker's core. At fast pace every picture is given at once.
    """

    own_time = True

    def __init__(
        self,
        name: str,
        pictures: Pictures,
        *,
        pace: Literal["real", "fast"] = "real",
        clock_ns: ClockNs = monotonic_ns,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
    ) -> None:
        """Decode the first picture; what `pictures` raises for it is raised here.

        Args:
            name: as a person would say it.
            pictures: closed when the playback is.
            pace: "real", or "fast" for as fast as it is read.
            clock_ns: monotonic nanoseconds.
            wait: sleeps until a picture is due or the playback closed.
        """
        self.name = name
        self.live = pace == "real"
        self._pictures = pictures
        self._first = next(pictures, None)
        self._clock_ns = clock_ns
        self._wait = wait
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._start_ns: int | None = None
        self._index = 0

    def read(self) -> Image | None:
        """Return the next image once it is due; None at the end, or once closed."""
        picture = self._decode()
        if picture is None:
            return None
        due_ns, pixels = picture
        if self.live:
            self._sleep_until(due_ns)
        if self._stop.is_set():
            return None
        image = Image(self._index, due_ns, self._clock_ns(), pixels)
        self._index += 1
        return image

    def close(self) -> None:
        """Stop a waiting `read` and release the file."""
        self._stop.set()
        with self._lock:
            self._first = None
            self._pictures.close()

    def _decode(self) -> Picture | None:
        with self._lock:
            if self._stop.is_set():
                return None
            first, self._first = self._first, None
            return first or next(self._pictures, None)

    def _sleep_until(self, due_ns: int) -> None:
        now_ns = self._clock_ns()
        if self._start_ns is None:
            self._start_ns = now_ns - due_ns
        late_ns = now_ns - self._start_ns - due_ns
        if late_ns > LATE_NS:
            logger.debug(
                "%s: %.0f ms late, going on from here", self.name, late_ns / 1e6
            )
            self._start_ns += late_ns
        while (left_ns := self._start_ns + due_ns - self._clock_ns()) > 0:
            if self._wait(self._stop, left_ns / 1e9):
                return
