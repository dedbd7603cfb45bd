"""Correct a curve where an event was only just missed, by no more than needed.

If lips nearly close in the refined take, a small change closes them. Going back to the
recorded curve instead would also bring its jitter back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.ndimage import convolve1d, maximum_filter1d

from protocols.arrays import Floats, Mask, Numbers

from .events import Event
from .grid import Ints

CLEARANCE: Final = 2e-3
"""A correction passes the threshold by this much, so that rounding cannot undo it."""
MAX_CORRECTION: Final = 0.3
"""Largest correction. A larger difference means another shape, which a correction
cannot restore."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The weighted sum of channels from which events of one kind are read."""

    channels: tuple[int, ...]
    weights: tuple[float, ...]
    above: float
    """An event begins when the sum reaches this ..."""
    until: float
    """... and ends when it falls below this."""

    def of(self, signals: Floats) -> Floats:
        """Return (n,) the sum of the channels, (k, n)."""
        out: Floats = np.asarray(self.weights, np.float32) @ signals
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """Frames in which a measure must be at least, or at most, at a level."""

    frames: Ints
    level: float
    up: bool


def corrections_needed(
    measure: Measure,
    was: Floats,
    now: Floats,
    before: Sequence[Event],
    after: Sequence[Event],
    known: Mask,
) -> Iterator[Correction]:
    """Yield the corrections that make the events of both sides overlap one to one.

    Args:
        measure: of both sides.
        was: (n,) the measure before.
        now: (n,) the measure after.
        before: the events of `was`.
        after: the events of `now`.
        known: (n,) frames with a face; other frames get no correction.
    """
    yield from _lost(measure, was, now, _overlaps(before, after), known)
    yield from _invented(measure, was, now, _overlaps(after, before), known)


Overlaps = Iterator[tuple[Event, Sequence[Event]]]


def _lost(
    measure: Measure, was: Floats, now: Floats, meetings: Overlaps, known: Mask
) -> Iterator[Correction]:
    """Yield corrections for earlier events that do not overlap exactly one later
    event."""
    end = 0
    for event, met in meetings:
        if not met:
            top = _highest(was, known, event.first, event.last + 1)
            if (now[top] < measure.above).all():
                yield Correction(top, measure.above, True)
            else:
                # The event exists in `now`, but runs on from the first frame, so it is
                # not counted.
                low = _highest(-was, known, end, event.first)
                if (was[low] < measure.until).all():
                    yield Correction(low, measure.until, False)
                else:
                    until = np.arange(end, event.first)
                    high = until[now[until] >= measure.above]
                    yield Correction(high, measure.above, False)
        for left, right in pairwise(met):
            between = np.arange(left.last + 1, right.first)
            yield Correction(between[now[between] < measure.until], measure.until, True)
        end = event.last + 1


def _invented(
    measure: Measure, was: Floats, now: Floats, meetings: Overlaps, known: Mask
) -> Iterator[Correction]:
    """Yield corrections for later events that do not overlap exactly one earlier
    event."""
    end = 0
    for event, met in meetings:
        if not met:
            span = np.arange(event.first, event.last + 1)
            if (was[span] < measure.above).all():
                yield Correction(span[now[span] >= measure.above], measure.above, False)
            else:
                between = np.arange(end, event.first)
                low = between[now[between] < measure.until]
                if len(low):
                    yield Correction(low, measure.until, True)
                else:
                    yield Correction(_FIRST, measure.above, True)
        for left, right in pairwise(met):
            low = _highest(-was, known, left.last + 1, right.first)
            yield Correction(low, measure.until, False)
        end = event.last + 1


_FIRST: Final[Ints] = np.zeros(1, np.intp)


def correct_event(
    measure: Measure,
    need: Correction,
    before: Floats,
    after: Floats,
    limit: Floats,
    beside: int,
) -> slice:
    """Correct channels in place, and return the frames that changed.

    Each channel takes half of the correction, or more where the other has reached its
    limit. Differences above `MAX_CORRECTION` stay. Correcting all the way to a plain
    filter's curve, not only as far as needed, was tried and is further from the truth.

    Args:
        measure: of k channels.
        need: the correction.
        before: (k, n) as recorded.
        after: (k, n) as refined; written to.
        limit: (k, n) how far a sample may be from the recording. It always stays within
            0 to 1, or at the recorded value.
        beside: frames before and after the correction over which it fades out.
    """
    frames, sign = need.frames, 1.0 if need.up else -1.0
    if not len(frames):
        return slice(0, 0)
    level = sign * need.level + CLEARANCE
    least = np.maximum(level - sign * measure.of(after[:, frames]), 0.0)
    if least.max() > MAX_CORRECTION:
        return slice(0, 0)
    first = max(int(frames[0]) - 2 * beside, 0)
    part = slice(first, min(int(frames[-1]) + 2 * beside + 1, after.shape[1]))
    short = np.zeros(part.stop - first, np.float64)
    short[frames - first] = least
    short = _spread(short, beside)
    size = np.abs(np.array(measure.weights))[:, None]
    way = sign * np.sign(measure.weights)[:, None]
    was, bent = before[:, part], after[:, part]
    end = np.where(way > 0.0, np.maximum(was, 1.0), np.minimum(was, 0.0))
    room = np.minimum(way * (was - bent) + limit[:, part], way * (end - bent))
    room = size * np.maximum(room, 0.0)
    share = np.minimum(short / len(size), room)
    for k in range(len(size)):
        share[k] += np.clip(short - share.sum(axis=0), 0.0, room[k] - share[k])
    after[:, part] += way * share / size
    return part


def _spread(short: Numbers, beside: int) -> Numbers:
    """Return (n,) smooth bumps that are nowhere below the values they are made from."""
    window = np.hanning(2 * beside + 3)[1:-1]
    wide = maximum_filter1d(short, 2 * beside + 1, mode="nearest")
    out: Numbers = convolve1d(wide, window / window.sum(), mode="nearest")
    return out


def _overlaps(events: Sequence[Event], others: Sequence[Event]) -> Overlaps:
    """Yield each event with the events of the other side that it overlaps; both in
    order."""
    low = np.searchsorted([o.last for o in others], [e.first for e in events])
    high = np.searchsorted([o.first for o in others], [e.last for e in events], "right")
    for event, first, end in zip(events, low.tolist(), high.tolist(), strict=True):
        yield event, others[first:end]


def _highest(values: Floats, known: Mask, first: int, end: int) -> Ints:
    """Return the known frame with the highest value; empty if no frame is known."""
    places = first + np.flatnonzero(known[first:end])
    return places[[int(np.argmax(values[places]))]] if len(places) else places
