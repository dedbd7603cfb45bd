"""What moves a character's shapes: found by their names, or written by hand.

The rules are those of facewire's engines/character/naming.py and drives.py, without
emotions: a character that has those only gets them from a mapping written by hand.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..shared.channels import ARKIT, EXPRESSIONS, opposite
from ..shared.families import meanings
from ..shared.mapping import VISEMES, WHOLE
from ..shared.sources import blink, vowels
from .face import Face

SOURCES: Final = (*ARKIT, "blink", *VISEMES, *EXPRESSIONS)
"""What may move a shape: the 52 curves; a blink of both eyes and five vowels, which are
made of them; the eight expressions."""
PLACE: Final = {name: at for at, name in enumerate(SOURCES)}

_MOUTH: Final = {"jawOpen", "mouthFunnel", "mouthPucker"}
_DIRECTIONS: Final = {"jawLeft", "jawRight", "mouthLeft", "mouthRight"}
_GAZE: Final = tuple(
    {f"eyeLook{a}Left", f"eyeLook{b}Right"} for a, b in (("In", "Out"), ("Out", "In"))
)


@dataclass(frozen=True, slots=True)
class ShapeDrive:
    """One source that moves one shape: share * clamp(gain * source, low, high)."""

    source: str
    """One of `SOURCES`."""
    shape: str
    """Name of a shape key; every mesh of the character that has it moves."""
    gain: float = 1.0
    low: float = 0.0
    """-1 for shapes that go both ways."""
    high: float = 1.0
    share: float = 1.0
    """A half where two sides share a shape."""


def by_names(shapes: Iterable[str]) -> list[ShapeDrive]:
    """Return the drives that the names of a character's shapes give, by source."""
    best: dict[str, tuple[int, float, list[str]]] = {}
    for shape in dict.fromkeys(shapes):
        for meaning in meanings(shape):
            if meaning.source not in PLACE:
                continue
            rank, _, targets = best.get(meaning.source, (meaning.rank + 1, 0.0, []))
            if meaning.rank < rank:
                best[meaning.source] = (meaning.rank, meaning.gain, [shape])
            elif meaning.rank == rank:
                targets.append(shape)
    kept = _one_owner(set(best))
    return [
        _drive(source, shape, best[source][1])
        for source in SOURCES
        if source in kept
        for shape in best[source][2]
    ]


def _drive(source: str, shape: str, gain: float) -> ShapeDrive:
    low, high = (-1.0, 0.0) if gain < 0 else (0.0, 1.0)
    return ShapeDrive(source, shape, gain, low, high)


def _one_owner(found: set[str]) -> set[str]:
    """Return the sources without those that would move the same twice."""
    own = found & set(ARKIT)
    if len(own) >= WHOLE:
        return own
    if {"eyeBlinkLeft", "eyeBlinkRight"} <= found:
        found = found - {"blink"}
    if "jawOpen" in found:
        spoken = found & set(VISEMES)
        if len(spoken) >= 3 and not found >= _MOUTH:
            return found - _MOUTH
        return found - set(VISEMES)
    return found


@functools.lru_cache(maxsize=16)
def by_shape(drives: tuple[ShapeDrive, ...]) -> dict[str, tuple[ShapeDrive, ...]]:
    """Return the drives of each shape, with their shares.

    Answers are kept, because a character asks the same for every frame: do not change
    one.
    """
    found: dict[str, tuple[ShapeDrive, ...]] = {}
    for drive in shared(drives):
        found[drive.shape] = (*found.get(drive.shape, ()), drive)
    return found


def shared(drives: Sequence[ShapeDrive]) -> list[ShapeDrive]:
    """Return the drives with their shares: two sides of one shape count half each, and
    two blinks are one, the larger."""
    sources: dict[str, set[str]] = {}
    for drive in drives:
        sources.setdefault(drive.shape, set()).add(drive.source)
    out = []
    for drive in drives:
        if not partners(drive.source) & sources[drive.shape]:
            out.append(drive)
        elif drive.source == "eyeBlinkLeft":
            out.append(replace(drive, source="blink"))
        elif drive.source != "eyeBlinkRight":
            out.append(replace(drive, share=0.5 * drive.share))
    return out


def partners(source: str) -> set[str]:
    """Return the sources that do on the other eye or side what this one does here."""
    if source not in ARKIT:
        return set()
    for pair in _GAZE:
        if source in pair:
            # Both eyes look to one side: out on one of them is in on the other.
            return pair - {source}
    return {opposite(source)} - {source} - _DIRECTIONS


def values(vector: Sequence[float], expression: Sequence[float]) -> list[float]:
    """Return (66,) the value of each source, 0 to 1.

    Args:
        vector: (85,) as of a face.
        expression: (8,) as of a face.
    """
    weights = [min(max(value, 0.0), 1.0) for value in vector[: len(ARKIT)]]
    chances = [min(max(value, 0.0), 1.0) for value in expression]
    return [*weights, blink(weights), *vowels(weights), *chances]


def values_of(face: Face) -> list[float]:
    """Return (66,) the value of each source of a face."""
    return values(face.vector, face.expression)


def shape_value(
    drives: Sequence[ShapeDrive], sources: Sequence[float], gain: float
) -> float:
    """Return the value of a shape that all of these drives move.

    Args:
        drives: of one shape.
        sources: (66,) of `values`.
        gain: a factor for all.
    """
    total, low, high = 0.0, 0.0, 1.0
    for drive in drives:
        value = drive.gain * gain * sources[PLACE[drive.source]]
        total += drive.share * min(max(value, drive.low), drive.high)
        low, high = min(low, drive.low), max(high, drive.high)
    return min(max(total, low), high)
