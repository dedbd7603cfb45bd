"""The order of picture files, and the place of each on a timeline.

A renderer or a camera numbers its pictures. Where a number is missing its place stays
empty, as a picture that cannot be read keeps its own: what follows keeps its time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

Parts = list[str | int]
"""Text and numbers of a name; they take turns, text first."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Numbers that are missing between two pictures."""

    before: Path
    after: Path
    missing: int
    kept: bool
    """Whether their places stay empty."""


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Files in order, each with its place."""

    paths: tuple[Path, ...]
    places: tuple[int, ...]
    """From 0, rising; one interval each."""
    holes: tuple[Hole, ...]


def in_sequence(paths: Sequence[Path]) -> Sequenced:
    """Return files in natural order with their places.

    Neighbours are numbered where their names differ in one number and nothing else.
    Half of a folder's numbers must follow each other by the same step, 1 or any other:
    names that are times or a hand's choice of pictures leave no holes. Neither do more
    missing numbers than there are pictures: they are told, and their time is not kept.
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
    """Return a key that sorts by the numbers in a name: 2.png before 10.png."""
    return _parts(path), path.name


def _parts(path: Path) -> Parts:
    parts = re.split(r"([0-9]+)", path.stem.lower())
    # Text and digits take turns, so like is always compared with like.
    return [int(p) if i % 2 else p for i, p in enumerate(parts)]


def _leap(before: Path, after: Path) -> int | None:
    """Return by how much the one number rises in which two names differ, or None."""
    a, b = _parts(before), _parts(after)
    if len(a) != len(b):
        return None
    differ = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    if len(differ) != 1:
        return None
    x, y = differ[0]
    return y - x if isinstance(x, int) and isinstance(y, int) else None
