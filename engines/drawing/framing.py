"""Where a character's head is, so that a camera finds it whatever the file's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.character.character import downward
from engines.character.names import words
from protocols.arrays import Floats, Mask, Numbers
from protocols.gltf.scene import Scene

from .figure import Figure

STANDING: Final = 7.5
"""A body is so many heads high."""
MOST: Final = 0.5
"""Share of all that hangs on the head bone. If the bone itself carries more, the rest
is hair and such, which may hang far down."""
HEADS: Final = 8
"""So many nodes with a head's name are looked at; rigs have two or three."""
_NOT_HEADS: Final = {"end", "top", "tip", "nub", "target", "look"}


@dataclass(frozen=True, slots=True, eq=False)
class Framing:
    """A head in the scene, at rest."""

    middle: Numbers
    """(3,) of its box, in the scene's units."""
    size: float
    """Its height, in the scene's units."""
    facing: int
    """1 if it looks along +Z, -1 if along -Z."""


def framing(made: Figure, rest: Floats, facing: int | None = None) -> Framing:
    """Return where a character's head is.

    The head is what its bone carries. Without such a bone it is what morph targets
    move, and some more; without those the upper end of a standing body.

    Args:
        made: the character.
        rest: (V, 3) from `pose` at rest.
        facing: as the mapping says; judged by the file without it.
    """
    if not len(rest):
        return Framing(np.zeros(3), 1.0, facing or 1)
    face = _face(made)
    carried, own = _carried(made)
    if carried.any():
        box = _box(rest[carried])
        if own.sum() > MOST * carried.sum():
            box[0, 1] = rest[own, 1].min()
            box[:, ::2] = _box(rest[own])[:, ::2]
        if face.any():
            # Hair may hang far down and stand far up.
            low, high = _box(rest[face])
            reach = max(high[1] - low[1], (box[1, 0] - box[0, 0]) / 2)
            box[0, 1] = max(box[0, 1], low[1] - reach)
            box[1, 1] = min(box[1, 1], high[1] + 2 * reach)
    elif face.any():
        box = _box(rest[face])
        tall = box[1, 1] - box[0, 1]
        box[:, 1] += (-0.15 * tall, 0.25 * tall)
    else:
        box = _box(rest)
        tall = box[1] - box[0]
        # A body is higher than deep; what has no depth is a picture.
        if 0.05 * tall[1] < tall[2] < 0.4 * tall[1]:
            box[0, 1] = box[1, 1] - tall[1] / STANDING
    size = float(box[1, 1] - box[0, 1])
    # A flat thing has no height.
    size = size or float((box[1] - box[0]).max()) or 1.0
    middle = box.mean(axis=0)
    if not carried.any():
        middle[[0, 2]] = _box(rest[_level(rest, box)]).mean(axis=0)[[0, 2]]
    return Framing(middle, size, facing or _facing(made, rest, middle, face))


def _box(points: Floats) -> Numbers:
    return np.array([points.min(axis=0), points.max(axis=0)], dtype=np.float64)


def _level(rest: Floats, box: Numbers) -> Mask:
    found: Mask = (rest[:, 1] >= box[0, 1]) & (rest[:, 1] <= box[1, 1])
    return found


def _face(made: Figure) -> Mask:
    """Return (V,) what morph targets move by more than a tenth of the farthest."""
    far = np.zeros(len(made.vertices), dtype=np.float32)
    for move in made.moves:
        size = np.linalg.norm(move.offsets, axis=1)
        far[move.vertices] = np.maximum(far[move.vertices], size)
    found: Mask = far > 0.1 * far.max(initial=0)
    return found


def _carried(made: Figure) -> tuple[Mask, Mask]:
    """Return (V,) the vertices that hang on the head bone, and those on it alone."""
    scene = made.character.scene
    best = own = np.zeros(len(made.vertices), dtype=bool)
    nodes = downward(scene)
    for head in _heads(scene)[:HEADS]:
        under = {head}
        for at in nodes:
            if scene.nodes[at].parent in under:
                under.add(at)
        found = np.isin(made.main, list(under))
        if found.sum() > best.sum():
            best, own = found, made.main == head
    return best, own


def _heads(scene: Scene) -> list[int]:
    if scene.vrm is not None and "head" in scene.vrm.bones:
        return [scene.vrm.bones["head"]]
    return [
        at
        for at, node in enumerate(scene.nodes)
        if ("head" in words(node.name) and not _NOT_HEADS & set(words(node.name)))
        or node.name in ("頭", "あたま")
    ]


def _facing(made: Figure, rest: Floats, middle: Numbers, face: Mask) -> int:
    vrm = made.character.scene.vrm
    if vrm is not None:
        return -1 if vrm.version == 0 else 1
    if face.any():
        return 1 if rest[face, 2].mean() >= middle[2] else -1
    return 1
