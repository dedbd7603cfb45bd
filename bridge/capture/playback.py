"""Images from files: on a timeline of their own, at its pace or as fast as read."""

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
"""Later than this the timeline is moved, so that what was missed stays missed; up to
this pictures are passed over, so that the pace does not drift."""

CLOSE_S = 0.1
"""A picture that is not decoded after so long at the end is left behind."""


class Playback:
    """A file's pictures, each given when it is due.

    At real pace it behaves as a camera does: newest wins. Each `read` decodes first and
    waits then, so decoding stays out of the latency; a picture that is overdue by the
    time the next one is due as well is passed over. The wait ends where the operating
    system wakes us, typically 0.2 ms late on Linux and within a millisecond on Windows;
    spinning for less would take the tracker's core. At fast pace every picture is given
    at once.
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
        """Decode the first picture; what `pictures` raises for it is raised here.

        Args:
            name: as a person would say it.
            pictures: closed when the playback is.
            missing: returns how many pictures could not be had so far.
            pace: "real", or "fast" for as fast as it is read.
            clock_ns: monotonic nanoseconds.
            wait: sleeps until a picture is due or the playback closed.
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
        """Pictures that the file should have and that could not be had so far."""
        return self._missing()

    def read(self, timeout_s: float | None = None) -> Image | None:
        """Return the next image once it is due; None if that is after the time-out."""
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
        """Stop a waiting `read` and release the file, unless a disk holds that up."""
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
                # `close` has not waited for it.
                self._pictures.close()
                return None
            return picture

    def _overdue(self, due_ns: int) -> bool:
        """Start or move the timeline if need be; True if the next picture is due too.

        The next one's time is not known yet: the step before it stands in for it.
        """
        now_ns = self._clock_ns()
        if self._start_ns is None:
            self._start_ns = now_ns - due_ns
        late_ns = now_ns - self._start_ns - due_ns
        if late_ns > LATE_NS:
            logger.debug("%s: %.0f ms late, moved", self.name, late_ns / 1e6)
            self._start_ns += late_ns
            return False
        return late_ns > max(due_ns - self._last_due_ns, 0) > 0

    def _sleep_until(self, due_ns: int, timeout_s: float | None) -> bool:
        """Wait until a picture is due, or closed; False if the time-out comes first."""
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
