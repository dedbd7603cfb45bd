"""Mixes the face of one instant from what all sources have said until then.

It reads no clock and waits for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .blend import Blender, Mixed
from .history import GAP_NS, STALE_NS, Sample, face_at
from .hold_back import HoldBack, Lateness
from .part import Heard
from .regions import WIDTH, Mask
from .weights import Plan, Rank, Weights, plan, weigh

SPEED: Final = 0.1
"""A delay that is measured anew moves by this share of the time that passes."""


WEIGH_NS: Final = 100_000_000
"""Time between two looks at doubts; they change slowly."""


LOOK: Final = 5
"""Frames between two looks at how late sources are. A prime number, so that it meets
all phases of two rates."""

_State = tuple[Mask | None, bool] | None
"""What a source sends, and whether its doubt is unknown; None if it does not count."""


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
        self._delays, self._targets = [0] * count, [0] * count
        self._following = False
        self._wanted_ns = self._frames = 0
        self.weights: Weights = np.zeros((count, WIDTH), dtype=np.float32)
        """(sources, 93) of the newest face; replaced, never changed."""
        self._state: list[_State] = []
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
        heard = told[leader].heard
        assert heard is not None, "a leader has said something"
        if self._frames % LOOK == 0:
            self._look(leader, told, heard.at_ns - self._delays[leader], now_ns)
        self._frames += 1
        if self._following:
            self._follow(step_ns)
        at_ns = heard.at_ns - self._delays[leader]
        shown_ns = at_ns - self._hold.follow(self._wanted_ns, step_ns)
        self._last_ns = max(shown_ns, self._last_ns + 1)
        return self._last_ns

    def mix(self, told: Sequence[Told], at_ns: int, now_ns: int) -> Mixed | None:
        """Return the face of an instant; None if no source sees it now.

        Args:
            told: what all sources have said.
            at_ns: from `instant`.
            now_ns: monotonic ns.
        """
        samples: list[Sample | None] = []
        seen = False
        for one, delay_ns in zip(told, self._delays, strict=True):
            heard = one.heard
            if heard is None or not _counts(heard, now_ns):
                samples.append(None)
                continue
            seen = seen or heard.seen
            samples.append(face_at(heard.samples, at_ns + delay_ns))
        if not seen:
            return None
        return self._blender.blend(samples, self._weigh(samples, at_ns), at_ns)

    def _weigh(self, samples: Sequence[Sample | None], at_ns: int) -> Weights:
        """Return the weights; the same array as before if nothing has changed."""
        state = [(s.given, s.doubt is None) if s is not None else None for s in samples]
        if not _same(state, self._state):
            self._state = state
            self._plan = plan(
                self._ranks,
                [one[0] if one else None for one in state],
                [one is not None for one in state],
                [one is not None and not one[1] for one in state],
                take_over=self._take_over,
            )
        elif not self._plan.shared or at_ns - self._weighed_ns < WEIGH_NS:
            return self.weights
        self._weighed_ns = at_ns
        self.weights = weigh(self._plan, [s.doubt if s else None for s in samples])
        return self.weights

    def _look(self, leader: int, told: Sequence[Told], at_ns: int, now_ns: int) -> None:
        """Learn how late sources are for an instant, and their delays if measured."""
        wanted_ns = 0
        for i, one in enumerate(told):
            if one.delay_ns is not None and one.delay_ns != self._targets[i]:
                self._targets[i], self._following = one.delay_ns, True
                if not self.weights[i].any():
                    # Nobody sees this source yet.
                    self._delays[i] = one.delay_ns
            heard = one.heard
            if i == leader or heard is None or not _counts(heard, now_ns):
                continue
            if now_ns - heard.faced_ns < GAP_NS:
                # A source that stalls must not hold the others back.
                newest_ns = heard.samples[-1].at_ns
                self._late[i].add(at_ns + self._delays[i] - newest_ns)
            if self.weights[i].any():
                wanted_ns = max(wanted_ns, self._late[i].usual_ns)
        self._wanted_ns = wanted_ns

    def _follow(self, step_ns: int) -> None:
        """Move the delays in use toward the known ones."""
        reach = round(SPEED * max(step_ns, 0))
        for i, target in enumerate(self._targets):
            self._delays[i] += max(-reach, min(target - self._delays[i], reach))
        self._following = self._delays != self._targets


def _counts(heard: Heard, now_ns: int) -> bool:
    """Return True for a source with a face that is not too old."""
    return bool(heard.samples) and now_ns - heard.faced_ns < STALE_NS


def _same(a: Sequence[_State], b: Sequence[_State]) -> bool:
    """Return True if sources send the same, by the same arrays, and know as much."""
    if len(a) != len(b):
        return False
    for one, other in zip(a, b, strict=True):
        if one is None or other is None:
            if one is not other:
                return False
        elif one[0] is not other[0] or one[1] != other[1]:
            return False
    return True
