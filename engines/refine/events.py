"""What must neither be lost nor invented in a performance: blinks, closures, peaks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.signal import find_peaks

from .grid import Floats, Ints

Kind = Literal["blink", "closure", "peak"]
What = Literal["lost", "invented", "changed"]

SHUT, OPEN = 0.5, 0.3
"""A blink is when the mean of both lids passes the first, until below the second."""
CLOSED, PARTED = 0.04, 0.12
"""Lips close when jawOpen - mouthClose falls below the first, until above another."""
PROMINENT: Final = 0.5
"""A peak stands out by so much, in the network's units. Lower ones are mostly defects:
guarding those from 0.15 on undid half of what was repaired (measured); where nothing is
wrong, `defects.TIGHT` does not let them fall by more than 0.12 anyway."""
NEARLY: Final = 0.4
"""For a peak on one side, one of so much on the other will do."""
HEIGHT: Final = 0.25
"""Share of its height by which a peak may change."""
WITHIN_S: Final = 4.0
"""A peak is measured against what is at most half of it away."""


@dataclass(frozen=True, slots=True)
class Event:
    """Frames `first` to `last`."""

    kind: Kind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Change:
    """An event that is no longer as it was."""

    event: Event
    what: What


def blinks(lids: Floats) -> list[Event]:
    """Return where the (n,) mean of both lids is down."""
    return [Event("blink", *span) for span in _spans(lids, SHUT, OPEN)]


def closures(gap: Floats) -> list[Event]:
    """Return where the lips, (n,) jawOpen - mouthClose, come to be closed.

    Lips that are closed from the first frame on have not closed.
    """
    return [
        Event("closure", *span) for span in _spans(-gap, -CLOSED, -PARTED) if span[0]
    ]


def spans_changed(before: Sequence[Event], after: Sequence[Event]) -> list[Change]:
    """Return blinks or closures that meet not exactly one of the other side.

    Args:
        before: in order, apart from each other.
        after: the same.
    """
    return [
        *(Change(event, "lost") for event in _unmet(before, after)),
        *(Change(event, "invented") for event in _unmet(after, before)),
    ]


def peaks_changed(before: Floats, after: Floats, within: int) -> list[Change]:
    """Return the peaks of a signal that were lost, invented, moved or cut.

    A peak may move by one frame beyond its top, which is all that reaches the height
    it may lose: a flat top has no instant.

    Args:
        before: (n,) in the network's units.
        after: the same.
        within: frames, `WITHIN_S` of them.
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
    """Return first and last frame of what passes `above`, until it is below `until`."""
    told = np.where(values >= above, 1, np.where(values < until, -1, 0))
    known = np.maximum.accumulate(np.where(told != 0, np.arange(len(told)), -1))
    on = (known >= 0) & (told[known] == 1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(int)))
    return list(zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True))


def _unmet(events: Sequence[Event], others: Sequence[Event]) -> list[Event]:
    """Return the events that overlap not exactly one of the others."""
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
    """Return the places of peaks, and how much each stands out."""
    with warnings.catch_warnings():
        # A top that is wider than what is looked at stands out by nothing.
        warnings.simplefilter("ignore", RuntimeWarning)
        places, facts = find_peaks(values, prominence=NEARLY, wlen=max(within, 3))
    return places, facts["prominences"]


def _prominent(places: Ints, prominences: Floats) -> list[tuple[int, float]]:
    """Return the peaks that stand out enough."""
    enough = prominences >= PROMINENT
    return list(zip(places[enough].tolist(), prominences[enough].tolist(), strict=True))


def _top(
    values: Floats, place: int, prominence: float, within: int
) -> tuple[int, int, float]:
    """Return first and last frame of a peak's top, and how far below it reaches."""
    peak = float(values[place])
    # A place's height counts from anywhere: there it is what stands out that counts.
    slack = HEIGHT * max(prominence, min(abs(peak), 1.0))
    first, last = max(place - within, 0), min(place + within + 1, len(values))
    low = np.flatnonzero(values[first:place] < peak - slack)
    high = np.flatnonzero(values[place + 1 : last] < peak - slack)
    begin = first + int(low[-1]) + 1 if len(low) else first
    end = place + int(high[0]) if len(high) else last - 1
    return begin, end, slack
