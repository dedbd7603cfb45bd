"""Images that come whether they are read or not: cameras and streams."""

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
"""So many undecodable pictures in a row, and the device is opened again. A single
torn JPEG is normal on a USB hub."""

FAILED_LIMIT = 30
"""So many grabs in a row that fail at once, and the device is lost. A packet that is
lost on the way costs FFmpeg one such, and a driver may stumble once."""

FAILED_NS = 1_000_000_000
"""Nothing for so long and a grab that fails: the device is lost, without more tries."""

STEADY = 2
"""A connection counts as one from this picture on."""

STILLS_LIMIT = 3
"""So many connections that end after one picture each are no stream."""

JOIN_S = 0.05
"""`close` waits so long for the reading thread. One that is blocked in a driver ends
by itself when that returns, for a stream within `read_timeout_s`."""


@dataclass(frozen=True, slots=True)
class Patience:
    """With each connection, before its first good picture."""

    tries: int = 150
    """Grabs that may fail, and pictures that may be damaged."""

    pause_s: float = 0.1
    """After each of them: some cameras take seconds to come to it."""


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
        patience: Patience | None = None,
        still: str = "",
        backoff: Backoff | None = None,
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = threading.Event.wait,
    ) -> None:
        """Wait for the first picture.

        Args:
            name: as a person would say it.
            connect: opens the device, or raises CaptureError with the reason.
            start_timeout_s: for the first picture.
            patience: with the first picture of each connection.
            still: what to say of an address that gives one picture and ends, again and
                again; it must give a second one to start. Empty for a camera.
            backoff: the pauses between tries once it is lost.
            clock_ns: monotonic nanoseconds.
            wait: sleeps through those pauses until closed.

        Raises:
            CaptureError: it does not open, or gives no picture.
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
        """Pictures that could not be decoded, between others that could."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        # A thread that comes back from OpenCV while Python shuts down aborts it.
        atexit.register(self.close)
        try:
            self._started.result(start_timeout_s)
        except TimeoutError:
            self.close()
            what = "opens but gives" if self._opened else "gives"
            raise CaptureError(
                f"{name}: {what} no picture within {start_timeout_s:g} s; is it "
                "switched on, and free of other programs?"
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
        """Hand over pictures until they end; return how many came."""
        damaged = failed = pictures = 0
        last_ns = self._clock_ns()
        try:
            while not self._stop.is_set():
                there = grab(capture)
                # Before decoding, which is part of the latency that we report.
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
        """Return whether to try again after a grab that failed or a damaged picture.

        Args:
            pictures: that came over this connection.
            failed: grabs that failed since the last of them.
            damaged: pictures that came damaged since then.
            away_ns: how long ago it was.
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
        """Say what is to be said of a connection that ended with so many pictures."""
        self._stills = self._stills + 1 if pictures == 1 else 0
        if self._started.done():
            return
        if self._still and self._stills >= STILLS_LIMIT:
            raise CaptureError(f"{self.name}: {self._still}")
        if not pictures and not self._waited:
            self._waited = True
            logger.info("%s: opens but gives no picture yet; trying again", self.name)

    def _lose(self) -> None:
        if self._lost_ns is None:
            self._lost_ns = self._clock_ns()
            logger.warning("%s: lost; opening it again until it is back", self.name)
