"""The names by which a receiver knows a character's shapes, for VMC.

A receiver of VMC sets the expressions of a VRM by their names. A morph target of a VRM
is reached through the expression that moves it alone; one without such an expression
cannot be reached, so other sources may do its work over VMC than in a picture. The
morph targets of other files have their own names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from protocols.arrays import Floats
from protocols.gltf.vrm import Clip

from .character import Character
from .drives import COUNT, Driven, shares
from .mapping import BONE, CLIP, Mapping
from .mix import Mix

LONGEST: Final = 256
"""Bytes of a name; a longer one is not sent."""

WHOLE: Final = 0.9
"""Weight of a bind that moves its target as far as it goes."""


class WireNames:
    """Names, and their values for the sources. Has no state."""

    def __init__(self, character: Character, driven: Driven) -> None:
        """Find the names.

        Args:
            character: that receives.
            driven: the drives that act, of a `reachable` mapping.
        """
        vrm = character.scene.vrm
        clips = {clip.name: clip for clip in vrm.clips} if vrm is not None else {}
        targets = list(
            dict.fromkeys(t for drive in driven.drives.values() for t in drive.to)
        )
        mixed = shares(driven.drives.values(), targets)
        rows = {
            target.removeprefix(CLIP): row
            for target, row in zip(targets, mixed, strict=True)
            if _sendable(target.removeprefix(CLIP))
        }
        self.names = tuple(rows)
        """In sending order."""
        self.by_clip = sum(name in clips for name in rows)
        """How many of the names are expressions of a VRM."""
        self._mixed = Mix(np.array(list(rows.values())).reshape(-1, COUNT))

    def __call__(self, sources: Floats) -> Floats:
        """Return a value for each name, 0 to 1, for (63,) values of the sources."""
        out: Floats = np.minimum(np.maximum(self._mixed(sources), 0.0), 1.0)
        return out


def reachable(character: Character, mapping: Mapping) -> Mapping:
    """Return the mapping with the expressions of a VRM as its only targets; the same
    mapping for another file, but without bones as targets."""
    vrm = character.scene.vrm
    clips = tuple(c for c in vrm.clips if c.binds) if vrm is not None else ()
    drives = []
    for drive in mapping.drives:
        to = [
            target
            if target.startswith(CLIP) or not clips
            else _clip_of(character, clips, target)
            for target in drive.to
            if not target.startswith(BONE)
        ]
        drives.append(replace(drive, to=tuple(filter(None, to))))
    return replace(mapping, drives=tuple(drives))


def _clip_of(character: Character, clips: tuple[Clip, ...], target: str) -> str:
    """Return the expression that moves a morph target alone and wholly, as a target;
    empty without one."""
    own = {(slot.node, slot.target) for slot in character.slots if slot.name == target}
    found = [
        clip
        for clip in clips
        if clip.binds
        and {(bind.node, bind.target) for bind in clip.binds} <= own
        and all(bind.weight >= WHOLE for bind in clip.binds)
    ]

    def worse(clip: Clip) -> tuple[bool, bool]:
        # Perfect Sync's expression rather than a preset that moves the same target.
        return clip.name.lower() != target.lower(), bool(clip.preset)

    return CLIP + min(found, key=worse).name if found else ""


def _sendable(name: str) -> bool:
    """Return True for a name that OSC can carry and a receiver may look for."""
    try:
        return 0 < len(name.encode("utf-8")) <= LONGEST and "\0" not in name
    except UnicodeEncodeError:  # Half of a surrogate pair, which JSON can hold.
        return False
