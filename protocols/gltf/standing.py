"""Bounds what the nodes of a scene show.

A mesh may stand at any number of nodes. A small file can so ask for more vertices and
morph targets than any computer has room for.
"""

from __future__ import annotations

from typing import Final

from .checks import GltfError
from .meshes import NUMBERS, PLACED
from .scene import Mesh, Node

SLOTS: Final = 1 << 14
"""Morph targets of all nodes together; the largest avatars have some thousands."""
PRIMITIVES: Final = 1 << 14
"""Of all nodes together."""


def check_standing(nodes: tuple[Node, ...], meshes: tuple[Mesh, ...]) -> None:
    """Refuse a scene whose nodes show too much.

    Raises:
        GltfError: the nodes show too many morph targets, primitives or vertices.
    """
    shown = [meshes[node.mesh] for node in nodes if node.mesh >= 0]
    _within(sum(len(mesh.targets) for mesh in shown), SLOTS, "morph targets")
    _within(sum(len(mesh.primitives) for mesh in shown), PRIMITIVES, "primitives")
    parts = [primitive for mesh in shown for primitive in mesh.primitives]
    numbers = sum(PLACED * len(p.vertices) + p.moves.size for p in parts)
    _within(numbers, NUMBERS, "numbers of vertices and morph targets")
    # Targets of one name move as one, on the vertices of all meshes that have any.
    names = {name for mesh in shown for name in mesh.targets}
    moved = sum(len(p.vertices) for p in parts if len(p.moves))
    _within(3 * len(names) * moved, NUMBERS, "vertices times morph targets")


def _within(count: int, most: int, what: str) -> None:
    if count > most:
        raise GltfError(
            f"its nodes show {count} {what} together, expected at most {most}; a mesh "
            "counts for each node that it stands at"
        )
