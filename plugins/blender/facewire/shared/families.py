# A copy of engines/character/families.py, made by plugins/blender/copies.py.
"""What a morph target moves, by its name, in the spelling of any program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .channels import ARKIT

from . import family_tables
from .mapping import SOURCES
from .names import curve, key, words

_ALTERNATIVES: Final = 10
"""Choices that one line of a table may have."""
_LONG: Final = 3
"""Words that tell a name apart even behind the name of its object."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A source that moves a target."""

    source: str
    gain: float
    """Of the drive. Two sides of one target have 1 each: it shows their mean."""
    rank: int
    """0 for ARKit's own name. Of several targets for a source the least rank wins;
    targets of equal rank move together."""
    family: str
    """Who spells it so."""


FAMILIES: Final = {
    "Character Creator": family_tables.CREATOR,
    "Mixamo": family_tables.MIXAMO,
    "Daz": family_tables.DAZ,
    "VRoid": family_tables.VROID,
    "MMD": family_tables.MMD,
    "Unified Expressions": family_tables.UNIFIED,
    "VRChat": family_tables.CHAT,
    "Ready Player Me": family_tables.READY,
    "visemes": family_tables.VISEMES,
    "presets": family_tables.PRESETS,
}
"""In the order in which they are asked."""


def meanings(name: str) -> tuple[Meaning, ...]:
    """Return what a morph target's name says that it moves; none where it says nothing.

    A name that is an ARKit curve's means that curve alone.
    """
    spelt = key(name)
    at = curve(name)
    if at is not None:
        return (Meaning(ARKIT[at], 1.0, 0, "ARKit"),)
    if spelt in _TABLE:
        return _TABLE[spelt]
    found = words(name)
    for start in range(1, len(found) - _LONG + 1):
        spelt = key("_".join(found[start:]))
        if spelt in _TABLE:
            return _TABLE[spelt]
    return ()


def _read() -> dict[str, tuple[Meaning, ...]]:
    table: dict[str, tuple[Meaning, ...]] = {}
    for place, (family, text) in enumerate(FAMILIES.items()):
        # Each family's names are its own: the first that has a name keeps it.
        own: dict[str, tuple[Meaning, ...]] = {}
        for source, gain, rank, names in _rows(text):
            meaning = Meaning(source, gain, 1 + place * _ALTERNATIVES + rank, family)
            for name in names:
                spelt = key(name)
                own[spelt] = (*own.get(spelt, ()), meaning)
        table = {**own, **table}
    return {**_pairs(len(FAMILIES) * _ALTERNATIVES + 1), **table}


def _rows(text: str) -> Iterator[tuple[str, float, int, list[str]]]:
    for line in text.strip().splitlines():
        source, gain, names = re.split(r"\s+", line, maxsplit=2)
        for long, short in (("Left", "L"), ("Right", "R")):
            full = source.replace("*", long)
            if full not in SOURCES:
                raise ValueError(f"family table: no such source: {full}")
            for rank, choice in enumerate(names.split("|")):
                yield full, float(gain), rank, choice.replace("*", short).split()
            if "*" not in source:
                break


def _pairs(rank: int) -> dict[str, tuple[Meaning, ...]]:
    """Return curves of two sides that have one target: `mouthSmile`."""
    found = {}
    for name in ARKIT:
        base = name.removesuffix("Left")
        if base != name and base not in ("jaw", "mouth"):
            both = (base + "Left", base + "Right")
            found[key(base)] = tuple(
                Meaning(source, 1.0, rank, "ARKit, both sides") for source in both
            )
    # The mean of two lids would half close both on a wink.
    found[key("eyeBlink")] = (Meaning("blink", 1.0, rank, "ARKit, both sides"),)
    return found


_TABLE: Final = _read()
