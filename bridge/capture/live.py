"""Live sources (cameras and streams), which deliver images at their own pace."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from bridge.clock import ClockNs, Wait, monotonic_ns
from bridge.errors import CaptureError
from bridge.latest import Latest
from engines.footage.opencv import Capture, grab, retrieve

from .backoff import Backoff
from .source import Image

logger = logging.getLogger(__name__)

DAMAGED_LIMIT = 10
"""The device is reopened after this many undecodable pictures in a row. A single
damaged JPEG is normal on a USB hub."""

FAILED_LIMIT = 30
"""The device counts as lost after this many failed grabs in a row. A single failure is
normal: FFmpeg fails once for a lost packet, and a driver may fail once."""

FAILED_NS = 1_000_000_000
"""If a grab fails after this long without a picture, the device is lost at once."""

STEADY = 2
"""A connection counts as established from this picture on."""

STILLS_LIMIT = 3
"""If this many connections end after one picture each, the address is not a stream."""

JOIN_S = 0.05
"""Longest wait in `close` for the reading thread. A thread that is blocked in a driver
ends when the driver returns, which takes at most `read_timeout_s` for a stream."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Attempts that each connection gets until its first good picture."""

    tries: int = 150
    """Limit of failed grabs and damaged pictures together."""

    pause_s: float = 0.1
    """Pause after each of them, because some cameras need seconds to start."""


class LiveSource:
    """A device or stream that is read by a separate thread.

    `read` only waits for the newest picture, and `close` never blocks in a driver.

    The thread also opens the capture, because Windows requires the same thread for
    both. It reads without pause, so no pictures queue up in the driver or in FFmpeg. It
    passes pictures on through a mailbox with one slot, so a burst after a stall drops
    its old pictures and adds no latency.
    """

    own_time = False

    def __init__(
        self,
        name: str,
        connect: Callable[[], Capture],
        *,
        start_timeout_s: float,
        patience: Patience | None = None,
        still: str = "",
        backoff: Backoff | None = None,
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Wait for the first picture.

        Args:
            name: display name.
            connect: opens the device, or raises CaptureError with the reason.
            start_timeout_s: time limit for the first picture.
            patience: attempts for the first picture of each connection.
            still: the error message for an address that repeatedly gives one picture
                and ends. If set, the source only starts with a second picture. Empty
                for a camera.
            backoff: the pauses between attempts after the device was lost.
            clock_ns: monotonic nanoseconds.
            wait: sleeps for those pauses, or until closed.

        Raises:
            CaptureError: the device does not open, or gives no picture.
        """
        self.name = name
        self._connect = connect
        self._patience = patience or Patience()
        self._still = still
        self._backoff = backoff or Backoff()
        self._clock_ns = clock_ns
        self._wait = wait
        self._stop = threading.Event()
        self._slot: Latest[Image] = Latest()
        self._started: Future[None] = Future()
        self._failure: Exception | None = None
        self._index = 0
        self._opened = self._waited = False
        self._stills = 0
        self._lost_ns: int | None = None
        self.missing = 0
        """Pictures that could not be decoded, with decoded ones before and after."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        # Python crashes if the thread returns from OpenCV during shutdown.
        atexit.register(self.close)
        try:
            self._started.result(start_timeout_s)
        except TimeoutError:
            self.close()
            what = "opens but gives" if self._opened else "gives"
            raise CaptureError(
                f"{name}: {what} no picture within {start_timeout_s:g} s; check that "
                "it is switched on and that no other program uses it"
            ) from None
        except BaseException:
            self.close()
            raise

    @property
    def dropped(self) -> int:
        """Images that were replaced by a newer one before they were read."""
        return self._slot.dropped

    @property
    def ended(self) -> bool:
        """True once closed; a lost device may come back, so it has not ended."""
        return self._slot.closed

    def read(self, timeout_s: float | None = None) -> Image | None:
        """Return the newest unread image; None after the timeout or `close`."""
        image = None if self._stop.is_set() else self._slot.take(timeout_s)
        if image is None and self._failure is not None:
            raise self._failure
        return image

    def close(self) -> None:
        """End a waiting `read` and the thread, and release the device."""
        atexit.unregister(self.close)
        self._stop.set()
        self._slot.close()
        if self._thread is not threading.current_thread():
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        try:
            self._keep_open()
        except Exception as error:
            # Passed on to the constructor, or later to `read`, which raise it.
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
                self._opened = True
                pictures = self._drain(capture)
                if self._stop.is_set():
                    return
                if pictures:
                    failures = 0
                self._judge(pictures)
            if self._started.done():
                self._lose()
            pause_s = self._backoff.pause_s(max(failures, self._stills - 1))
            self._wait(self._stop, pause_s)

    def _drain(self, capture: Capture) -> int:
        """Pass on pictures until the connection ends; return their number."""
        damaged = failed = pictures = 0
        last_ns = self._clock_ns()
        try:
            while not self._stop.is_set():
                there = grab(capture)
                # Taken before decoding, because decoding is part of the latency.
                now_ns = self._clock_ns()
                pixels = retrieve(capture) if there else None
                if pixels is None:
                    damaged += there
                    failed += not there
                    if not self._goes_on(pictures, failed, damaged, now_ns - last_ns):
                        break
                    continue
                if pictures:
                    self.missing += failed + damaged
                damaged = failed = 0
                last_ns = now_ns
                pictures += 1
                self._find(pictures, now_ns)
                self._slot.put(Image(self._index, now_ns, now_ns, pixels))
                self._index += 1
        finally:
            capture.release()
        return pictures

    def _goes_on(self, pictures: int, failed: int, damaged: int, away_ns: int) -> bool:
        """Return whether to try again after a failed grab or a damaged picture.

        Args:
            pictures: good pictures of this connection so far.
            failed: failed grabs since the last good picture.
            damaged: damaged pictures since the last good picture.
            away_ns: time since the last good picture.
        """
        if not pictures:
            self._wait(self._stop, self._patience.pause_s)
            return failed + damaged < self._patience.tries
        stalled = failed > 0 and away_ns >= FAILED_NS
        return failed < FAILED_LIMIT and damaged < DAMAGED_LIMIT and not stalled

    def _find(self, pictures: int, now_ns: int) -> None:
        if not self._started.done() and (pictures >= STEADY or not self._still):
            self._started.set_result(None)
        if self._lost_ns is not None and pictures >= STEADY:
            away_s = (now_ns - self._lost_ns) / 1e9
            logger.info("%s: back after %.1f s", self.name, away_s)
            self._lost_ns = None

    def _judge(self, pictures: int) -> None:
        """Report a connection that ended after `pictures` good pictures."""
        self._stills = self._stills + 1 if pictures == 1 else 0
        if self._started.done():
            return
        if self._still and self._stills >= STILLS_LIMIT:
            raise CaptureError(f"{self.name}: {self._still}")
        if not pictures and not self._waited:
            self._waited = True
            logger.info("%s: opened, but gave no picture yet; trying again", self.name)

    def _lose(self) -> None:
        if self._lost_ns is None:
            self._lost_ns = self._clock_ns()
            logger.warning("%s: lost; trying to reopen it", self.name)
