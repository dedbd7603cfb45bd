"""Characters for tests: the reference face as a scene, with any names, and bones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np

from engines.character.character import Character, character
from engines.character.geometry import Reference, Seen
from engines.character.landmarks import FACE, Places
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT
from protocols.gltf.scene import Mesh, Node, Primitive, Scene
from protocols.gltf.vrm import Vrm


@cache
def rig() -> dict[str, Numbers]:
    with np.load(str(resources.files("bridge") / "assets" / "face_rig.npz")) as file:
        return {name: np.asarray(file[name]).astype(np.float64) for name in file}


def reference() -> Reference:
    return Reference(rig()["points"][:FACE], rig()["morphs"][:, :FACE])


def seen() -> Seen:
    """The points of a tracker on `face()`: its first 468 vertices."""
    corners = np.repeat(np.arange(FACE)[:, None], 3, axis=1)
    shares = np.tile([1.0, 0.0, 0.0], (FACE, 1))
    return Seen(Places(corners, shares, np.ones(FACE, dtype=np.bool_)), reference())


def bone(
    name: str,
    parent: int = -1,
    place: Sequence[float] = (0.0, 0.0, 0.0),
    mesh: int = -1,
) -> Node:
    return Node(
        name,
        parent,
        np.array(place, dtype=np.float64),
        np.array([0.0, 0.0, 0.0, 1.0]),
        np.ones(3),
        mesh,
        -1,
    )


def scene(
    nodes: Sequence[Node], meshes: Sequence[Mesh] = (), vrm: Vrm | None = None
) -> Scene:
    world = np.tile(np.eye(4), (len(nodes), 1, 1))
    for at, node in enumerate(nodes):
        above = world[node.parent, :3, 3] if node.parent >= 0 else np.zeros(3)
        world[at, :3, 3] = above + node.translation
    return Scene(tuple(nodes), tuple(meshes), (), (), (), world, "tests", "", vrm)


def skeleton(*names: str) -> Scene:
    """A chain of bones, each below the one before."""
    return scene([bone(name, at - 1) for at, name in enumerate(names)])


def mesh(moves: Floats, names: Sequence[str]) -> Mesh:
    """The surface of the reference face with these targets."""
    triangles = rig()["triangles"].astype(np.int64)
    triangles = triangles[(triangles < FACE).all(axis=1)]
    points = rig()["points"][:FACE].astype(np.float32)
    primitive = Primitive(
        points,
        triangles,
        moves.astype(np.float32),
        None,
        None,
        np.ones_like(points),
        np.zeros((FACE, 2), dtype=np.float32),
        -1,
    )
    return Mesh("Face", tuple(names), (primitive,))


def face(
    names: Sequence[str] = ARKIT,
    moves: Floats | None = None,
    nodes: Sequence[Node] = (),
    vrm: Vrm | None = None,
) -> Character:
    """The reference face; targets are its 52 curves or `moves`, (K, 468, 3)."""
    own = rig()["morphs"][:, :FACE] if moves is None else moves
    every = (bone("Face", mesh=0), *nodes)
    return character("face", scene(every, [mesh(np.asarray(own), names)], vrm))


def curve_moves(*names: str) -> Floats:
    """(K, 468, 3): the named curves; `+` between names adds them up."""
    rows = []
    for name in names:
        parts = [rig()["morphs"][ARKIT.index(part), :FACE] for part in name.split("+")]
        rows.append(np.sum(parts, axis=0))
    return np.array(rows, dtype=np.float32)
