"""One source of a mix: its feed, and what it has said.

A layer is read by a thread of its own into one slot. The thread also measures its
delay. Whatever the layer does (it floods, stalls, ends or fails), only this thread
waits for it. The base is read by the thread that mixes, which saves its faces a change
of threads.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bridge.clock import ClockNs, monotonic_ns
from bridge.feeds.feed import Feed, Solved
from bridge.latest import Latest
from bridge.metrics import Passed, Stopwatch
from bridge.threads import ended
from protocols.channels import Vector

from .delay import DelayMeter, compare
from .history import History, Sample
from .pace import Pace
from .steady import SteadyClock, sent_ns_of
from .weights import Rank

logger = logging.getLogger(__name__)

NS: Final = 1_000_000_000

READ_S: Final = 0.1
"""Longest wait of the thread for faces, before it looks whether it is to end."""

JOIN_S: Final = 0.25
"""How long `close` waits for the thread, which may be busy with an image."""

MEASURE_NS: Final = NS // 2
"""Time between two measurements of the delay."""

COUNTED: Final = 32
"""Newest arrivals from which the rate is computed."""

Moves = Callable[[], tuple[list[float], list[Vector]]]
"""Returns the movements of the source that defines the time."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The newest that a source has said."""

    solved: Solved
    """Its faces."""
    at_ns: int
    """The instant of these faces, on the clock, without jitter."""
    seen: bool
    """True if the mixed face is seen in them."""
    samples: tuple[Sample, ...]
    """Its newest mixed faces, oldest first."""
    faced_ns: int
    """When the newest of these arrived; monotonic ns."""
    passed: Passed | None
    """The times of its stages; None for the base."""


class Part:
    """Reads one feed: `start` for a thread that fills `box`, or `pull`."""

    def __init__(
        self,
        name: str,
        feed: Feed,
        rank: Rank,
        watch: Stopwatch,
        *,
        delay_ns: int | None = None,
        moves: Moves | None = None,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Prepare; `start` starts the thread.

        Args:
            name: of the layer, for people.
            feed: provides faces; closed with the part.
            rank: where it counts.
            watch: measures the stages of this feed.
            delay_ns: its delay, if it is known; None to measure it.
            moves: of the source that defines the time; None for that source.
            clock_ns: monotonic nanoseconds.
        """
        self.name, self.feed, self.rank = name, feed, rank
        self.box: Latest[Heard] = Latest()
        self.history = History()
        self.failure: BaseException | None = None
        """What has ended the source, if it failed."""
        self.refused = 0
        """Faces with numbers that are not finite."""
        self.rate_hz = 0.0
        """Faces a second, over the newest arrivals."""
        self.delay_set = delay_ns is not None or moves is None
        self._delay_ns = delay_ns or 0
        self._watch, self._moves, self._clock_ns = watch, moves, clock_ns
        self._meter, self._measured_ns = DelayMeter(), 0
        self._steady, self._pace = SteadyClock(), Pace()
        self._arrivals: deque[int] = deque(maxlen=COUNTED)
        self._samples: tuple[Sample, ...] = ()
        self._at_ns = self._faced_ns = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def delay_ns(self) -> int | None:
        """How much later it arrives; None until it is measured."""
        if self.delay_set:
            return self._delay_ns
        measured_s = self._meter.delay_s
        return None if measured_s is None else round(measured_s * NS)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and close the feed. Safe to call twice."""
        self._stop.set()
        self.box.close()
        self.feed.close()

    def join(self) -> bool:
        """Wait for the thread, at most `JOIN_S`; return True if it has ended."""
        return self._thread.ident is None or ended(self._thread, JOIN_S)

    def pull(self, timeout_s: float) -> Heard | None:
        """Read the feed once, in this thread; None after the timeout.

        Raises:
            Exception: the feed has failed.
        """
        solved = self.feed.read(timeout_s)
        if solved is None:
            return None
        heard = self.take(solved)
        pause_s = self._pace.pause_s(self._clock_ns())
        if pause_s:
            self._stop.wait(pause_s)
        return heard

    def take(self, solved: Solved) -> Heard:
        """Take faces of the feed; return what it has said until now."""
        # The base's stopwatch is that of the mix.
        passed = None if self._moves is None else self._watch.solved()
        seen = False
        if mixes(solved) and not solved.held:
            sent_ns, came_ns = sent_ns_of(solved.time), solved.captured_ns
            if self.feed.own_time:
                sent_ns, came_ns = solved.captured_ns, solved.arrived_ns
            self._at_ns = self._steady.at(came_ns, sent_ns)
            self._count(solved.arrived_ns)
            seen = self._keep(solved, self._at_ns)
        samples, faced_ns = self._samples, self._faced_ns
        return Heard(solved, self._at_ns, seen, samples, faced_ns, passed)

    def measure(self) -> None:
        """Measure the delay, if half a second has passed."""
        now_ns = self._clock_ns()
        if self._moves is None or self.delay_set:
            return
        if now_ns - self._measured_ns < MEASURE_NS:
            return
        self._measured_ns = now_ns
        self._meter.add(compare(*self._moves(), *self.history.moves()))

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                heard = self.pull(READ_S)
                if heard is not None:
                    self.box.put(heard)
                    self.measure()
                elif self.feed.ended:
                    break
        except Exception as error:
            # While parts are closed, errors from their last use are expected.
            if not self._stop.is_set():
                self.failure = error
                logger.warning("x %s: %s; it is not mixed any more", self.name, error)
        finally:
            self.box.close()

    def _keep(self, solved: Solved, at_ns: int) -> bool:
        """Add the mixed face to the history; return True if it is seen."""
        frame = solved.frames.get(0)
        if frame is None or not frame.tracked:
            return False
        cut = 0 in solved.changed
        samples = self.history.add(frame, at_ns, solved.given.get(0), cut=cut)
        if samples is None:
            self.refused += 1
            return False
        self._samples, self._faced_ns = samples, solved.arrived_ns
        return True

    def _count(self, now_ns: int) -> None:
        arrivals = self._arrivals
        if arrivals and now_ns - arrivals[-1] > NS:
            arrivals.clear()
        arrivals.append(now_ns)
        if len(arrivals) > 1:
            self.rate_hz = (len(arrivals) - 1) * NS / max(now_ns - arrivals[0], 1)


def mixes(solved: Solved) -> bool:
    """Return True if faces are about the mixed place."""
    return solved.places is None or 0 in solved.places
