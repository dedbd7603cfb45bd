"""The changes that pages make to a mapping: each can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engines.character.mapping import Drive, Mapping

MOST: Final = 200
"""Changes that can be taken back."""


@dataclass(frozen=True, slots=True)
class Edits:
    """A mapping, and the mappings before and after it."""

    first: Mapping
    """As it was opened."""
    now: Mapping
    saved: Mapping
    """As its file has it."""
    past: tuple[Mapping, ...] = ()
    future: tuple[Mapping, ...] = ()

    @property
    def unsaved(self) -> bool:
        """True if the file does not have what is in use."""
        return self.now != self.saved


def opened(mapping: Mapping) -> Edits:
    """Return a mapping without changes."""
    return Edits(mapping, mapping, mapping)


def changed(edits: Edits, mapping: Mapping, *, goes_on: bool = False) -> Edits:
    """Return the edits with one change more.

    Args:
        edits: so far.
        mapping: from now on.
        goes_on: True if this only carries on with the last change, as a slider does.
    """
    if mapping == edits.now:
        return edits
    past = edits.past if goes_on and edits.past else (*edits.past, edits.now)
    return replace(edits, now=mapping, past=past[-MOST:], future=())


def undone(edits: Edits) -> Edits:
    """Return the edits without the last change; the same if there is none."""
    if not edits.past:
        return edits
    *past, now = edits.past
    return replace(edits, now=now, past=tuple(past), future=(edits.now, *edits.future))


def redone(edits: Edits) -> Edits:
    """Return the edits with the change that was taken back last."""
    if not edits.future:
        return edits
    now, *future = edits.future
    return replace(edits, now=now, past=(*edits.past, edits.now), future=tuple(future))


def with_drive(mapping: Mapping, drive: Drive) -> Mapping:
    """Return the mapping with another drive of a source; none if it has no target."""
    drives = [one for one in mapping.drives if one.source != drive.source]
    places = [one.source for one in mapping.drives]
    if drive.to:
        at = places.index(drive.source) if drive.source in places else len(drives)
        drives.insert(at, drive)
    return replace(mapping, drives=tuple(drives))
