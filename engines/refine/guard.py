"""Keeps a performance's events: what the network would lose or invent is taken back.

Where an event has changed, the channels it is made of give way for its time: first to
an 8 Hz Butterworth filter of what was recorded, gaps filled, then, if that breaks it
too, to that recording itself. The ways are faded into each other.

What nobody saw has no events: gaps, and the frames in which a signal leapt, are crossed
on straight lines before anything is looked for, on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from engines.motion.signals import COUNT, SCALE, SIGNALS, WEIGHTS

from .defects import TIGHT
from .events import (
    WITHIN_S,
    Change,
    blinks,
    closures,
    peaks_changed,
    spans_changed,
)
from .filters import smoothed
from .grid import Floats, Mask, distance, ramp, runs

ROUNDS: Final = 8
"""After so many, a channel whose events still differ is taken back as a whole."""
FADE_S: Final = 0.1
"""Over which one way goes over into the other."""
BESIDE_S: Final = 0.1
"""Before and after an event that gives way with it; twice as much in every round."""
_LIDS: Final = (SIGNALS.index("eyeBlinkLeft"), SIGNALS.index("eyeBlinkRight"))
_LIPS: Final = (SIGNALS.index("jawOpen"), SIGNALS.index("mouthClose"))

Way = Literal["filter", "input"]
Levels = npt.NDArray[np.int8]
"""(n,) 0 refined, 1 filtered, 2 as recorded."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """Frames `first` to `last` of a channel that were taken back."""

    channel: str
    first: int
    last: int
    way: Way
    """To the filtered or to the plain recording."""
    why: str
    """blink lost, peak changed, closure invented, ..."""


def guard(
    before: Floats, after: Floats, gap: Mask, pop: Mask, fade: Floats, fps: float
) -> tuple[Guarded, ...]:
    """Take back, in place, what changes an event.

    Args:
        before: (n, 58) real units, finite: as recorded, gaps filled.
        after: (n, 58) the same, refined; written to.
        gap: (n,) frames that nobody saw: events there are nobody's.
        pop: (n, 58) leaps of a frame or two, which are no events either.
        fade: (n,) how much of a change a frame may have, 0 to 1.
        fps: frames a second.
    """
    work = _Guard(before, after, gap, pop, fade, fps)
    for round_ in range(ROUNDS):
        changes = list(work.changes())
        if not changes:
            break
        for channels, change in changes:
            for channel in channels:
                work.give_way(channel, change, round_)
        work.mix()
    else:
        while wrong := {c for channels, _ in work.changes() for c in channels}:
            for channel in sorted(wrong):
                work.take_back(channel)
    return work.told()


class _Guard:
    """One take, and how far each of its channels has given way."""

    def __init__(
        self,
        before: Floats,
        after: Floats,
        gap: Mask,
        pop: Mask,
        fade: Floats,
        fps: float,
    ) -> None:
        self._sides = before, after
        self._before, self._after, self._fade, self._fps = before, after, fade, fps
        self._gap, self._pop = gap, pop
        self._within = round(WITHIN_S * fps)
        self._refined: dict[int, Floats] = {}
        self._smooth: dict[int, Floats] = {}
        self._level: dict[int, Levels] = {}
        self._causes: dict[int, list[tuple[int, int, str]]] = {}
        self._dirty: set[int] = set()
        self._unchecked = set(range(COUNT))

    def changes(self) -> Iterator[tuple[tuple[int, ...], Change]]:
        """Yield what has changed of the channels not known to be well."""
        unchecked, self._unchecked = self._unchecked, set()
        if unchecked.intersection(_LIDS):
            was, now = (
                0.5 * (self._plain(side, _LIDS[0]) + self._plain(side, _LIDS[1]))
                for side in self._sides
            )
            for change in spans_changed(blinks(was), blinks(now)):
                yield _LIDS, change
        if unchecked.intersection(_LIPS):
            was, now = (
                self._plain(side, _LIPS[0]) - self._plain(side, _LIPS[1])
                for side in self._sides
            )
            for change in spans_changed(closures(was), closures(now)):
                yield _LIPS, change
        for channel in sorted(unchecked):
            for change in self._peaks(channel):
                yield (channel,), change

    def give_way(self, channel: int, change: Change, round_: int) -> None:
        """Let a channel give way a step further around an event."""
        n = len(self._before)
        if channel not in self._level:
            self._level[channel] = np.zeros(n, np.int8)
            self._refined[channel] = self._after[:, channel].copy()
        level = self._level[channel]
        beside = round(BESIDE_S * self._fps * 2**round_) + 1
        first = max(change.event.first - beside, 0)
        last = min(change.event.last + beside, n - 1)
        here = level[first : last + 1]
        here[:] = min(int(here.max()) + 1, 2)
        why = f"{change.event.kind} {change.what}"
        self._causes.setdefault(channel, []).append((first, last, why))
        self._dirty.add(channel)

    def mix(self) -> None:
        """Write the channels that have given way since."""
        for channel in self._dirty:
            level, before = self._level[channel], self._before[:, channel]
            reach = max(FADE_S * self._fps, 1.0)
            out = self._refined[channel]
            if channel not in self._smooth:
                self._smooth[channel] = self._filtered(channel)
            for least, other in ((1, self._smooth[channel]), (2, before)):
                if (level >= least).any():
                    share = ramp(distance(level >= least), reach)
                    out = out + share * (other - out)
                    # Whole is the other's own bits.
                    out[share >= 1.0] = other[share >= 1.0]
            self._after[:, channel] = out
        self._unchecked |= self._dirty
        self._dirty = set()

    def take_back(self, channel: int) -> None:
        """Give a channel up."""
        self._after[:, channel] = self._before[:, channel]
        self._level[channel] = np.full(len(self._before), 2, np.int8)
        self._unchecked = set(range(COUNT))

    def told(self) -> tuple[Guarded, ...]:
        """Return what has given way."""
        out = []
        for channel, level in sorted(self._level.items()):
            causes = self._causes.get(channel, [])
            for first, end in runs(level > 0):
                whys = {why for a, b, why in causes if a < end and b >= first}
                way: Way = "input" if (level[first:end] == 2).any() else "filter"
                told = ", ".join(sorted(whys))
                out.append(Guarded(SIGNALS[channel], first, end - 1, way, told))
        return tuple(sorted(out, key=lambda each: (each.first, each.channel)))

    def _filtered(self, channel: int) -> Floats:
        before = self._before[:, channel]
        limit = self._fade * TIGHT[channel] / SCALE[channel]
        # A leap stays, and is not smeared over what is around it.
        plain = self._plain(self._before, channel)
        away = smoothed(plain, self._fps) - plain
        away[self._pop[:, channel]] = 0.0
        out = before + np.clip(away * self._fade, -limit, limit)
        if channel < WEIGHTS.stop:
            out = np.clip(out, np.minimum(before, 0.0), np.maximum(before, 1.0))
        return np.asarray(out, np.float32)

    def _peaks(self, channel: int) -> list[Change]:
        # Noise has peaks by the hundred: what counts is what a plain filter leaves.
        was, now = (
            smoothed(self._plain(side, channel), self._fps) * SCALE[channel]
            for side in self._sides
        )
        found = peaks_changed(was, now, self._within)
        if channel >= WEIGHTS.stop:
            found += peaks_changed(-was, -now, self._within)
        return found

    def _plain(self, side: Floats, channel: int) -> Floats:
        """Return (n,) a signal with straight lines where nobody saw it."""
        values = side[:, channel]
        unseen = self._gap | self._pop[:, channel]
        if not unseen.any() or unseen.all():
            return values
        known = np.flatnonzero(~unseen)
        out = np.asarray(values, np.float32).copy()
        out[unseen] = np.interp(np.flatnonzero(unseen), known, values[known])
        return out
