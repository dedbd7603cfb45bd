"""The names by which a receiver knows a character's shapes, for VMC.

A receiver of VMC sets the expressions of a VRM by their names. A morph target of a VRM
is reached through the expression that moves it alone. The morph targets of other files
have their own names.
"""

from __future__ import annotations

import numpy as np

from protocols.arrays import Floats
from protocols.gltf.vrm import Clip

from .character import Character
from .drives import COUNT, Driven, shares
from .expressions import BONE, CLIP


class WireNames:
    """Names, and their values for the sources. Has no state."""

    def __init__(self, character: Character, driven: Driven) -> None:
        """Find the names.

        Args:
            character: that receives.
            driven: the drives that act.
        """
        vrm = character.scene.vrm
        clips = vrm.clips if vrm is not None else ()
        targets = [
            target
            for target in dict.fromkeys(
                t for drive in driven.drives.values() for t in drive.to
            )
            if not target.startswith(BONE)
        ]
        mixed = shares(driven.drives.values(), targets)
        rows: dict[str, Floats] = {}
        self.by_clip = 0
        """How many of the names are expressions of a VRM."""
        for target, row in zip(targets, mixed, strict=True):
            name, scale = target.removeprefix(CLIP), 1.0
            if not target.startswith(CLIP) and clips:
                name, scale = _clip_of(character, clips, target)
            if not name or "\0" in name:
                continue
            before = rows.get(name, np.zeros(COUNT, dtype=np.float32))
            rows[name] = (before + scale * row).astype(np.float32)
        self.names = tuple(rows)
        """In sending order."""
        known = {clip.name for clip in clips}
        self.by_clip = sum(name in known for name in rows)
        self._mixed = np.array(list(rows.values()), dtype=np.float32).reshape(-1, COUNT)

    def __call__(self, sources: Floats) -> Floats:
        """Return a value for each name, 0 to 1, for (63,) values of the sources."""
        out: Floats = np.minimum(np.maximum(self._mixed @ sources, 0.0), 1.0)
        return out


def _clip_of(
    character: Character, clips: tuple[Clip, ...], target: str
) -> tuple[str, float]:
    """Return the expression that moves a morph target alone, and its value at which the
    target's weight is 1; the target's own name without one."""
    own = {(slot.node, slot.target) for slot in character.slots if slot.name == target}
    found = [
        clip
        for clip in clips
        if clip.binds and {(bind.node, bind.target) for bind in clip.binds} <= own
    ]
    if not found:
        return target, 1.0

    def worse(clip: Clip) -> tuple[bool, bool]:
        # Perfect Sync's expression rather than a preset that moves the same target.
        return clip.name.lower() != target.lower(), bool(clip.preset)

    best = min(found, key=worse)
    weight = max(bind.weight for bind in best.binds)
    return best.name, 1.0 / weight if weight > 0.0 else 1.0
