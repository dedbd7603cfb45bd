"""Turns a character's postures into keyframes for its file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.gltf.animation import Animation

from .character import Character, Posture


def keyframes(
    character: Character,
    postures: Sequence[Posture],
    times: Numbers,
    name: str,
    *,
    stepped: bool = False,
) -> Animation:
    """Return the animation of all morph targets, and of all nodes that ever move.

    Args:
        character: of the postures.
        postures: F of them, at least one.
        times: (F,) seconds, rising.
        name: of the animation.
        stepped: True if each posture stays until the next one.
    """
    weights = np.array([posture.weights for posture in postures], dtype=np.float32)
    nodes = np.array([slot.node for slot in character.slots], dtype=np.int64)
    rest = character.scene.nodes
    turned = {node: rest[node].rotation for p in postures for node in p.turns}
    moved = {node: rest[node].translation for p in postures for node in p.places}
    return Animation(
        name,
        times,
        weights={int(node): weights[:, nodes == node] for node in np.unique(nodes)},
        turns={
            node: _rows([posture.turns.get(node, still) for posture in postures])
            for node, still in sorted(turned.items())
        },
        places={
            node: _rows([posture.places.get(node, still) for posture in postures])
            for node, still in sorted(moved.items())
        },
        stepped=stepped,
    )


def _rows(values: Sequence[Floats | Numbers]) -> Numbers:
    return np.array(values, dtype=np.float64)
