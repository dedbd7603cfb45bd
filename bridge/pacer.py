"""A rate of its own for what is sent: a thread that asks for frames between images.

The images' timeline and the clock run side by side; a frame is shown when its image
has been solved. Between two images the timeline goes on with the clock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from .clock import ClockNs, Wait, monotonic_ns, wait_for
from .threads import ended

NS: Final = 1_000_000_000

JUMP_NS: Final = 100_000_000
"""Beyond it the images' timeline has moved, within it an image was early or late."""

FOLLOW: Final = 16
"""The timeline moves by one of so many parts toward what an image tells."""


class Timebase:
    """Which instant of the images' timeline it is. Written and read by two threads."""

    def __init__(self) -> None:
        self._offset_ns: int | None = None
        self._last_ns: int | None = None

    def follow(self, captured_ns: int, now_ns: int) -> None:
        """Learn that the frame of `captured_ns` is ready now."""
        told = captured_ns - now_ns
        offset = self._offset_ns
        if offset is None or abs(told - offset) > JUMP_NS:
            self._offset_ns = told
        else:
            self._offset_ns = offset + (told - offset) // FOLLOW

    def at(self, now_ns: int) -> int | None:
        """Return the instant to show now, later than the last; None before any."""
        if self._offset_ns is None:
            return None
        instant = now_ns + self._offset_ns
        if self._last_ns is not None:
            instant = max(instant, self._last_ns + 1)
        self._last_ns = instant
        return instant


class Output:
    """Calls `tick` at a rate, from a thread of its own, once a frame is ready."""

    def __init__(
        self,
        tick: Callable[[int], object],
        rate: int,
        *,
        failed: Callable[[BaseException], None],
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = wait_for,
    ) -> None:
        """Prepare; `start` begins.

        Args:
            tick: is given the instant to show, in order; the images' timeline.
            rate: a second.
            failed: told what `tick` raised; the thread ends then.
            clock_ns: monotonic nanoseconds.
            wait: sleeps until a tick is due or the output stopped.
        """
        self._tick = tick
        self._rate = rate
        self._failed = failed
        self._clock_ns = clock_ns
        self._wait = wait
        self._base = Timebase()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def follow(self, captured_ns: int) -> None:
        """Learn that the frame of `captured_ns` has just become ready."""
        self._base.follow(captured_ns, self._clock_ns())

    def stop(self, timeout_s: float) -> bool:
        """End the thread, waiting for it at most so long; False if it did not end.

        Safe to call twice.
        """
        self._stop.set()
        return ended(self._thread, timeout_s)

    def _run(self) -> None:
        try:
            self._beat()
        except BaseException as error:
            self._failed(error)

    def _beat(self) -> None:
        start_ns, count = self._clock_ns(), 0
        while not self._stop.is_set():
            count += 1
            # From the start, not from the last: the rate does not drift.
            due_ns = start_ns + count * NS // self._rate
            left_ns = due_ns - self._clock_ns()
            if left_ns < -NS // self._rate:
                # Whoever comes late misses ticks, and sends no burst.
                count = (self._clock_ns() - start_ns) * self._rate // NS
                continue
            if left_ns > 0 and self._wait(self._stop, left_ns / NS):
                return
            instant_ns = self._base.at(due_ns)
            if instant_ns is not None:
                self._tick(instant_ns)


class Grid:
    """The same without a clock, for files that are solved as fast as they are read."""

    def __init__(self, tick: Callable[[int], object], rate: int) -> None:
        self._tick = tick
        self._rate = rate
        self._number: int | None = None

    def before(self, captured_ns: int) -> None:
        """Tick all instants before `captured_ns` whose turn has not been yet."""
        if self._number is None:
            self._number = -(-captured_ns * self._rate // NS)
        while (instant_ns := round(self._number * NS / self._rate)) < captured_ns:
            self._tick(instant_ns)
            self._number += 1
