"""Timecode that follows the time of day while the stream runs.

The time of day shifts against the monotonic clock when the machine sleeps, when the
clock is set or slewed by NTP, and when daylight saving time begins or ends. So the two
are compared four times a second, and the timecode is right again within a second:

    a fraction of a second   timecode runs at half or one and a half times its pace
    more                     timecode jumps, and may go back by a frame or more

It never goes back by less than a frame, because receivers would see frames in the wrong
order.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from protocols.timecode import NS_PER_S, Timecode, Timeline

from .clock import Offset, read_offset

logger = logging.getLogger(__name__)

LOOK_NS: Final = 250_000_000
"""Time between two comparisons; one takes about 10 us."""

DOUBT_NS: Final = 200_000
"""A comparison that takes longer is not used; the next one comes soon."""

STEADY_NS: Final = 100_000
"""A smaller difference is ignored, so that the timecode has an even step. This is half
of `DOUBT_NS`, the largest error of a comparison."""

TOLD_NS: Final = 5_000_000
"""A change this large between two comparisons is logged. Slower changes are drift or
slewing, and are logged once they add up to a second."""

BACK_NS: Final = 250_000_000
"""Timecode that is ahead by at most this slows down instead of jumping back."""


class LiveTimeline:
    """Turns `captured_ns` of the monotonic clock into timecode. Not thread-safe."""

    def __init__(
        self,
        rate: Fraction,
        look: Callable[[], Offset] = read_offset,
        *,
        tell: bool = True,
    ) -> None:
        """Compare the clocks for the first time.

        Args:
            rate: frames per second, as for `Timeline`.
            look: compares the monotonic clock with the time of day.
            tell: log why the time of day moved; False if `look` does that itself.
        """
        self._tells = tell
        self._timeline = Timeline(rate)
        self._frame_ns = -(-NS_PER_S * rate.denominator // rate.numerator)
        self._look = look
        self._seen = look()
        self._offset_ns = self._wanted_ns = self._seen.local_ns
        self._last_ns = self._looked_ns = -(1 << 62)
        self._drift_ns = 0

    def at(self, captured_ns: int) -> Timecode:
        """Return the timecode of an instant.

        Call it in time order. An instant that is not later than the last one gets the
        timecode of the last one.
        """
        passed_ns = captured_ns - self._last_ns
        if passed_ns > 0:
            self._last_ns = captured_ns
            if captured_ns - self._looked_ns >= LOOK_NS:
                self._looked_ns = captured_ns
                self._compare()
            if self._offset_ns != self._wanted_ns:
                self._offset_ns += self._correction_ns(passed_ns)
        return self._timeline.at(self._last_ns + self._offset_ns)

    def _correction_ns(self, passed_ns: int) -> int:
        """Return the part of the difference that is corrected in this frame."""
        apart_ns = self._wanted_ns - self._offset_ns
        if apart_ns >= min(self._frame_ns, BACK_NS):
            return apart_ns
        # A jump would move the timecode back by this much from the last frame.
        back_ns = -(apart_ns + passed_ns)
        if apart_ns < -BACK_NS and back_ns >= self._frame_ns:
            return apart_ns
        most_ns = passed_ns // 2
        return max(-most_ns, min(apart_ns, most_ns))

    def _compare(self) -> None:
        """Read the current time of day, and log the cause of a change."""
        before, now = self._seen, self._look()
        if now.doubt_ns > DOUBT_NS:
            return
        clock_ns = now.utc_ns - before.utc_ns
        zone_ns = now.zone_ns - before.zone_ns
        if abs(clock_ns) < STEADY_NS and not zone_ns:
            return
        self._seen, self._wanted_ns = now, now.local_ns
        if not self._tells:
            return
        if zone_ns:
            _tell(zone_ns, "daylight saving time or another time zone")
        if abs(clock_ns) >= TOLD_NS:
            ahead = "the clock was set, or the machine slept"
            _tell(clock_ns, ahead if clock_ns > 0 else "the clock was set")
            return
        self._drift_ns += clock_ns
        if abs(self._drift_ns) >= NS_PER_S:
            _tell(self._drift_ns, "slowly, as the clock is being adjusted")
            self._drift_ns = 0


def _tell(moved_ns: int, why: str) -> None:
    logger.warning(
        "- the time of day moved %s by %s (%s); timecode follows",
        "ahead" if moved_ns > 0 else "back",
        span(abs(moved_ns)),
        why,
    )


def span(ns: int) -> str:
    """Return a duration as text: `45 ms`, `1.25 s`, `8 h 0 min 3 s`."""
    if ns < NS_PER_S:
        return f"{ns / 1e6:.0f} ms"
    if ns < 60 * NS_PER_S:
        return f"{ns / 1e9:.2f} s"
    minutes, seconds = divmod(round(ns / 1e9), 60)
    hours, minutes = divmod(minutes, 60)
    named = f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    if not hours:
        return named
    return f"{hours} h {named}" if minutes or seconds else f"{hours} h"
