"""The interface of all sinks, and the handling of send errors."""

from __future__ import annotations

import logging
from typing import Final, Protocol

from bridge.errors import BridgeError
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

logger = logging.getLogger(__name__)

FIRST_RETRY_NS: Final = 250_000_000
LAST_RETRY_NS: Final = 4_000_000_000
MOST_TOLD: Final = 16
"""Different failures that are logged before sending works again."""


class Sink(Protocol):
    """Sends frames to a receiver. `send` must return within a millisecond."""

    name: str
    """As on the command line: `livelink=127.0.0.1:11111`."""

    sent: int
    """Frames that were passed to the operating system."""

    failed: int
    """Frames that could not be sent."""

    @property
    def answered(self) -> bool | None:
        """True if a receiver listens, False if none does, None if nobody can know."""

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Send or drop the frame and count it. Never raises for a network error."""

    def close(self) -> None:
        """Close the socket. Safe to call twice."""


class Faults:
    """Logs when sending fails and when it works again; decides when to try again.

    Time is the frames' own, so that a replay waits at the same frames.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._wait_ns = 0
        self._until_ns = 0
        self._told: set[str] = set()

    def blocks(self, at_ns: int) -> bool:
        """Return True while it is too early to try again."""
        # When a file starts again, time jumps back: do not wait then.
        return 0 < self._until_ns - at_ns <= self._wait_ns

    def failed(self, error: Exception, at_ns: int) -> None:
        """Record a failure; the wait doubles up to four seconds.

        The first failure is logged. So is a later one that tells the user something
        new, such as to click "Allow" in a program that was only started now.
        """
        told = str(error) or type(error).__name__
        new = isinstance(error, BridgeError) and told not in self._told
        if not self._wait_ns or (new and len(self._told) < MOST_TOLD):
            logger.warning("x %s: %s; trying again", self._name, told)
            self._told.add(told)
        doubled = min(self._wait_ns * 2, LAST_RETRY_NS)
        self._wait_ns = max(doubled, FIRST_RETRY_NS)
        self._until_ns = at_ns + self._wait_ns

    def succeeded(self) -> None:
        """Record that sending works (again)."""
        if self._wait_ns:
            logger.warning("> %s: sending again", self._name)
            self._wait_ns = self._until_ns = 0
            self._told.clear()
