"""Which vertices are eyeballs that a bone or a node of their own turns.

Names say which nodes are eyes, but not always which eye: in a widely used file the
names of the two are crossed. So the side comes from where the eye is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from engines.character.names import side, words
from models.data.rendered.head import Ints
from protocols.arrays import Floats, Numbers
from protocols.arrays import Ints as Indices
from protocols.channels import ARKIT
from protocols.gltf.scene import Node

_OTHERS: Final = {"brow", "brows", "lid", "lids", "lash", "lashes", "eyebrow", "eyelid"}
STILL_M: Final = 0.0005
"""Metres. An eyeball that a gaze shape moves by more is turned by the shape alone."""
LEAST: Final = 8
"""Vertices of an eyeball."""

_GAZE: Final = [at for at, name in enumerate(ARKIT) if name.startswith("eyeLook")]


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """An eyeball that turns."""

    left: bool
    """The actor's left one."""
    vertices: Ints
    """(E,) of the character."""
    centre: Floats
    """(3,) metres, about which it turns."""


def find_eyes(
    nodes: tuple[Node, ...],
    origins: Numbers,
    owners: Indices,
    vertices: Numbers,
    shapes: Floats,
) -> tuple[Eye, ...]:
    """Return the eyeballs that turn with the gaze, the left one first.

    Args:
        nodes: N of the file.
        origins: (N, 3) of the nodes, in the head's frame.
        owners: (V,) the node that carries each vertex.
        vertices: (V, 3) in the head's frame.
        shapes: (52, V, 3).
    """
    above = [node.parent for node in nodes]
    moved = np.linalg.norm(shapes[_GAZE], axis=2).max(axis=0) > STILL_M
    found: dict[bool, tuple[Ints, Numbers]] = {}
    for i, node in enumerate(nodes):
        if not _is_eye(node.name):
            continue
        under = {k for k in range(len(nodes)) if i in _line(above, k)}
        ball = np.flatnonzero(np.isin(owners, list(under)))
        if len(ball) < LEAST or moved[ball].mean() > 0.5:
            continue
        low, high = vertices[ball].min(axis=0), vertices[ball].max(axis=0)
        inside = ((origins[i] > low) & (origins[i] < high)).all()
        centre = origins[i] if inside else (low + high) / 2
        left = bool(centre[0] > 0)
        # A node around the eyeball's own node has all that this has.
        if left not in found or len(found[left][0]) < len(ball):
            found[left] = ball.astype(np.int32), centre
    return tuple(
        Eye(left, found[left][0], found[left][1].astype(np.float32))
        for left in (True, False)
        if left in found
    )


def _is_eye(name: str) -> bool:
    found = set(words(name))
    return "eye" in found and side(name) is not None and not found & _OTHERS


def _line(above: list[int], at: int) -> list[int]:
    """Return a node and all that it hangs under."""
    line = [at]
    while above[line[-1]] >= 0:
        line.append(above[line[-1]])
    return line
