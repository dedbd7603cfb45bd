"""Computes rate, jitter, loss and age of received frames. Time is an argument."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import fmean, median, pstdev
from typing import Final

from bridge.wires.heard import Heard
from protocols.recognised import Kind

KEPT: Final = 256
"""Number of newest frames from which rate and jitter are computed."""

MOST_SUBJECTS: Final = 64
"""Maximum number of subjects, so that a faulty sender cannot fill the memory."""

MOST_ADDRESSES: Final = 64
"""Maximum number of ignored addresses, for the same reason."""

MOST_LOST: Final = 1e9
"""Maximum frames lost in one step; a larger step means another clock."""


class Tally:
    """The statistics of one subject."""

    def __init__(self) -> None:
        self.frames = 0
        self.lost = 0
        self.last: Heard | None = None
        self._last_ns = 0
        self._gaps_s: deque[float] = deque(maxlen=KEPT)
        self._steps: deque[float] = deque(maxlen=KEPT)
        self._ages_ms: deque[float] = deque(maxlen=KEPT)

    def add(self, heard: Heard, at_ns: int) -> None:
        """Count one frame that arrived at `at_ns` (monotonic)."""
        before = self.last
        if before is not None:
            self._gaps_s.append((at_ns - self._last_ns) / 1e9)
            if heard.stamp is not None and before.stamp is not None:
                self._step(heard.stamp - before.stamp, exact=heard.exact)
        if heard.age_ms is not None:
            self._ages_ms.append(heard.age_ms)
        self.frames += 1
        self.last, self._last_ns = heard, at_ns

    def _step(self, step: float, *, exact: bool) -> None:
        if not 0.0 < step < math.inf:
            # The sender has restarted, or the frame is a duplicate: start again.
            self._steps.clear()
            return
        usual = 1.0 if exact else median(self._steps or (step,))
        missing = round(min(step / usual, MOST_LOST)) - 1
        if exact or len(self._steps) >= 8:
            self.lost += max(missing, 0)
        self._steps.append(step)

    @property
    def rate_hz(self) -> float | None:
        """Frames per second over the newest frames; None before the second frame."""
        total_s = sum(self._gaps_s)
        return len(self._gaps_s) / total_s if total_s > 0 else None

    @property
    def jitter_ms(self) -> float | None:
        """Standard deviation of the time between frames, ms; None before the third."""
        return 1e3 * pstdev(self._gaps_s) if len(self._gaps_s) > 1 else None

    @property
    def loss(self) -> float:
        """Share of lost frames, 0 to 1; estimated if there is no sequence."""
        sent = self.frames + self.lost
        return self.lost / sent if sent else 0.0

    @property
    def age_ms(self) -> float | None:
        """Mean time from sending to arrival, ms; None if the wire does not carry it."""
        return fmean(self._ages_ms) if self._ages_ms else None

    def silent_ms(self, now_ns: int) -> float:
        """Return the time since the last frame, ms."""
        return (now_ns - self._last_ns) / 1e6


@dataclass(slots=True)
class LeftOut:
    """One kind of ignored messages."""

    count: int
    why: str
    """Why the last one was ignored."""


class Ledger:
    """The statistics of all subjects of a wire, and of the packets without frames."""

    def __init__(self) -> None:
        self.packets = 0
        """All received packets of any kind."""
        self.subjects: dict[str, Tally] = {}
        self.malformed = 0
        self.problem = ""
        """The error in the last malformed packet."""
        self.foreign: dict[Kind, int] = {}
        """Number of packets of other wires, by kind."""
        self.left_out: dict[str, LeftOut] = {}
        """Ignored messages by address; "" for messages that cannot be read."""

    def add(self, heard: Heard, at_ns: int) -> None:
        """Count one frame."""
        tally = self.subjects.get(heard.subject)
        if tally is None:
            if len(self.subjects) >= MOST_SUBJECTS:
                self.reject(f"more than {MOST_SUBJECTS} subjects; others are ignored")
                return
            tally = self.subjects[heard.subject] = Tally()
        tally.add(heard, at_ns)

    def reject(self, problem: str) -> None:
        """Count one malformed packet."""
        self.malformed += 1
        self.problem = problem

    def disown(self, kind: Kind) -> None:
        """Count one packet of another wire."""
        self.foreign[kind] = self.foreign.get(kind, 0) + 1

    def leave_out(self, address: str, why: str) -> None:
        """Count one ignored message."""
        known = self.left_out.get(address)
        if known is not None:
            known.count += 1
            known.why = why
        elif len(self.left_out) < MOST_ADDRESSES:
            self.left_out[address] = LeftOut(1, why)
