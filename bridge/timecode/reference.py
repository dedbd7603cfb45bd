"""What timecode follows, other than a sender: the interface, and the system's clock."""

from __future__ import annotations

from typing import Any, Protocol

from bridge.clock import ClockNs, Offset, monotonic_ns, read_offset


class Reference(Protocol):
    """Compares the monotonic clock with a time of day. From any thread."""

    def look(self) -> Offset:
        """Return the difference now. It takes about 10 us."""

    def told(self) -> dict[str, Any]:
        """Return what is known, as JSON values, for `--stats` and `doctor`."""

    def sentence(self) -> str:
        """Return what is known, for people."""

    def close(self) -> None:
        """End its thread. Safe to call twice."""


class SystemReference:
    """This machine's time of day."""

    def __init__(self, clock_ns: ClockNs = monotonic_ns) -> None:
        self._clock_ns = clock_ns

    def look(self) -> Offset:
        """Return the difference now."""
        return read_offset(self._clock_ns)

    def told(self) -> dict[str, Any]:
        """Return only the name."""
        return {"source": "system"}

    def sentence(self) -> str:
        """Return one line."""
        return "timecode is this machine's time of day"

    def close(self) -> None:
        """Do nothing."""
