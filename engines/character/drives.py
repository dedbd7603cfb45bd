"""The sources that drive a character, and how much of each a target gets.

    0..51    the 52 curves, after their gains
    52       blink
    53..57   aa ih ou ee oh
    58..62   happy angry sad relaxed surprised

One owner a shape: a character that has 40 or more of the 52 gets no blink, vowels or
emotions beside them (Perfect Sync or presets, never both), and no emotion plays whose
shape is a sum of shapes that other sources drive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import ARKIT, opposite

from .mapping import EMOTIONS, SOURCES, VISEMES, WHOLE, Drive, Mapping

PLACE: Final = {name: at for at, name in enumerate(SOURCES)}
COUNT: Final = len(SOURCES)

PRESET: Final = ("blink", *VISEMES, *EMOTIONS)

_GAZE: Final = tuple(
    {f"eyeLook{a}Left", f"eyeLook{b}Right"} for a, b in (("In", "Out"), ("Out", "In"))
)


@dataclass(frozen=True, slots=True)
class Driven:
    """The drives of a mapping that act."""

    drives: dict[str, Drive]
    """By source."""
    of_52: int
    """How many of the 52 curves have a drive."""
    dropped: tuple[str, ...]
    """Sources that have a drive, and do not act because others do their work."""


def driven(mapping: Mapping, summed: Iterable[str] = ()) -> Driven:
    """Return the drives that act.

    Args:
        mapping: of the character.
        summed: emotions whose shapes are sums of other driven shapes.
    """
    drives = {drive.source: drive for drive in mapping.drives if drive.to}
    of_52 = sum(name in drives for name in ARKIT)
    gone: set[str] = set()
    if of_52 >= WHOLE:
        gone |= {"blink", *VISEMES}
    if mapping.emotions == "off":
        gone |= set(EMOTIONS)
    elif mapping.emotions == "auto":
        gone |= set(EMOTIONS) if of_52 >= WHOLE else set(summed)
    if "jawOpen" in drives:
        gone |= {"jaw"}
    dropped = tuple(name for name in drives if name in gone)
    return Driven({k: d for k, d in drives.items() if k not in gone}, of_52, dropped)


def shares(drives: Iterable[Drive], targets: list[str]) -> Numbers:
    """Return (targets, sources): how much of each source a target gets.

    A pair of sources that drive one target both count half, since the target shows
    both sides; a pair of blinks counts as `blink`, the larger of the two.
    """
    at = {target: row for row, target in enumerate(targets)}
    by_target: dict[str, list[str]] = {}
    for drive in drives:
        for target in dict.fromkeys(drive.to):
            if target in at and drive.source in PLACE:
                by_target.setdefault(target, []).append(drive.source)
    out = np.zeros((len(targets), COUNT))
    for target, sources in by_target.items():
        for source in sources:
            paired = any(one in sources for one in partners(source))
            if paired and source.startswith("eyeBlink"):
                out[at[target], PLACE["blink"]] = 1.0
            else:
                out[at[target], PLACE[source]] = 0.5 if paired else 1.0
    return out


def partners(source: str) -> set[str]:
    """Return the sources that do on the other eye or side what this one does here."""
    if source not in ARKIT:
        return set()
    other = opposite(source)
    # jawLeft and jawRight, mouthLeft and mouthRight are directions.
    same = {other} - {source, "jawLeft", "jawRight", "mouthLeft", "mouthRight"}
    for pair in _GAZE:
        if source in pair:
            # Both eyes look to one side: out on one of them is in on the other.
            same = pair - {source}
    return same
