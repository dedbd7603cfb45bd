"""The two clocks of a machine, for tests that set one of them."""

from __future__ import annotations

from bridge.clock import Offset
from protocols.timecode import NS_PER_DAY, NS_PER_S

HOUR_NS = 3600 * NS_PER_S


class Clocks:
    """The monotonic clock, and a time of day that can be set, slewed and moved."""

    def __init__(self, hour: float = 12.0) -> None:
        self.now_ns = 55 * NS_PER_S
        self.ppm = 0
        self.zone_ns = HOUR_NS
        self.doubt_ns = 0
        self._utc_ns = 20_000 * NS_PER_DAY + round(hour * HOUR_NS) - HOUR_NS

    def pass_by(self, ns: int) -> None:
        """Let time pass on both clocks."""
        self.now_ns += ns
        self._utc_ns += ns + ns * self.ppm // 1_000_000

    def set(self, by_ns: int) -> None:
        """Set the time of day, as NTP and people do; or let the machine sleep."""
        self._utc_ns += by_ns

    def look(self) -> Offset:
        return Offset(self._utc_ns - self.now_ns, self.zone_ns, self.doubt_ns)

    @property
    def local_ns(self) -> int:
        return self._utc_ns + self.zone_ns
