"""Describes a mapping to a page: a row for each source."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from engines.character.character import Character, clips_of
from engines.character.curve_words import PARTS, WORDS, part_of
from engines.character.mapping import SOURCES, Drive
from engines.character.retarget import Retarget

from .mapping_edits import Edits


def mapping_message(
    character: Character,
    edits: Edits,
    *,
    solo: Collection[str],
    file: str,
    wires: bool,
) -> dict[str, Any]:
    """Return the message `mapping`.

    `targets` are all that a drive of this character can move.

    Args:
        character: on stage.
        edits: of its mapping.
        solo: sources that are played solo.
        file: where it is saved; empty if it cannot be.
        wires: True if the wires send for this character.
    """
    retarget = Retarget(character, edits.now)
    acting = retarget.driven.drives
    unknown = set(retarget.unknown)
    drives = {drive.source: drive for drive in edits.now.drives}
    sources = [*SOURCES, *(["jaw"] if "jaw" in drives else [])]
    ordered = sorted(sources, key=lambda source: list(PARTS).index(part_of(source)))
    return {
        "type": "mapping",
        "rows": [
            _row(drives.get(source, Drive(source, ())), acting, unknown, solo)
            for source in ordered
        ],
        "targets": targets_of(character),
        "emotions": edits.now.emotions,
        "undo": bool(edits.past),
        "redo": bool(edits.future),
        "unsaved": edits.unsaved,
        "file": file,
        "wires": wires,
    }


def targets_of(character: Character) -> list[str]:
    """Return everything that a drive can move: morph targets, then expressions."""
    names = dict.fromkeys(slot.name for slot in character.slots)
    return [*names, *clips_of(character)]


def _row(
    drive: Drive,
    acting: Collection[str],
    unknown: Collection[str],
    solo: Collection[str],
) -> dict[str, Any]:
    return {
        "source": drive.source,
        "part": part_of(drive.source),
        "words": WORDS[drive.source],
        "to": list(drive.to),
        "unknown": [target for target in drive.to if target in unknown],
        "gain": drive.gain,
        "low": drive.low,
        "high": drive.high,
        "solo": drive.source in solo,
        # False for a drive whose work other sources do.
        "acts": drive.source in acting,
    }
