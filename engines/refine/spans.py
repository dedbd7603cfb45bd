"""The defects found in a take and whether each was repaired, for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from engines.motion.signals import SIGNALS
from protocols.arrays import Mask

from .frames import Frames
from .grid import runs
from .guard import Guarded

Kind = Literal["gap", "lost", "repeat", "pop"]
Done = Literal["repaired", "left"]

LOCKED: Final = "locked"
KEPT: Final = "kept, because an event beside it was kept"
MOVEMENT: Final = "kept, because it may be a movement"


@dataclass(frozen=True, slots=True)
class Span:
    """Frames `first` to `last` of a take."""

    kind: Kind
    first: int
    last: int
    channels: tuple[str, ...] = ()
    """Which signals; empty means all."""
    done: Done = "repaired"
    why: str = ""
    """Why it was left unchanged."""


def spans_of(
    frames: Frames,
    pop: Mask,
    *,
    stays: Mask | None = None,
    guarded: tuple[Guarded, ...] = (),
    left: str = "",
) -> tuple[Span, ...]:
    """Return the defects, in order.

    Args:
        frames: of a take.
        pop: (n, 58) a signal jumped away for one or two frames.
        stays: (n, 58) the pop is still there; None means nowhere.
        guarded: what the guard undid.
        left: why nothing was repaired; empty if something was.
    """
    found = _of("lost", frames.lost, "needs an animator")
    found += _of("gap", frames.gap, left) + _of("repeat", frames.repeat, left)
    if stays is not None and stays.any():
        back = np.zeros_like(pop)
        for each in guarded:
            back[each.first : each.last + 1, SIGNALS.index(each.channel)] = True
        locked = stays & frames.locked[:, None]
        found += _pops(locked, LOCKED)
        found += _pops(stays & ~locked & back, KEPT)
        found += _pops(stays & ~locked & ~back, MOVEMENT)
        pop = pop & ~stays
    found += _pops(pop, left)
    return tuple(sorted(found, key=lambda span: (span.first, span.last)))


def _of(kind: Kind, mask: Mask, left: str) -> list[Span]:
    done: Done = "left" if left else "repaired"
    return [Span(kind, first, end - 1, (), done, left) for first, end in runs(mask)]


def _pops(pop: Mask, left: str) -> list[Span]:
    done: Done = "left" if left else "repaired"
    found = []
    for first, end in runs(pop.any(axis=1)):
        where = pop[first:end].any(axis=0)
        channels = tuple(name for name, hit in zip(SIGNALS, where, strict=True) if hit)
        found.append(Span("pop", first, end - 1, channels, done, left))
    return found
