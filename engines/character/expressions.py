"""Weights of a file's morph targets, from the sources that drive them.

A target is a morph target by name, which moves it on every mesh that has one of that
name, or `clip:NAME`, an expression of a VRM. An expression moves its own morph targets
by its binds. As VRM 1.0 says, an expression that is binary shows 0 or 1, and one may
hold back blinks, gaze and mouth: `block` does so wholly while it is above 0, and
`blend` by its value. Expressions that are no presets are never held back, so Perfect
Sync stays whole.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.gltf.vrm import Clip

from .character import Character, clips_of
from .drives import COUNT, PLACE, Driven, shares
from .mapping import BONE
from .mix import Mix

_HELD_BACK: Final = (
    {"blink", "blinkLeft", "blinkRight"},
    {"lookUp", "lookDown", "lookLeft", "lookRight"},
    {"aa", "ih", "ou", "ee", "oh"},
)
"""In the order of `Clip.overrides`."""


class Expressions:
    """Computes the weights of one character. Has no state."""

    def __init__(self, character: Character, driven: Driven) -> None:
        """Prepare the tables.

        Args:
            character: whose slots get the weights.
            driven: the drives that act.
        """
        named = clips_of(character)
        targets = list(
            dict.fromkeys(t for drive in driven.drives.values() for t in drive.to)
        )
        mixed = shares(driven.drives.values(), targets)
        places = {(slot.node, slot.target): i for i, slot in enumerate(character.slots)}
        by_name: dict[str, list[int]] = {}
        for place, slot in enumerate(character.slots):
            by_name.setdefault(slot.name, []).append(place)
        self.unknown = tuple(
            t
            for t in targets
            if t not in named and t not in by_name and not t.startswith(BONE)
        )
        """Targets that the character does not have."""
        direct = np.zeros((len(character.slots), COUNT))
        for row, target in enumerate(targets):
            for place in by_name.get(target, ()):
                direct[place] += mixed[row]
        self._direct = Mix(direct)
        used = [target for target in targets if target in named]
        self._clips = [named[target] for target in used]
        rows = [targets.index(target) for target in used]
        self._mixed = Mix(mixed[rows])
        self._binds = Mix(_binds(self._clips, places, len(character.slots)))
        self._binary = np.array([clip.binary for clip in self._clips], dtype=np.bool_)
        self._overrides = [
            held
            for kind, presets in enumerate(_HELD_BACK)
            if (held := _override(self._clips, kind, presets)) is not None
        ]
        self._low, self._high = _limits(direct, driven)

    def __call__(self, sources: Floats) -> Floats:
        """Return the (S,) weights of the slots for (63,) values of the sources."""
        weights = self._direct(sources)
        if self._clips:
            weights += self._binds(self.clips(sources))
        out: Floats = np.minimum(np.maximum(weights, self._low), self._high)
        return out

    def clips(self, sources: Floats) -> Floats:
        """Return the (C,) values of the expressions, overrides applied."""
        values = np.minimum(np.maximum(self._mixed(sources), 0.0), 1.0)
        if self._binary.any():
            values = np.where(self._binary, values > 0.5, values).astype(np.float32)
        if self._overrides:
            held = values.copy()
            for block, blend, rows in self._overrides:
                by = np.count_nonzero(values[block] > 0.0) + values[blend].sum()
                left = max(0.0, 1.0 - float(by))
                if left < 1.0:
                    # A binary one that is held back at all shows nothing.
                    held[rows] *= np.where(self._binary[rows], 0.0, left)
            values = held
        out: Floats = values
        return out


def _binds(
    clips: list[Clip], places: dict[tuple[int, int], int], slots: int
) -> Numbers:
    """Return (S, C): what each expression adds to each slot."""
    out = np.zeros((slots, len(clips)))
    for row, clip in enumerate(clips):
        for bind in clip.binds:
            place = places.get((bind.node, bind.target))
            if place is not None:
                out[place, row] += bind.weight
    return out


def _override(
    clips: list[Clip], kind: int, presets: set[str]
) -> tuple[list[int], list[int], list[int]] | None:
    """Return which expressions block and blend a kind, and which are of that kind."""
    block = [i for i, clip in enumerate(clips) if clip.overrides[kind] == "block"]
    blend = [i for i, clip in enumerate(clips) if clip.overrides[kind] == "blend"]
    rows = [i for i, clip in enumerate(clips) if clip.preset in presets]
    return (block, blend, rows) if rows and (block or blend) else None


def _limits(direct: Numbers, driven: Driven) -> tuple[Floats, Floats]:
    """Return the lowest and the highest weight of each slot after mixing: 0 to 1, or
    further where the drive of a curve says so."""
    low = np.zeros(len(direct), dtype=np.float32)
    high = np.ones(len(direct), dtype=np.float32)
    for drive in driven.drives.values():
        if drive.source in PLACE:
            rows = direct[:, PLACE[drive.source]] != 0.0
            low[rows] = np.minimum(low[rows], drive.low)
            high[rows] = np.maximum(high[rows], drive.high)
    return low, high
