"""The events of a performance that must be neither lost nor invented: blinks, closures,
peaks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.signal import find_peaks

from protocols.arrays import Floats

from .grid import Ints

Kind = Literal["blink", "closure", "peak"]
What = Literal["lost", "invented", "changed"]

SHUT, OPEN = 0.5, 0.3
"""A blink begins when the mean of both lids passes the first, and ends below the
second."""
CLOSED, PARTED = 0.04, 0.12
"""Lips close when jawOpen - mouthClose falls below the first, until above the
second."""
MIN_PROMINENCE: Final = 0.5
"""Smallest prominence of a peak, in the network's units. Lower peaks are mostly
defects: guarding those from 0.15 on undid half of the repairs (measured). Where there
is no defect, `defects.TIGHT` does not let them fall by more than 0.12 anyway."""
MATCH_PROMINENCE: Final = 0.4
"""A peak on one side matches a peak of at least this prominence on the other."""
HEIGHT_SLACK: Final = 0.25
"""Share of its height by which a peak may change."""
WITHIN_S: Final = 4.0
"""Length of the window in which a peak's prominence is measured: half on each side."""


@dataclass(frozen=True, slots=True)
class Event:
    """Frames `first` to `last`."""

    kind: Kind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Change:
    """An event that differs between the two sides."""

    event: Event
    what: What


def blinks(lids: Floats) -> list[Event]:
    """Return the spans in which the (n,) mean of both lids is closed."""
    return [Event("blink", *span) for span in _spans(lids, SHUT, OPEN)]


def closures(gap: Floats) -> list[Event]:
    """Return the spans in which the lips close; `gap` is (n,) jawOpen - mouthClose.

    Lips that are closed from the first frame on do not count as closing.
    """
    return [
        Event("closure", *span) for span in _spans(-gap, -CLOSED, -PARTED) if span[0]
    ]


def spans_changed(before: Sequence[Event], after: Sequence[Event]) -> list[Change]:
    """Return blinks or closures that do not overlap exactly one event of the other
    side.

    Args:
        before: in order, without overlap.
        after: the same.
    """
    return [
        *(Change(event, "lost") for event in _unmatched(before, after)),
        *(Change(event, "invented") for event in _unmatched(after, before)),
    ]


def peaks_changed(before: Floats, after: Floats, within: int) -> list[Change]:
    """Return the peaks of a signal that were lost, invented, moved or cut.

    A peak may move by one frame beyond its top. The top is every frame that reaches the
    peak's height less the allowed loss, because a flat top has no exact instant.

    Args:
        before: (n,) in the network's units.
        after: the same.
        within: window in frames; see `WITHIN_S`.
    """
    if len(before) < 3 or np.array_equal(before, after):
        return []
    here, how_much = _peaks(before, within)
    there, how_much_there = _peaks(after, within)
    changes = []
    taken: set[int] = set()
    for place, prominence in _prominent(here, how_much):
        first, last, slack = _top(before, place, prominence, within)
        low, high = np.searchsorted(there, [first - 1, last + 2])
        near = there[low:high]
        good = near[np.abs(after[near] - before[place]) <= slack]
        good = [k for k in good.tolist() if k not in taken]
        if good:
            taken.add(good[int(np.argmin(np.abs(np.array(good) - place)))])
        else:
            what: What = "changed" if len(near) else "lost"
            changes.append(Change(Event("peak", first, last), what))
    for place, prominence in _prominent(there, how_much_there):
        first, last, _ = _top(after, place, prominence, within)
        low, high = np.searchsorted(here, [first - 1, last + 2])
        if place not in taken and low == high:
            changes.append(Change(Event("peak", first, last), "invented"))
    return changes


def _spans(values: Floats, above: float, until: float) -> list[tuple[int, int]]:
    """Return first and last frame of each span from reaching `above` to below
    `until`."""
    told = np.where(values >= above, 1, np.where(values < until, -1, 0))
    known = np.maximum.accumulate(np.where(told != 0, np.arange(len(told)), -1))
    on = (known >= 0) & (told[known] == 1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(int)))
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))


def _unmatched(events: Sequence[Event], others: Sequence[Event]) -> list[Event]:
    """Return the events that do not overlap exactly one of the others."""
    firsts = np.array([other.first for other in others], int)
    lasts = np.array([other.last for other in others], int)
    out = []
    for event in events:
        low = np.searchsorted(lasts, event.first, side="left")
        high = np.searchsorted(firsts, event.last, side="right")
        if high - low != 1:
            out.append(event)
    return out


def _peaks(values: Floats, within: int) -> tuple[Ints, Floats]:
    """Return the frames of peaks, and the prominence of each."""
    with warnings.catch_warnings():
        # A flat top that is wider than the window has a prominence of 0 and warns.
        warnings.simplefilter("ignore", RuntimeWarning)
        places, facts = find_peaks(
            values, prominence=MATCH_PROMINENCE, wlen=max(within, 3)
        )
    return places, facts["prominences"]


def _prominent(places: Ints, prominences: Floats) -> list[tuple[int, float]]:
    """Return the peaks of at least `MIN_PROMINENCE`."""
    enough = prominences >= MIN_PROMINENCE
    return list(zip(places[enough].tolist(), prominences[enough].tolist(), strict=True))


def _top(
    values: Floats, place: int, prominence: float, within: int
) -> tuple[int, int, float]:
    """Return first and last frame of a peak's top, and how far below the peak it
    reaches."""
    peak = float(values[place])
    # A position's value has no natural zero, so prominence counts for it.
    slack = HEIGHT_SLACK * max(prominence, min(abs(peak), 1.0))
    first, last = max(place - within, 0), min(place + within + 1, len(values))
    low = np.flatnonzero(values[first:place] < peak - slack)
    high = np.flatnonzero(values[place + 1 : last] < peak - slack)
    begin = first + int(low[-1]) + 1 if len(low) else first
    end = place + int(high[0]) if len(high) else last - 1
    return begin, end, slack
