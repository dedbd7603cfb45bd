"""Images that come whether they are read or not: cameras and streams."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import CaptureError
from bridge.latest import Latest
from engines.footage.opencv import Capture, grab, retrieve

from .backoff import Backoff
from .source import Image

logger = logging.getLogger(__name__)

DAMAGED_LIMIT = 10
"""So many undecodable pictures in a row, and the device is opened again. A single
torn JPEG is normal on a USB hub."""

JOIN_S = 0.05
"""`close` waits so long for the reading thread. One that is blocked in a driver ends
by itself when that returns, for a stream within `read_timeout_s`."""

Wait = Callable[[threading.Event, float], bool]
"""`threading.Event.wait`, or a test's own: wait so many seconds, True if set."""


class LiveSource:
    """A device or stream, read by a thread of its own, so that `read` never blocks
    longer than the newest picture takes to come, nor `close` in a driver.

    That thread also opens the capture: Windows wants both done by the same one. It
    reads without pause, so nothing piles up in the driver or FFmpeg, and hands over
    through one slot: a burst after a stall costs its old pictures, not latency.
    """

    own_time = False

    def __init__(
        self,
        name: str,
        connect: Callable[[], Capture],
        *,
        start_timeout_s: float,
        backoff: Backoff | None = None,
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Wait for the first picture.

        Args:
            name: as a person would say it.
            connect: opens the device, or raises CaptureError with the reason.
            start_timeout_s: for the first picture.
            backoff: the pauses between tries once it is lost.
            clock_ns: monotonic nanoseconds.
            wait: sleeps through those pauses until closed.

        Raises:
            CaptureError: it does not open, or gives no picture.
        """
        self.name = name
        self._connect = connect
        self._backoff = backoff or Backoff()
        self._clock_ns = clock_ns
        self._wait = wait
        self._stop = threading.Event()
        self._slot: Latest[Image] = Latest()
        self._started: Future[None] = Future()
        self._failure: Exception | None = None
        self._index = 0
        self._lost_ns: int | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        # A thread that comes back from OpenCV while Python shuts down aborts it.
        atexit.register(self.close)
        try:
            self._started.result(start_timeout_s)
        except TimeoutError:
            self.close()
            raise CaptureError(
                f"{name}: no picture within {start_timeout_s:g} s; is it switched on, "
                "and free of other programs?"
            ) from None
        except BaseException:
            self.close()
            raise

    @property
    def dropped(self) -> int:
        """Images that a newer one overtook."""
        return self._slot.dropped

    @property
    def ended(self) -> bool:
        """True once closed: what is lost may come back."""
        return self._slot.closed

    def read(self, timeout_s: float | None = None) -> Image | None:
        """Return the newest image not yet read; None after the time-out or `close`."""
        image = None if self._stop.is_set() else self._slot.take(timeout_s)
        if image is None and self._failure is not None:
            raise self._failure
        return image

    def close(self) -> None:
        """End `read` and the thread behind it, and release the device."""
        atexit.unregister(self.close)
        self._stop.set()
        self._slot.close()
        if self._thread is not threading.current_thread():
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        try:
            self._keep_open()
        except Exception as error:
            # Raised where somebody sees it: at the start, or in `read`.
            if self._started.done():
                self._failure = error
            else:
                self._started.set_exception(error)
        finally:
            self._slot.close()

    def _keep_open(self) -> None:
        failures = 0
        while not self._stop.is_set():
            failures += 1
            try:
                capture = self._connect()
            except CaptureError as error:
                if not self._started.done():
                    raise
                logger.debug("%s", error)
            else:
                if self._drain(capture):
                    failures = 0
                if self._stop.is_set():
                    return
                if not self._started.done():
                    raise CaptureError(
                        f"{self.name}: opens but gives no picture; in use by another "
                        "program?"
                    )
            self._lose()
            self._wait(self._stop, self._backoff.pause_s(failures))

    def _drain(self, capture: Capture) -> bool:
        """Hand over pictures until they end; True if any came."""
        damaged = 0
        gave = False
        try:
            while not self._stop.is_set() and damaged < DAMAGED_LIMIT:
                if not grab(capture):
                    break
                # Before decoding, which is part of the latency that we report.
                now_ns = self._clock_ns()
                pixels = retrieve(capture)
                if pixels is None:
                    damaged += 1
                    continue
                damaged = 0
                self._slot.put(Image(self._index, now_ns, now_ns, pixels))
                self._index += 1
                if not gave:
                    gave = True
                    self._find(now_ns)
        finally:
            capture.release()
        return gave

    def _find(self, now_ns: int) -> None:
        if not self._started.done():
            self._started.set_result(None)
        if self._lost_ns is not None:
            away_s = (now_ns - self._lost_ns) / 1e9
            logger.info("%s: back after %.1f s", self.name, away_s)
            self._lost_ns = None

    def _lose(self) -> None:
        if self._lost_ns is None:
            self._lost_ns = self._clock_ns()
            logger.warning("%s: lost; opening it again until it is back", self.name)
