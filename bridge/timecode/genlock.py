"""Sends at the ticks of the timecode, like a camera that is genlocked.

Each tick of the reference sends one frame whose timecode is a whole number. Images
arrive late, so a tick shows the face at an instant before it, by as many whole frames
as the delay has; for the rest of the delay, less than a frame, the motion stage
predicts as it does between images. The number of frames stays the same while the delay
stays about the same, so that no number is sent twice or left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from bridge.clock import ClockNs, Offset, Wait, monotonic_ns, wait_for
from bridge.pacer import NS, Timed
from protocols.timecode import NS_PER_DAY, Timecode

SPARE: Final = 0.25
"""Share of a frame by which the delay may pass its limits before the number of frames
changes."""
BEHIND: Final = 2
"""Ticks; if more were missed, they are skipped instead of sent in a burst."""


class Ticks:
    """The instants of the timecode's frames on the monotonic clock. Pure but for
    `look`."""

    def __init__(self, rate: Fraction, look: Callable[[], Offset]) -> None:
        """Count frames since midnight of some day.

        Args:
            rate: frames per second.
            look: compares the monotonic clock with the time of day.
        """
        self._rate = rate
        self._look = look
        self._last: int | None = None

    def next(self, now_ns: int) -> tuple[int, int]:
        """Return the next frame's count and its monotonic ns.

        The count rises by one with each call, except after a jump of the timecode or
        after missed ticks.
        """
        offset_ns = self._look().local_ns
        count = self.count(now_ns + offset_ns) + 1
        if self._last is not None and -BEHIND <= self._last + 1 - count <= 1:
            count = self._last + 1
        self._last = count
        return count, self.instant(count) - offset_ns

    def count(self, local_ns: int) -> int:
        """Return the frame that contains a time of day."""
        return local_ns * self._rate.numerator // (NS * self._rate.denominator)

    def instant(self, count: int) -> int:
        """Return the time of day at which a frame begins, rounded up to a ns."""
        return -(-count * NS * self._rate.denominator // self._rate.numerator)

    def stamp(self, count: int) -> Timecode:
        """Return a frame's timecode: a whole number since midnight."""
        num, den = self._rate.numerator, self._rate.denominator
        # Not the rounded count of a day: 29.97 has no whole number of frames in it.
        of_day = self.instant(count) % NS_PER_DAY
        frame = of_day * num // (NS * den)
        return Timecode(frame, 0.0, num, den)


class Delay:
    """How many whole frames before a tick its face was seen. Changes seldom."""

    def __init__(self) -> None:
        self.frames = 0

    def settle(self, late: float) -> int:
        """Return the number of frames for a delay.

        Args:
            late: time from an image's instant to when its frame is ready, in frames.
        """
        if not self.frames - SPARE <= late <= self.frames + 1.0 + SPARE:
            self.frames = max(math.floor(late), 0)
        return self.frames


class LockedOutput(Timed):
    """Calls `tick` at the ticks of the timecode, on a separate thread."""

    def __init__(
        self,
        tick: Callable[[int, Timecode], object],
        rate: Fraction,
        look: Callable[[], Offset],
        *,
        failed: Callable[[BaseException], None],
        own_time: bool = False,
        clock_ns: ClockNs = monotonic_ns,
        wait: Wait = wait_for,
    ) -> None:
        """Prepare; `start` starts the thread.

        Args:
            tick: called with rising instants, in ns of the images' timeline, and the
                timecode of each.
            rate: frames per second.
            look: compares the monotonic clock with the time of day that is followed.
            own_time: True if the images have a file's timeline, from which no delay
                can be seen.
            failed: called with an exception of `tick`, after which the thread ends.
            clock_ns: monotonic nanoseconds.
            wait: sleeps until a tick is due or the output is stopped.
        """
        super().__init__(failed, clock_ns, wait)
        self._tick = tick
        self._frame_ns = NS * rate.denominator / rate.numerator
        self._ticks = Ticks(rate, look)
        self._delay = Delay()
        self._last_ns: int | None = None
        self._own_time = own_time

    def _beat(self) -> None:
        while not self._stop.is_set():
            self._next()

    def _next(self) -> None:
        count, due_ns = self._ticks.next(self._clock_ns())
        left_s = (due_ns - self._clock_ns()) / NS
        if left_s > 0 and self._wait(self._stop, left_s):
            return
        ready_ns = self._base.at(due_ns)
        if ready_ns is None:
            return
        if self._own_time:
            self._tick(ready_ns, self._ticks.stamp(count))
            return
        frames = self._delay.settle((due_ns - ready_ns) / self._frame_ns)
        instant_ns = due_ns - round(frames * self._frame_ns)
        if self._last_ns is not None:
            instant_ns = max(instant_ns, self._last_ns + 1)
        self._last_ns = instant_ns
        self._tick(instant_ns, self._ticks.stamp(count - frames))
