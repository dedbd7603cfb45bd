"""Keeps a performance's events: what the network would lose or invent is taken back.

Where an event has changed, the channels it is made of give way for its time: blinks and
closures that are only just missed are bent until they are there, or not; what is
further off goes to an 8 Hz Butterworth filter of what was recorded, gaps filled, then,
if that breaks it too, to that recording itself. Peaks are what the filter says: a
signal goes towards it, smoothly, until they stand high enough (`ways.py`).

What nobody saw has no events: gaps, and the frames in which a signal leapt, are crossed
on straight lines before anything is looked for, on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, SCALE, SIGNALS, WEIGHTS

from .event_correction import Measure, bend, needs
from .events import (
    CLOSED,
    OPEN,
    PARTED,
    SHUT,
    WITHIN_S,
    Change,
    Event,
    Kind,
    blinks,
    closures,
    peaks_changed,
    spans_changed,
)
from .fallback_levels import (
    BENT,
    FILTERED,
    RECORDED,
    SHARES,
    Levels,
    Way,
    crossed,
    further,
    mixed,
    way_of,
)
from .filters import smoothed
from .grid import Floats, Mask, runs
from .limits import tight, within

BENDS_S: Final = (0.1, 0.07, 0.05, 0.03, 0.02, 0.0, 0.0, 0.0)
"""Rounds in which what is only just missed is bent, and over how long it fades out: a
wide bend can join or part what a narrow one does not."""
ROUNDS: Final = 8 + len(SHARES)
"""After so many, a channel whose events still differ is taken back as a whole."""
BESIDE_S: Final = 0.1
"""Before and after an event that gives way with it; twice as much in every round, once
it is the whole filter that it gives way to."""
_LIDS: Final = (SIGNALS.index("eyeBlinkLeft"), SIGNALS.index("eyeBlinkRight"))
_LIPS: Final = (SIGNALS.index("jawOpen"), SIGNALS.index("mouthClose"))
_MEASURES: Final[dict[Kind, Measure]] = {
    "blink": Measure(_LIDS, (0.5, 0.5), SHUT, OPEN),
    "closure": Measure(_LIPS, (-1.0, 1.0), -CLOSED, -PARTED),
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """Frames `first` to `last` of a channel that were taken back."""

    channel: str
    first: int
    last: int
    way: Way
    """Bent, or back to the filtered or to the plain recording."""
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
    for beside_s in BENDS_S:
        if not work.bend(beside_s):
            break
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
        for kind, measure in _MEASURES.items():
            if unchecked.intersection(measure.channels):
                was, now = (self._events(kind, side) for side in self._sides)
                for change in spans_changed(was, now):
                    yield measure.channels, change
        for channel in sorted(unchecked):
            for change in self._peaks(channel):
                yield (channel,), change

    def bend(self, beside_s: float) -> bool:
        """Bend blinks and closures that differ by little, and return if any did."""
        bent, beside = False, round(beside_s * self._fps)
        for kind, measure in _MEASURES.items():
            was, now = (self._measured(kind, side) for side in self._sides)
            channels = list(measure.channels)
            known = ~(self._gap | self._pop[:, channels].any(axis=1))
            before, after = (side[:, channels].T.copy() for side in self._sides)
            limit = np.stack([tight(self._fade, k) for k in channels])
            limit = np.maximum(np.abs(after - before), limit)
            met = _found(kind, was), _found(kind, now)
            for need in needs(measure, was, now, *met, known):
                part = bend(measure, need, before, after, limit, beside)
                for channel in channels if part.start < part.stop else ():
                    level = self._leveled(channel)[part]
                    level[:] = np.maximum(level, BENT)
                    why = f"{kind} {'lost' if need.up else 'invented'}"
                    self._cause(channel, part.start, part.stop - 1, why)
                    bent = True
            self._after[:, channels] = after.T
        return bent

    def give_way(self, channel: int, change: Change, round_: int) -> None:
        """Let a channel give way a step further around an event."""
        n = len(self._before)
        level = self._leveled(channel)
        if channel not in self._refined:
            self._refined[channel] = self._after[:, channel].copy()
        little = change.event.kind == "peak" and change.what != "invented"
        wider = max(round_ - len(SHARES), 0) if little else round_
        beside = round(BESIDE_S * self._fps * 2**wider) + 1
        first = max(change.event.first - beside, 0)
        last = min(change.event.last + beside, n - 1)
        here = level[first : last + 1]
        here[:] = np.maximum(here, further(int(here.max()), change))
        self._cause(channel, first, last, f"{change.event.kind} {change.what}")
        self._dirty.add(channel)

    def mix(self) -> None:
        """Write the channels that have given way since."""
        for channel in self._dirty:
            if channel not in self._smooth:
                self._smooth[channel] = self._filtered(channel)
            refined, before = self._refined[channel], self._before[:, channel]
            out = mixed(
                self._level[channel],
                refined,
                self._smooth[channel],
                before,
                self._gap,
                self._pop[:, channel],
                self._fps,
            )
            limit = np.maximum(np.abs(refined - before), tight(self._fade, channel))
            self._after[:, channel] = within(out, before, limit, channel)
        self._unchecked |= self._dirty
        self._dirty = set()

    def take_back(self, channel: int) -> None:
        """Give a channel up."""
        self._after[:, channel] = self._before[:, channel]
        self._level[channel] = np.full(len(self._before), RECORDED, np.int8)
        self._unchecked = set(range(COUNT))

    def told(self) -> tuple[Guarded, ...]:
        """Return what has given way."""
        out = []
        for channel, level in sorted(self._level.items()):
            causes = self._causes.get(channel, [])
            for first, end in runs(level > 0):
                whys = {why for a, b, why in causes if a < end and b >= first}
                way = way_of(int(level[first:end].max()))
                told = ", ".join(sorted(whys))
                out.append(Guarded(SIGNALS[channel], first, end - 1, way, told))
        return tuple(sorted(out, key=lambda each: (each.first, each.channel)))

    def _filtered(self, channel: int) -> Floats:
        before = self._before[:, channel]
        limit = tight(self._fade, channel)
        # A leap stays, and is not smeared over what is around it.
        plain = self._plain(self._before, channel)
        away = smoothed(plain, self._fps) - plain
        away[self._pop[:, channel]] = 0.0
        return within(before + away * self._fade, before, limit, channel)

    def _peaks(self, channel: int) -> list[Change]:
        # Noise has peaks by the hundred: what counts is what a plain filter leaves.
        was, now = (
            smoothed(self._plain(side, channel), self._fps) * SCALE[channel]
            for side in self._sides
        )
        found = peaks_changed(was, now, self._within)
        if channel >= WEIGHTS.stop:
            found += peaks_changed(-was, -now, self._within)
        if channel not in self._level:
            return found
        # The filter says what a peak is: what is all its own by now is well, though it
        # is lower once more behind the filter.
        level = self._level[channel]
        spans = [slice(c.event.first, c.event.last + 1) for c in found]
        return [
            c for c, s in zip(found, spans, strict=True) if level[s].min() < FILTERED
        ]

    def _measured(self, kind: Kind, side: Floats) -> Floats:
        measure = _MEASURES[kind]
        return measure.of(np.stack([self._plain(side, k) for k in measure.channels]))

    def _events(self, kind: Kind, side: Floats) -> list[Event]:
        return _found(kind, self._measured(kind, side))

    def _leveled(self, channel: int) -> Levels:
        if channel not in self._level:
            self._level[channel] = np.zeros(len(self._before), np.int8)
        return self._level[channel]

    def _cause(self, channel: int, first: int, last: int, why: str) -> None:
        self._causes.setdefault(channel, []).append((first, last, why))

    def _plain(self, side: Floats, channel: int) -> Floats:
        """Return (n,) a signal with straight lines where nobody saw it."""
        return crossed(side[:, channel], self._gap | self._pop[:, channel])


def _found(kind: Kind, values: Floats) -> list[Event]:
    return blinks(values) if kind == "blink" else closures(-values)
