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

from .character import Character
from .expressions import CLIP
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
    overlap = _overlaps(character)
    fields = [_field(character, [target]) for target in sorted(parts)]
    by = np.array([field for field in fields if field.any()])
    if not len(by):
        return ()
    found = []
    for drive in emotions:
        shape = _field(character, drive.to)
        size = float(shape @ overlap @ shape)
        seen = by @ overlap @ shape
        best = np.linalg.lstsq(by @ overlap @ by.T, seen, rcond=1e-9)[0]
        if size > 0.0 and float(seen @ best) / size > SAME:
            found.append(drive.source)
    return tuple(found)


def _field(character: Character, targets: Iterable[str]) -> Numbers:
    """Return the (S,) weights of the slots when some targets are 1."""
    vrm = character.scene.vrm
    clips = {} if vrm is None else {CLIP + clip.name: clip for clip in vrm.clips}
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


def _overlaps(character: Character) -> Numbers:
    """Return (S, S): how much two slots move the same vertices the same way."""
    scene = character.scene
    out = np.zeros((len(character.slots), len(character.slots)))
    first = 0
    while first < len(character.slots):
        node = scene.nodes[character.slots[first].node]
        mesh = scene.meshes[node.mesh]
        here = slice(first, first + len(mesh.targets))
        for primitive in mesh.primitives:
            if len(primitive.moves) == len(mesh.targets):
                moves = primitive.moves.reshape(len(mesh.targets), -1)
                out[here, here] += moves @ moves.T
        first = here.stop
    return out
