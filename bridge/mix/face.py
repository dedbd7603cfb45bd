"""Mixes the face of one instant from what all sources have said until then.

It reads no clock and waits for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.channels import Vector

from .blend import Blender, Mixed
from .history import GAP_NS, STALE_NS, Sample, face_at
from .hold_back import HoldBack, Lateness
from .part import Heard
from .regions import WIDTH
from .weights import Plan, Rank, Weights, plan, weigh

SPEED: Final = 0.1
"""A delay that is measured anew moves by this share of the time that passes."""


WEIGH_NS: Final = 100_000_000
"""Time between two looks at doubts; they change slowly."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What one source has said, for one instant of the mix."""

    heard: Heard | None
    """The newest; None if it has said nothing yet."""
    delay_ns: int | None
    """How much later than the first source it arrives; None if it is unknown."""


class FaceMixer:
    """Mixes one face. Call it in time order; not thread-safe."""

    def __init__(self, ranks: Sequence[Rank], *, wait_ns: int, take_over: bool) -> None:
        """Start without a face.

        Args:
            ranks: one per source; the first source defines the time.
            wait_ns: see `Mix.wait_ms`.
            take_over: see `Mix.take_over`.
        """
        count = len(ranks)
        self._ranks, self._take_over = ranks, take_over
        self._blender = Blender(count)
        self._late = [Lateness() for _ in ranks]
        self._hold = HoldBack(wait_ns)
        self._delays: list[int | None] = [None] * count
        self.weights: Weights = np.zeros((count, WIDTH), dtype=np.float32)
        """(sources, 93) of the newest face; replaced, never changed."""
        self._state: tuple[tuple[bool, bool], ...] = ()
        self._given: list[Vector | None] = []
        self._plan = Plan(self.weights)
        self._now_ns = self._last_ns = self._weighed_ns = 0

    @property
    def wait_ns(self) -> int:
        """How far faster sources are held back now."""
        return self._hold.now_ns

    def instant(self, leader: int, told: Sequence[Told], now_ns: int) -> int:
        """Return the instant to show, on the first source's clock; it always rises.

        Args:
            leader: the source whose newest face sets the pace.
            told: what all sources have said.
            now_ns: monotonic ns.
        """
        step_ns = now_ns - self._now_ns if self._now_ns else 0
        self._now_ns = now_ns
        self._follow(told, step_ns)
        heard = told[leader].heard
        assert heard is not None, "a leader has said something"
        at_ns = heard.at_ns - (self._delays[leader] or 0)
        wanted_ns = 0
        for i, one in enumerate(told):
            if i == leader or not self._counts(one, now_ns) or not one.heard:
                continue
            if now_ns - one.heard.faced_ns < GAP_NS:
                # A source that stalls must not hold the others back.
                newest_ns = one.heard.samples[-1].at_ns
                self._late[i].add(at_ns + (self._delays[i] or 0) - newest_ns)
            if self.weights[i].any():
                wanted_ns = max(wanted_ns, self._late[i].usual_ns)
        shown_ns = at_ns - self._hold.follow(wanted_ns, step_ns)
        self._last_ns = max(shown_ns, self._last_ns + 1)
        return self._last_ns

    def mix(self, told: Sequence[Told], at_ns: int, now_ns: int) -> Mixed | None:
        """Return the face of an instant; None if no source sees it now.

        Args:
            told: what all sources have said.
            at_ns: from `instant`.
            now_ns: monotonic ns.
        """
        count = [self._counts(one, now_ns) for one in told]
        if not any(
            here and one.heard is not None and one.heard.seen
            for here, one in zip(count, told, strict=True)
        ):
            return None
        samples = [
            face_at(one.heard.samples, at_ns + (delay or 0))
            if here and one.heard is not None
            else None
            for here, one, delay in zip(count, told, self._delays, strict=True)
        ]
        return self._blender.blend(samples, self._weigh(samples, at_ns), at_ns)

    def _weigh(self, samples: Sequence[Sample | None], at_ns: int) -> Weights:
        """Return the weights; the same array as before if nothing has changed."""
        given = [s.given if s else None for s in samples]
        doubts = [s.doubt if s else None for s in samples]
        state = tuple(
            (s is not None, s is not None and s.doubt is not None) for s in samples
        )
        if state != self._state or not _same(given, self._given):
            self._state, self._given = state, given
            seen, doubtful = zip(*state, strict=True)
            self._plan = plan(
                self._ranks, given, seen, doubtful, take_over=self._take_over
            )
            self.weights = weigh(self._plan, doubts)
        elif self._plan.shared and at_ns - self._weighed_ns >= WEIGH_NS:
            self.weights = weigh(self._plan, doubts)
        else:
            return self.weights
        self._weighed_ns = at_ns
        return self.weights

    @staticmethod
    def _counts(one: Told, now_ns: int) -> bool:
        heard = one.heard
        if heard is None or not heard.samples:
            return False
        return now_ns - heard.faced_ns < STALE_NS

    def _follow(self, told: Sequence[Told], step_ns: int) -> None:
        """Move the delays in use toward the known ones."""
        reach = round(SPEED * max(step_ns, 0))
        for i, one in enumerate(told):
            before = self._delays[i]
            if one.delay_ns is None:
                continue
            if before is None and not self.weights[i].any():
                self._delays[i] = one.delay_ns
                continue
            off = one.delay_ns - (before or 0)
            self._delays[i] = (before or 0) + max(-reach, min(off, reach))


def _same(a: Sequence[Vector | None], b: Sequence[Vector | None]) -> bool:
    """Return True if both have the same arrays, not only equal ones."""
    return len(a) == len(b) and all(x is y for x, y in zip(a, b, strict=True))
