"""Sends at a fixed rate (`shape.rate`) that is independent of the images.

A thread requests frames at that rate. The images have their own timeline, which
advances with the clock: the instant to show is the time of the newest solved image plus
the time since then.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from .clock import ClockNs, Wait, monotonic_ns, wait_for
from .threads import ended

NS: Final = 1_000_000_000

JUMP_NS: Final = 100_000_000
"""A larger difference means that the images' timeline has jumped; a smaller one is
jitter."""

FOLLOW: Final = 16
"""The offset moves by 1 / FOLLOW of the difference with each image."""


class Timebase:
    """Converts the clock to the images' timeline. Two threads write and read it."""

    def __init__(self) -> None:
        self._offset_ns: int | None = None
        self._last_ns: int | None = None

    def follow(self, captured_ns: int, now_ns: int) -> None:
        """Adjust the offset: the frame of `captured_ns` is ready at `now_ns`."""
        told = captured_ns - now_ns
        offset = self._offset_ns
        if offset is None or abs(told - offset) > JUMP_NS:
            self._offset_ns = told
        else:
            self._offset_ns = offset + (told - offset) // FOLLOW

    def at(self, now_ns: int) -> int | None:
        """Return the instant to show, later than the last; None before any image."""
        if self._offset_ns is None:
            return None
        instant = now_ns + self._offset_ns
        if self._last_ns is not None:
            instant = max(instant, self._last_ns + 1)
        self._last_ns = instant
        return instant


class Timed(ABC):
    """An output thread: it waits until something is due, and calls something."""

    def __init__(
        self, failed: Callable[[BaseException], None], clock_ns: ClockNs, wait: Wait
    ) -> None:
        """Prepare; `start` starts the thread.

        Args:
            failed: called with an exception of the thread, which then ends.
            clock_ns: monotonic nanoseconds.
            wait: sleeps until something is due or the output is stopped.
        """
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
        """Adjust the timeline: the frame of `captured_ns` is ready now."""
        self._base.follow(captured_ns, self._clock_ns())

    def stop(self, timeout_s: float) -> bool:
        """Stop the thread; return False if it did not end within `timeout_s`.

        Safe to call twice.
        """
        self._stop.set()
        return ended(self._thread, timeout_s)

    def _run(self) -> None:
        try:
            self._beat()
        except BaseException as error:
            self._failed(error)

    @abstractmethod
    def _beat(self) -> None:
        """Work until the output is stopped."""


class Output(Timed):
    """Calls `tick` at a fixed rate, on a separate thread, once a frame is ready."""

    def __init__(
        self,
        tick: Callable[[int], object],
        rate: int,
        *,
        failed: Callable[[BaseException], None],
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = wait_for,
    ) -> None:
        """Prepare; `start` starts the thread.

        Args:
            tick: called with the rising instants to show, in ns of the images'
                timeline.
            rate: ticks per second.
            failed: called with an exception of `tick`, after which the thread ends.
            clock_ns: monotonic nanoseconds.
            wait: sleeps until a tick is due or the output is stopped.
        """
        super().__init__(failed, clock_ns, wait)
        self._tick = tick
        self._rate = rate

    def _beat(self) -> None:
        start_ns, count = self._clock_ns(), 0
        while not self._stop.is_set():
            count += 1
            # Computed from the start, so that the rate does not drift.
            due_ns = start_ns + count * NS // self._rate
            left_ns = due_ns - self._clock_ns()
            if left_ns < -NS // self._rate:
                # Skip the ticks that were missed instead of sending a burst.
                count = (self._clock_ns() - start_ns) * self._rate // NS
                continue
            if left_ns > 0 and self._wait(self._stop, left_ns / NS):
                return
            instant_ns = self._base.at(due_ns)
            if instant_ns is not None:
                self._tick(instant_ns)


class Grid:
    """Calls `tick` at a fixed rate of the file's timeline, for files at pace "fast"."""

    def __init__(self, tick: Callable[[int], object], rate: int) -> None:
        self._tick = tick
        self._rate = rate
        self._number: int | None = None

    def before(self, captured_ns: int) -> None:
        """Tick all remaining instants before `captured_ns`."""
        if self._number is None:
            self._number = -(-captured_ns * self._rate // NS)
        while (instant_ns := round(self._number * NS / self._rate)) < captured_ns:
            self._tick(instant_ns)
            self._number += 1
