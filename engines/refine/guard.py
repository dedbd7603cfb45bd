"""Guard a performance's events: undo refinement where it loses or invents one.

Where an event has changed, its channels fall back for its duration. Blinks and closures
that are only just missed are corrected. Larger changes go to an 8 Hz Butterworth filter
of the recording with gaps filled, and to that recording itself if the filter also
breaks the event. A peak moves smoothly toward the filtered curve until it is high
enough (`fallback_levels.py`).

Frames without a face have no events. Gaps, and frames in which a signal jumped, are
interpolated linearly on both sides before events are searched for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.motion.signals import COUNT, SCALE, SIGNALS, WEIGHTS
from protocols.arrays import Floats, Mask

from .event_correction import Measure, correct_event, corrections_needed
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
    CORRECTED,
    FILTER_SHARES,
    FILTERED,
    RECORDED,
    Fallback,
    Levels,
    blended,
    fallback_name,
    interpolated_across,
    next_level,
)
from .filters import smoothed
from .grid import runs
from .limits import clipped, tight_limit

CORRECTION_FADES_S: Final = (0.1, 0.07, 0.05, 0.03, 0.02, 0.0, 0.0, 0.0)
"""Seconds over which a correction fades out, one value per round. A wide correction can
join or split events where a narrow one does not."""
ROUNDS: Final = 8 + len(FILTER_SHARES)
"""Rounds of falling back. A channel whose events still differ then returns to the
recording as a whole."""
BESIDE_S: Final = 0.1
"""Seconds before and after an event that fall back with it. The span doubles in every
round once the channel uses the whole filter."""
_LIDS: Final = (SIGNALS.index("eyeBlinkLeft"), SIGNALS.index("eyeBlinkRight"))
_LIPS: Final = (SIGNALS.index("jawOpen"), SIGNALS.index("mouthClose"))
_MEASURES: Final[dict[Kind, Measure]] = {
    "blink": Measure(_LIDS, (0.5, 0.5), SHUT, OPEN),
    "closure": Measure(_LIPS, (-1.0, 1.0), -CLOSED, -PARTED),
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """Frames `first` to `last` of a channel that fell back."""

    channel: str
    first: int
    last: int
    fallback: Fallback
    """Corrected ("bend"), back to the filtered ("filter") or to the plain recording
    ("input")."""
    why: str
    """blink lost, peak changed, closure invented, ..."""


def guard(
    before: Floats, after: Floats, gap: Mask, pop: Mask, fade: Floats, fps: float
) -> tuple[Guarded, ...]:
    """Undo, in place, changes that lose or invent an event, and return where.

    Args:
        before: (n, 58) real units, finite: as recorded, gaps filled.
        after: (n, 58) the same, refined; written to.
        gap: (n,) frames without a face; events there do not count.
        pop: (n, 58) jumps of one or two frames, which are not events either.
        fade: (n,) the share of a change that a frame may take, 0 to 1.
        fps: frames per second.
    """
    work = _Guard(before, after, gap, pop, fade, fps)
    for beside_s in CORRECTION_FADES_S:
        if not work.correct_events(beside_s):
            break
    for round_ in range(ROUNDS):
        changes = list(work.changes())
        if not changes:
            break
        for channels, change in changes:
            for channel in channels:
                work.fall_back(channel, change, round_)
        work.blend()
    else:
        while wrong := {c for channels, _ in work.changes() for c in channels}:
            for channel in sorted(wrong):
                work.restore(channel)
    return work.report()


class _Guard:
    """One take, and the fallback level of each of its channels."""

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
        """Yield the changed events of the channels that need a check."""
        unchecked, self._unchecked = self._unchecked, set()
        for kind, measure in _MEASURES.items():
            if unchecked.intersection(measure.channels):
                was, now = (self._events(kind, side) for side in self._sides)
                for change in spans_changed(was, now):
                    yield measure.channels, change
        for channel in sorted(unchecked):
            for change in self._peaks(channel):
                yield (channel,), change

    def correct_events(self, beside_s: float) -> bool:
        """Correct blinks and closures that differ by little; return True if any did."""
        corrected, beside = False, round(beside_s * self._fps)
        for kind, measure in _MEASURES.items():
            was, now = (self._measured(kind, side) for side in self._sides)
            channels = list(measure.channels)
            known = ~(self._gap | self._pop[:, channels].any(axis=1))
            before, after = (side[:, channels].T.copy() for side in self._sides)
            limit = np.stack([tight_limit(self._fade, k) for k in channels])
            limit = np.maximum(np.abs(after - before), limit)
            met = _found(kind, was), _found(kind, now)
            for need in corrections_needed(measure, was, now, *met, known):
                part = correct_event(measure, need, before, after, limit, beside)
                for channel in channels if part.start < part.stop else ():
                    level = self._levels_of(channel)[part]
                    level[:] = np.maximum(level, CORRECTED)
                    why = f"{kind} {'lost' if need.up else 'invented'}"
                    self._cause(channel, part.start, part.stop - 1, why)
                    corrected = True
            self._after[:, channels] = after.T
        return corrected

    def fall_back(self, channel: int, change: Change, round_: int) -> None:
        """Move a channel to its next fallback level around an event."""
        n = len(self._before)
        level = self._levels_of(channel)
        if channel not in self._refined:
            self._refined[channel] = self._after[:, channel].copy()
        little = change.event.kind == "peak" and change.what != "invented"
        wider = max(round_ - len(FILTER_SHARES), 0) if little else round_
        beside = round(BESIDE_S * self._fps * 2**wider) + 1
        first = max(change.event.first - beside, 0)
        last = min(change.event.last + beside, n - 1)
        here = level[first : last + 1]
        here[:] = np.maximum(here, next_level(int(here.max()), change))
        self._cause(channel, first, last, f"{change.event.kind} {change.what}")
        self._dirty.add(channel)

    def blend(self) -> None:
        """Write the channels whose level changed since the last call."""
        for channel in self._dirty:
            if channel not in self._smooth:
                self._smooth[channel] = self._filtered(channel)
            refined, before = self._refined[channel], self._before[:, channel]
            out = blended(
                self._level[channel],
                refined,
                self._smooth[channel],
                before,
                self._gap,
                self._pop[:, channel],
                self._fps,
            )
            limit = np.maximum(
                np.abs(refined - before), tight_limit(self._fade, channel)
            )
            self._after[:, channel] = clipped(out, before, limit, channel)
        self._unchecked |= self._dirty
        self._dirty = set()

    def restore(self, channel: int) -> None:
        """Return a whole channel to the recording."""
        self._after[:, channel] = self._before[:, channel]
        self._level[channel] = np.full(len(self._before), RECORDED, np.int8)
        self._unchecked = set(range(COUNT))

    def report(self) -> tuple[Guarded, ...]:
        """Return the spans that fell back."""
        out = []
        for channel, level in sorted(self._level.items()):
            causes = self._causes.get(channel, [])
            for first, end in runs(level > 0):
                whys = {why for a, b, why in causes if a < end and b >= first}
                fallback = fallback_name(int(level[first:end].max()))
                told = ", ".join(sorted(whys))
                out.append(Guarded(SIGNALS[channel], first, end - 1, fallback, told))
        return tuple(sorted(out, key=lambda each: (each.first, each.channel)))

    def _filtered(self, channel: int) -> Floats:
        before = self._before[:, channel]
        limit = tight_limit(self._fade, channel)
        # A pop stays, and is not smeared over the frames around it.
        plain = self._without_unseen(self._before, channel)
        away = smoothed(plain, self._fps) - plain
        away[self._pop[:, channel]] = 0.0
        return clipped(before + away * self._fade, before, limit, channel)

    def _peaks(self, channel: int) -> list[Change]:
        # Noise has hundreds of peaks; only peaks that survive a plain filter count.
        was, now = (
            smoothed(self._without_unseen(side, channel), self._fps) * SCALE[channel]
            for side in self._sides
        )
        found = peaks_changed(was, now, self._within)
        if channel >= WEIGHTS.stop:
            found += peaks_changed(-was, -now, self._within)
        if channel not in self._level:
            return found
        # The filter defines the peaks. A span that is fully filtered is right, although
        # filtering it once more lowers it further.
        level = self._level[channel]
        spans = [slice(c.event.first, c.event.last + 1) for c in found]
        return [
            c for c, s in zip(found, spans, strict=True) if level[s].min() < FILTERED
        ]

    def _measured(self, kind: Kind, side: Floats) -> Floats:
        measure = _MEASURES[kind]
        return measure.of(
            np.stack([self._without_unseen(side, k) for k in measure.channels])
        )

    def _events(self, kind: Kind, side: Floats) -> list[Event]:
        return _found(kind, self._measured(kind, side))

    def _levels_of(self, channel: int) -> Levels:
        if channel not in self._level:
            self._level[channel] = np.zeros(len(self._before), np.int8)
        return self._level[channel]

    def _cause(self, channel: int, first: int, last: int, why: str) -> None:
        self._causes.setdefault(channel, []).append((first, last, why))

    def _without_unseen(self, side: Floats, channel: int) -> Floats:
        """Return (n,) a signal, interpolated linearly where no face was seen."""
        return interpolated_across(side[:, channel], self._gap | self._pop[:, channel])


def _found(kind: Kind, values: Floats) -> list[Event]:
    return blinks(values) if kind == "blink" else closures(-values)
