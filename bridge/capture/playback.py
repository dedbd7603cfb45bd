"""Plays images from files, in real time or as fast as they are read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Literal

from bridge.clock import ClockNs, Wait, monotonic_ns, wait_for
from engines.footage.clip import Picture, Pictures

from .source import Image

logger = logging.getLogger(__name__)

LATE_NS = 100_000_000
"""Up to this delay, pictures are skipped, so that the pace does not drift. With a
longer delay the whole timeline is moved, and nothing is skipped."""

CLOSE_S = 0.1
"""Longest wait in `close` for a picture that is being decoded."""


class Playback:
    """A file's pictures, each delivered when it is due.

    At pace "real" it behaves like a camera: newest wins. Each `read` decodes first and
    then waits, so decoding does not add latency. A picture is skipped if the next one
    is due too. The operating system ends the wait typically 0.2 ms late on Linux and
    less than a millisecond late on Windows; a busy loop would be more exact, but would
    occupy the tracker's core. At pace "fast" every picture is delivered at once.
    """

    own_time = True

    def __init__(
        self,
        name: str,
        pictures: Pictures,
        *,
        missing: Callable[[], int] = lambda: 0,
        pace: Literal["real", "fast"] = "real",
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = wait_for,
    ) -> None:
        """Decode the first picture; errors of `pictures` are raised here.

        Args:
            name: display name.
            pictures: the decoded pictures; closed together with the playback.
            missing: returns the number of unreadable or absent pictures so far.
            pace: "real", or "fast" for as fast as it is read.
            clock_ns: monotonic nanoseconds.
            wait: sleeps until a picture is due or the playback is closed.
        """
        self.name = name
        self.dropped = 0
        self.ended = False
        self._real = pace == "real"
        self._missing = missing
        self._pictures = pictures
        self._next = next(pictures, None)
        self._clock_ns = clock_ns
        self._wait = wait
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._start_ns: int | None = None
        self._last_due_ns = 0
        self._index = 0

    @property
    def missing(self) -> int:
        """Pictures of the file that were absent or unreadable so far."""
        return self._missing()

    def read(self, timeout_s: float | None = None) -> Image | None:
        """Return the next image once it is due; None if that is after the timeout."""
        while (picture := self._decode()) is not None:
            due_ns = picture.due_ns
            if self._real:
                if self._overdue(due_ns):
                    self.dropped += 1
                    self._index += 1
                    self._last_due_ns = due_ns
                    continue
                if not self._sleep_until(due_ns, timeout_s):
                    self._next = picture
                    break
            if self._stop.is_set():
                break
            image = Image(
                *(self._index, due_ns, self._clock_ns(), picture.pixels),
                after_gap=picture.after_gap,
            )
            self._index += 1
            self._last_due_ns = due_ns
            return image
        self.ended = self._stop.is_set() or picture is None
        return None

    def close(self) -> None:
        """End a waiting `read` and close the file; does not wait for a slow disk."""
        self._stop.set()
        self.ended = True
        if self._lock.acquire(timeout=CLOSE_S):
            try:
                self._next = None
                self._pictures.close()
            finally:
                self._lock.release()

    def _decode(self) -> Picture | None:
        with self._lock:
            if self._stop.is_set():
                return None
            picture, self._next = self._next, None
            picture = picture or next(self._pictures, None)
            if self._stop.is_set():
                # `close` gave up waiting for this decode, so close the file here.
                self._pictures.close()
                return None
            return picture

    def _overdue(self, due_ns: int) -> bool:
        """Start or move the timeline if needed; return True if the next picture is due.

        The time of the next picture is unknown, so the last step is assumed for it.
        """
        now_ns = self._clock_ns()
        if self._start_ns is None:
            self._start_ns = now_ns - due_ns
        late_ns = now_ns - self._start_ns - due_ns
        if late_ns > LATE_NS:
            logger.debug("%s: %.0f ms late; timeline moved", self.name, late_ns / 1e6)
            self._start_ns += late_ns
            return False
        return late_ns > max(due_ns - self._last_due_ns, 0) > 0

    def _sleep_until(self, due_ns: int, timeout_s: float | None) -> bool:
        """Wait until a picture is due or `close`; return False at the timeout."""
        assert self._start_ns is not None
        give_up_ns = None
        if timeout_s is not None:
            give_up_ns = self._clock_ns() + round(timeout_s * 1e9)
        due_ns += self._start_ns
        until_ns = due_ns if give_up_ns is None else min(due_ns, give_up_ns)
        while (left_ns := until_ns - self._clock_ns()) > 0:
            if self._wait(self._stop, left_ns / 1e9):
                return True
        return until_ns == due_ns
