"""Bends a curve just as far, and just as long, as an event takes.

Lips that nearly close close with a little more; going back to what was recorded for it
would bring all of its trembling along.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.ndimage import convolve1d, maximum_filter1d

from .events import Event
from .grid import Floats, Ints, Mask, Numbers

CLEAR: Final = 2e-3
"""A threshold is passed by so much: rounding shall not undo it."""
SLIGHT: Final = 0.3
"""What is further off has another shape, which no bend brings back."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What events of a kind are read from: a weighted sum of channels."""

    channels: tuple[int, ...]
    weights: tuple[float, ...]
    above: float
    """An event is when the sum reaches this, ..."""
    until: float
    """... until it falls below this."""

    def of(self, signals: Floats) -> Floats:
        """Return (n,) the sum of the channels, (k, n)."""
        out: Floats = np.asarray(self.weights, np.float32) @ signals
        return out


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Frames in which a measure must be at least, or at most, at a level."""

    frames: Ints
    level: float
    up: bool


def needs(
    measure: Measure,
    was: Floats,
    now: Floats,
    before: Sequence[Event],
    after: Sequence[Event],
    known: Mask,
) -> Iterator[Need]:
    """Yield what must change for the events of one side to meet those of the other.

    Args:
        measure: of both sides.
        was: (n,) what it was.
        now: (n,) what it is.
        before: the events of `was`.
        after: the events of `now`.
        known: (n,) frames that somebody saw; others cannot be told anything.
    """
    yield from _lost(measure, was, now, _meetings(before, after), known)
    yield from _invented(measure, was, now, _meetings(after, before), known)


Meetings = Iterator[tuple[Event, Sequence[Event]]]


def _lost(
    measure: Measure, was: Floats, now: Floats, meetings: Meetings, known: Mask
) -> Iterator[Need]:
    """Yield what takes an event of before to meet exactly one."""
    end = 0
    for event, met in meetings:
        if not met:
            top = _most(was, known, event.first, event.last + 1)
            if (now[top] < measure.above).all():
                yield Need(top, measure.above, True)
            else:
                # It is there, and has been from the first frame on.
                low = _most(-was, known, end, event.first)
                if (was[low] < measure.until).all():
                    yield Need(low, measure.until, False)
                else:
                    until = np.arange(end, event.first)
                    high = until[now[until] >= measure.above]
                    yield Need(high, measure.above, False)
        for left, right in pairwise(met):
            between = np.arange(left.last + 1, right.first)
            yield Need(between[now[between] < measure.until], measure.until, True)
        end = event.last + 1


def _invented(
    measure: Measure, was: Floats, now: Floats, meetings: Meetings, known: Mask
) -> Iterator[Need]:
    """Yield what takes an event of now to meet exactly one."""
    end = 0
    for event, met in meetings:
        if not met:
            span = np.arange(event.first, event.last + 1)
            if (was[span] < measure.above).all():
                yield Need(span[now[span] >= measure.above], measure.above, False)
            else:
                between = np.arange(end, event.first)
                low = between[now[between] < measure.until]
                if len(low):
                    yield Need(low, measure.until, True)
                else:
                    yield Need(_FIRST, measure.above, True)
        for left, right in pairwise(met):
            low = _most(-was, known, left.last + 1, right.first)
            yield Need(low, measure.until, False)
        end = event.last + 1


_FIRST: Final[Ints] = np.zeros(1, np.intp)


def bend(
    measure: Measure,
    need: Need,
    before: Floats,
    after: Floats,
    limit: Floats,
    beside: int,
) -> slice:
    """Bend channels, in place, and return the frames that this has touched.

    A need is met half by each channel, or by what the other has no room for. What is
    further off than `SLIGHT` stays. To bend as far as a plain filter goes, and not only
    as far as it takes, was tried and is further from the truth.

    Args:
        measure: of k channels.
        need: of it.
        before: (k, n) as recorded.
        after: (k, n) as refined; written to.
        limit: (k, n) how far from what was recorded a sample may be; within 0 to 1, or
            what was recorded, it stays in any case.
        beside: frames before and after what must change, over which the bend fades out.
    """
    frames, sign = need.frames, 1.0 if need.up else -1.0
    if not len(frames):
        return slice(0, 0)
    level = sign * need.level + CLEAR
    least = np.maximum(level - sign * measure.of(after[:, frames]), 0.0)
    if least.max() > SLIGHT:
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
    """Return (n,) hills that are smooth, and nowhere below what they are made of."""
    window = np.hanning(2 * beside + 3)[1:-1]
    wide = maximum_filter1d(short, 2 * beside + 1, mode="nearest")
    out: Numbers = convolve1d(wide, window / window.sum(), mode="nearest")
    return out


def _meetings(events: Sequence[Event], others: Sequence[Event]) -> Meetings:
    """Yield every event, and those of the others that it overlaps; both in order."""
    low = np.searchsorted([o.last for o in others], [e.first for e in events])
    high = np.searchsorted([o.first for o in others], [e.last for e in events], "right")
    for event, first, end in zip(events, low.tolist(), high.tolist(), strict=True):
        yield event, others[first:end]


def _most(values: Floats, known: Mask, first: int, end: int) -> Ints:
    """Return the frame, one at most, in which a value that is known is highest."""
    places = first + np.flatnonzero(known[first:end])
    return places[[int(np.argmax(values[places]))]] if len(places) else places
