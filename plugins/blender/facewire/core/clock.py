"""How far a sender's time is from this machine's, from when frames arrive."""

from __future__ import annotations

from typing import Final

JUMP_NS: Final = 1_000_000_000
"""A larger difference means that the sender started again."""
DRIFT_PER_MILLION: Final = 100


class PlaybackClock:
    """Learns the difference of two clocks.

    A frame can be late, never early, so the least difference that was seen is the best.
    It creeps up by 100 parts in a million, because two clocks may drift apart.
    """

    def __init__(self) -> None:
        self.offset_ns = 0
        """Add to the sender's time to get this machine's."""
        self._arrival_ns: int | None = None

    def follow(self, media_ns: int, now_ns: int) -> bool:
        """Learn from one frame; return False where the sender's time jumped."""
        difference = now_ns - media_ns
        last_ns, self._arrival_ns = self._arrival_ns, now_ns
        if last_ns is None or abs(difference - self.offset_ns) >= JUMP_NS:
            self.offset_ns = difference
            return last_ns is None
        risen = (now_ns - last_ns) * DRIFT_PER_MILLION // 1_000_000
        self.offset_ns = min(difference, self.offset_ns + risen)
        return True
