"""Which emotions of a character are sums of shapes that other sources drive.

VRoid's Fcl_ALL_Joy, for one, is its brow, eye and mouth parts together. Driven beside
its parts it would move everything twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import ARKIT

from .character import Character, clips_of
from .mapping import EMOTIONS, Mapping

SAME: Final = 0.3
"""Share of an emotion's movement that driven shapes make too, above which it does not
play. VRoid's emotions have 0.38 and more of their driven parts."""

PARTS: Final = tuple(n for n in ARKIT if not n.startswith(("eyeBlink", "eyeLook")))
"""Curves that emotions consist of. Eyes blink and look around in any emotion."""


def summed(character: Character, mapping: Mapping) -> tuple[str, ...]:
    """Return the emotions whose shapes are sums of shapes that the 52 curves drive."""
    drives = {drive.source: drive for drive in mapping.drives}
    parts = {t for name in PARTS if name in drives for t in drives[name].to}
    emotions = [drives[name] for name in EMOTIONS if name in drives]
    if not parts or not emotions:
        return ()
    shapes = [_field(character, [target]) for target in sorted(parts)]
    shapes += [_field(character, drive.to) for drive in emotions]
    overlap = _overlaps(character, np.array(shapes))
    by = np.flatnonzero(overlap.diagonal()[: len(parts)] > 0.0)
    if not len(by):
        return ()
    found = []
    for at, drive in enumerate(emotions, len(parts)):
        size, seen = float(overlap[at, at]), overlap[by, at]
        best = np.linalg.lstsq(overlap[np.ix_(by, by)], seen, rcond=1e-9)[0]
        if size > 0.0 and float(seen @ best) / size > SAME:
            found.append(drive.source)
    return tuple(found)


def _field(character: Character, targets: Iterable[str]) -> Numbers:
    """Return the (S,) weights of the slots when some targets are 1."""
    clips = clips_of(character)
    out = np.zeros(len(character.slots))
    for target in targets:
        clip = clips.get(target)
        binds = () if clip is None else clip.binds
        weights = {(bind.node, bind.target): bind.weight for bind in binds}
        for place, slot in enumerate(character.slots):
            if clip is None:
                out[place] += slot.name == target
            else:
                out[place] += weights.get((slot.node, slot.target), 0.0)
    return out


def _overlaps(character: Character, shapes: Numbers) -> Numbers:
    """Return (N, N): how much two shapes move the same vertices the same way.

    Args:
        character: its morph targets are looked at.
        shapes: (N, S) weights of the slots.
    """
    scene = character.scene
    out = np.zeros((len(shapes), len(shapes)))
    first = 0
    while first < len(character.slots):
        mesh = scene.meshes[scene.nodes[character.slots[first].node].mesh]
        part = shapes[:, first : first + len(mesh.targets)]
        first += len(mesh.targets)
        if not part.any():
            continue
        for primitive in mesh.primitives:
            if len(primitive.moves) == len(mesh.targets):
                moves = primitive.moves.reshape(len(mesh.targets), -1)
                out += part @ (moves @ moves.T) @ part.T
    return out
