"""Where the pages listen to the pipeline: the newest faces, and every sent frame.

The pipeline's thread and the output thread only store references here, and nothing at
all while no page is open. The hub's thread takes them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.clock import ClockNs, monotonic_ns
from bridge.feeds.feed import Solved
from protocols.frame import FaceFrame
from protocols.timecode import Timecode


@dataclass(frozen=True, slots=True, eq=False)
class Sent:
    """A frame as it was sent."""

    frame: FaceFrame
    seq: int
    """Number of the face's frame since the first page was opened, from 1."""
    sent_ns: int
    """Monotonic nanoseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The newest values at one instant."""

    sent: Mapping[int, Sent] = field(default_factory=dict)
    """Frames that were sent since the last look, by place; the newest of each face."""
    solved: Solved | None = None
    """The newest solved faces, if there were any since the page was opened."""
    count: int = 0
    """Number of `solved`; it rises with each."""


class Tap:
    """Implements `bridge.pipeline.Publishes`. Any number of threads may write."""

    def __init__(
        self, subjects: Sequence[str], clock_ns: ClockNs = monotonic_ns
    ) -> None:
        """Use these names of the faces, in the order of their places."""
        self.open = False
        """True while a page is open; set by the hub."""
        self._places = {subject: place for place, subject in enumerate(subjects)}
        self._clock_ns = clock_ns
        self._changed = threading.Event()
        self._sent: list[Sent | None] = [None] * len(subjects)
        self._taken = [0] * len(subjects)
        self._solved: Solved | None = None
        self._count = 0
        self._seq = [0] * len(subjects)

    def see(self, solved: Solved) -> None:
        """Take solved faces, before they are sent. Never blocks."""
        if self.open:
            self._solved = solved
            self._count += 1

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Take a frame that was sent. Never blocks."""
        if not self.open:
            return
        place = self._places[frame.subject]
        self._seq[place] += 1
        self._sent[place] = Sent(frame, self._seq[place], self._clock_ns())
        self._changed.set()

    def take(self, timeout_s: float) -> Heard:
        """Return the newest values, after at most `timeout_s`. In one thread."""
        self._changed.wait(timeout_s)
        # Cleared first: a frame that comes after this wakes the next call.
        self._changed.clear()
        sent = {}
        for place, newest in enumerate(self._sent):
            if newest is not None and newest.seq != self._taken[place]:
                sent[place] = newest
                self._taken[place] = newest.seq
        return Heard(sent, self._solved, self._count)

    def wake(self) -> None:
        """Let a waiting `take` return at once."""
        self._changed.set()

    def close(self) -> None:
        """Take nothing more, and forget what was taken."""
        self.open = False
        self._sent, self._solved = [None] * len(self._sent), None
