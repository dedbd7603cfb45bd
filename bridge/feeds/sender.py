"""One sender of packets and the place its face has: newest frame, timecode, silence."""

from __future__ import annotations

from typing import Final

from protocols.timecode import Timecode

from .feed import Times

NS: Final = 1_000_000_000

LATE_S: Final = 0.1
"""Packets of one sender that are older than its newest by less than this were overtaken
on the way; older ones mean that its clock was set back."""

Key = tuple[str, str]
"""What tells senders apart: the device and the subject that a packet names."""


def sendable(time: Timecode) -> bool:
    """Return True if every wire can carry a timecode: 31 bits, also for a day."""
    num, den = time.rate_num, time.rate_den
    sound = 0 <= time.frame < 2**31 and 0 < num < 2**31 and 0 < den < 2**31
    return sound and 0.0 <= time.subframe < 1.0 and 86_400 * num // den < 2**31


class Place:
    """The timecode of one place: its sender's own, which goes on while it is silent.

    Implements `Times`. The pipeline thread writes it, an output thread may read.
    """

    def __init__(self, before: Times) -> None:
        """Start without a sender.

        Args:
            before: the timecode until the first packet.
        """
        self.key: Key | None = None
        """Whose place it is."""
        self.heard_ns = 0
        """When its sender's newest packet came."""
        self.held_ns = 0
        """When the held face was last sent, while the sender is silent."""
        self.count = 0
        """Packets of this sender."""
        self._before = before
        self._last: tuple[int, Timecode] | None = None

    def take(self, key: Key, now_ns: int, time: Timecode) -> None:
        """Note a packet that came now; a new key is a new sender."""
        if key != self.key:
            self.key, self.count = key, 0
        else:
            self.count += 1
        self.heard_ns = self.held_ns = now_ns
        self._last = now_ns, time

    def overtaken(self, time: Timecode) -> bool:
        """Return True for a packet that left before the newest that has come."""
        if self._last is None:
            return False
        newest = self._last[1]
        if (newest.rate_num, newest.rate_den) != (time.rate_num, time.rate_den):
            return False
        frames = newest.frame - time.frame + newest.subframe - time.subframe
        return 0.0 < frames * time.rate_den < LATE_S * time.rate_num

    def at(self, captured_ns: int) -> Timecode:
        """Return the sender's timecode of an instant at or after its newest packet."""
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
            # Past midnight it begins anew, as every timecode does.
            frame %= day
        return Timecode(min(frame, 2**31 - 1), subframe % 1.0, num, den)
