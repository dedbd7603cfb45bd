"""Plays a clip at any rate: decodes each image ahead and delivers it when it is due."""

from __future__ import annotations

import threading
from dataclasses import replace

from bridge.capture.source import Image, Source
from bridge.clock import ClockNs, Wait, monotonic_ns, wait_for


class PacedSource:
    """Plays an unpaced source at a fixed rate for a fixed number of images."""

    def __init__(
        self,
        source: Source,
        rate_hz: float,
        count: int,
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = wait_for,
    ) -> None:
        self.name = f"{source.name} at {rate_hz:g} Hz" if rate_hz else source.name
        self.dropped = 0
        self.ended = False
        self.own_time = True
        self._source = source
        self._gap_ns = round(1e9 / rate_hz) if rate_hz else 0
        self._left = count
        self._given = 0
        self._clock_ns = clock_ns
        self._wait = wait
        self._start_ns = 0
        self._closed = threading.Event()

    @property
    def missing(self) -> int:
        """Pictures that are missing in the source."""
        return self._source.missing

    def read(self, timeout_s: float | None = None) -> Image | None:
        """Return the next image at its due time; None after `count` of them."""
        image = None
        if self._left and not self.ended:
            image = self._source.read()
        if image is None:
            self.ended = True
            return None
        if not self._given:
            self._start_ns = self._clock_ns()
        # Overdue images are skipped, as they are with a camera.
        while self._gap_ns and self._clock_ns() > self._due_ns() + self._gap_ns:
            self._given += 1
            self.dropped += 1
        wait_ns = self._due_ns() - self._clock_ns()
        if self._gap_ns and wait_ns > 0 and self._wait(self._closed, wait_ns / 1e9):
            return None
        self._left -= 1
        self._given += 1
        arrived_ns = self._clock_ns()
        if not self._gap_ns:
            return replace(image, arrived_ns=arrived_ns)
        captured_ns = (self._given - 1) * self._gap_ns
        return replace(image, captured_ns=captured_ns, arrived_ns=arrived_ns)

    def _due_ns(self) -> int:
        return self._start_ns + self._given * self._gap_ns

    def close(self) -> None:
        """Stop waiting and close the clip."""
        self.ended = True
        self._closed.set()
        self._source.close()
