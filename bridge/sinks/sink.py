"""What every destination promises, and the memory of its faults."""

from __future__ import annotations

import logging
from typing import Final, Protocol

from protocols.frame import FaceFrame
from protocols.timecode import Timecode

logger = logging.getLogger(__name__)

FIRST_RETRY_NS: Final = 250_000_000
LAST_RETRY_NS: Final = 4_000_000_000


class Sink(Protocol):
    """A destination. `send` must return within a millisecond or drop."""

    name: str
    """As on the command line: `livelink=127.0.0.1:11111`."""

    sent: int
    """Frames delivered to the system."""

    failed: int
    """Frames that were not."""

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Deliver or drop; count which. Never raises for a network's fault."""

    def close(self) -> None:
        """Release the socket. Safe to call twice."""


class Faults:
    """Reports a fault once per change and says when to try again.

    Time is the frames' own, so that a replay backs off at the same frames.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._wait_ns = 0
        self._until_ns = 0

    def blocks(self, at_ns: int) -> bool:
        """Return True while it is too early to try again."""
        # A file that starts anew runs back in time: that is no reason to wait.
        return 0 < self._until_ns - at_ns <= self._wait_ns

    def failed(self, error: Exception, at_ns: int) -> None:
        """Note a failure; the wait doubles up to four seconds."""
        if not self._wait_ns:
            told = str(error) or type(error).__name__
            logger.warning("x %s: %s; trying again", self._name, told)
        doubled = min(self._wait_ns * 2, LAST_RETRY_NS)
        self._wait_ns = max(doubled, FIRST_RETRY_NS)
        self._until_ns = at_ns + self._wait_ns

    def succeeded(self) -> None:
        """Note that it works (again)."""
        if self._wait_ns:
            logger.warning("> %s: sending again", self._name)
            self._wait_ns = self._until_ns = 0
