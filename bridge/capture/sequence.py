"""Sorts picture files and places them on a timeline.

Renderers and cameras number their pictures. A missing number leaves its place empty, as
does an unreadable picture, so that later pictures keep their time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

Parts = list[str | int]
"""Text and numbers of a name, alternating, text first."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Missing numbers between two pictures."""

    before: Path
    after: Path
    missing: int
    kept: bool
    """True if their places stay empty; False if no time is kept for them."""


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Sorted files, each with its place on the timeline."""

    paths: tuple[Path, ...]
    places: tuple[int, ...]
    """Rising from 0, in picture intervals."""
    holes: tuple[Hole, ...]


def in_sequence(paths: Sequence[Path]) -> Sequenced:
    """Return files in natural order with their places.

    Two neighbours are numbered if their names differ in one number and nothing else.
    The folder is a sequence if at least half of the neighbours differ by the same step.
    Other folders, such as those with times as names or hand-picked pictures, have no
    holes. A hole with more missing numbers than the folder has pictures is reported,
    but no time is kept for it.
    """
    ordered = sorted(paths, key=natural)
    leaps = [_leap(a, b) for a, b in pairwise(ordered)]
    known = Counter(leap for leap in leaps if leap)
    times = max(known.values(), default=0)
    step = min((leap for leap in known if known[leap] == times), default=0)
    numbered = step > 0 and 2 * times >= len(leaps)
    places, holes = [0] if ordered else [], []
    for (before, after), leap in zip(pairwise(ordered), leaps, strict=True):
        steps = 1
        if numbered and leap and leap > step and leap % step == 0:
            missing = leap // step - 1
            kept = missing <= len(ordered)
            holes.append(Hole(before, after, missing, kept))
            steps += missing if kept else 0
        places.append(places[-1] + steps)
    return Sequenced(tuple(ordered), tuple(places), tuple(holes))


def natural(path: Path) -> tuple[Parts, str]:
    """Return a sort key that compares numbers as numbers: 2.png before 10.png."""
    return _parts(path), path.name


def _parts(path: Path) -> Parts:
    parts = re.split(r"([0-9]+)", path.stem.lower())
    # Text and digits alternate, so values of the same type are compared.
    return [int(p) if i % 2 else p for i, p in enumerate(parts)]


def _leap(before: Path, after: Path) -> int | None:
    """Return the step of the single number in which two names differ, or None."""
    a, b = _parts(before), _parts(after)
    if len(a) != len(b):
        return None
    differ = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(differ) != 1:
        return None
    x, y = differ[0]
    return y - x if isinstance(x, int) and isinstance(y, int) else None
