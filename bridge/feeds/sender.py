"""The place of one sender's face: its newest packet, timecode and last arrival."""

from __future__ import annotations

from typing import Final

from protocols.timecode import Timecode

from .feed import Times
from .report import Key, Report

NS: Final = 1_000_000_000

LATE_S: Final = 0.1
"""A packet that is older than its sender's newest by less than this has arrived out of
order; an older one means that the sender's clock was set back."""

LATE_PACKETS: Final = 64
"""The same for packets that are counted: an older one means that the sender has started
to count again."""

COUNTS: Final = 2**32
"""Senders count packets modulo this, at least."""


def sendable(time: Timecode) -> bool:
    """Return True if every wire can carry a timecode: 31 bits, also for a whole day."""
    num, den = time.rate_num, time.rate_den
    sound = 0 <= time.frame < 2**31 and 0 < num < 2**31 and 0 < den < 2**31
    return sound and 0.0 <= time.subframe < 1.0 and 86_400 * num // den < 2**31


class Place:
    """The sender and the timecode of one place. Timecode continues during silence.

    Implements `Times`. The pipeline thread writes it; an output thread may read it.
    """

    def __init__(self, before: Times) -> None:
        """Start without a sender.

        Args:
            before: the timecode until the first packet.
        """
        self.key: Key | None = None
        """The sender; None before the first packet."""
        self.heard_ns = 0
        """Arrival of the sender's newest packet."""
        self.held_ns = 0
        """When the held face was last sent, while the sender is silent."""
        self.faced = False
        """True once the sender has seen a face."""
        self.count = 0
        """Number of the sender's newest packet, from 0."""
        self._before = before
        self._last: tuple[int, Timecode] | None = None
        self._index: int | None = None

    def take(self, report: Report, now_ns: int) -> None:
        """Record a packet that arrived now; a new key is a new sender."""
        if report.key != self.key:
            self.key, self.count, self.faced = report.key, 0, False
        else:
            self.count += 1
        self.faced = self.faced or report.vector is not None
        self.heard_ns = self.held_ns = now_ns
        self._index = report.index
        self._last = None if report.time is None else (now_ns, report.time)

    def overtaken(self, report: Report) -> bool:
        """Return True for a packet that was sent before the newest received one, or
        is that one again."""
        if report.index is not None and self._index is not None:
            return (self._index - report.index) % COUNTS < LATE_PACKETS
        time = report.time
        if self._last is None or time is None:
            return False
        newest = self._last[1]
        if (newest.rate_num, newest.rate_den) != (time.rate_num, time.rate_den):
            return False
        frames = newest.frame - time.frame + newest.subframe - time.subframe
        return 0.0 < frames * time.rate_den < LATE_S * time.rate_num

    def at(self, captured_ns: int) -> Timecode:
        """Return the timecode of an instant at or after the newest packet."""
        if self._last is None:
            return self._before.at(captured_ns)
        came_ns, time = self._last
        passed_ns = captured_ns - came_ns
        if passed_ns <= 0:
            return time
        num, den = time.rate_num, time.rate_den
        passed, rest = divmod(passed_ns * num, NS * den)
        subframe = time.subframe + rest / (NS * den)
        frame, day = time.frame + passed + int(subframe), 86_400 * num // den
        if time.frame < day:
            # Timecode starts again at midnight.
            frame %= day
        return Timecode(min(frame, 2**31 - 1), subframe % 1.0, num, den)
