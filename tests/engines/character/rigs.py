"""Scenes as values: rigs of a few bones with a face of a few morph targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from engines.character.character import Character, character
from protocols.arrays import Numbers
from protocols.channels import EXPRESSIONS, Vector
from protocols.gltf.scene import Mesh, Node, Primitive, Scene
from protocols.gltf.vrm import Bind, Clip, Vrm
from protocols.rotation import Quaternion, Triple, to_matrix

CHAIN = ("hips", "spine", "chest", "upperChest", "neck", "head")
NOSE = (0.0, 0.05, 0.12)
"""From the head bone, +Z out of the face."""
EYE = (0.03, 0.06, 0.08)

NEUTRAL = np.zeros(len(EXPRESSIONS), dtype=np.float32)


def chances(**named: float) -> Vector:
    out = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    for name, value in named.items():
        out[EXPRESSIONS.index(name)] = value
    return out


def node(
    name: str,
    parent: int = -1,
    at: Triple = (0.0, 0.0, 0.0),
    turn: Quaternion = (0.0, 0.0, 0.0, 1.0),
    size: float = 1.0,
    mesh: int = -1,
) -> Node:
    return Node(
        name, parent, np.array(at), np.array(turn), np.full(3, size), mesh, skin=-1
    )


def worlds(
    nodes: Sequence[Node],
    turns: dict[int, Numbers] | None = None,
    places: dict[int, Numbers] | None = None,
) -> Numbers:
    """(N, 4, 4), of nodes whose parents come before them or after."""
    found: dict[int, Numbers] = {}

    def world(index: int) -> Numbers:
        if index not in found:
            one = nodes[index]
            local = np.eye(4)
            turn = (turns or {}).get(index, one.rotation)
            local[:3, :3] = to_matrix(np.asarray(turn, np.float64)) * one.scale
            local[:3, 3] = (places or {}).get(index, one.translation)
            above = np.eye(4) if one.parent < 0 else world(one.parent)
            found[index] = above @ local
        return found[index]

    return np.array([world(index) for index in range(len(nodes))])


def face_mesh(targets: Sequence[str], vertices: int = 0) -> Mesh:
    """Target k moves vertex k alone, by 1 up."""
    count = max(vertices, len(targets), 1)
    moves = np.zeros((len(targets), count, 3), dtype=np.float32)
    moves[range(len(targets)), range(len(targets)), 1] = 1.0
    return Mesh("Face", tuple(targets), (primitive(moves),))


def primitive(moves: np.ndarray) -> Primitive:  # type: ignore[type-arg]
    count = moves.shape[1]
    return Primitive(
        np.zeros((count, 3), np.float32),
        np.zeros((0, 3), np.int64),
        moves,
        None,
        None,
        np.ones((count, 3), np.float32),
        np.zeros((count, 2), np.float32),
        -1,
    )


def scene(
    nodes: Sequence[Node], meshes: Iterable[Mesh] = (), vrm: Vrm | None = None
) -> Scene:
    return Scene(
        tuple(nodes), tuple(meshes), (), (), (), worlds(nodes), "tests", "", vrm
    )


def straight(
    bones: Sequence[str] = CHAIN,
    *,
    turn: Quaternion = (0.0, 0.0, 0.0, 1.0),
    root: Quaternion = (0.0, 0.0, 0.0, 1.0),
    size: float = 1.0,
    facing: int = 1,
    targets: Sequence[str] = (),
    clips: tuple[Clip, ...] = (),
    version: int = 1,
) -> Character:
    """A rig whose bones stand 0.1 m above each other, with eyes and a nose.

    Args:
        bones: of the chain, from below; the eyes and the nose hang on the last.
        turn: rest rotation of each bone in the scene.
        root: rotation of the node above all of them.
        size: metres of a unit of the bones.
        facing: 1 for a face toward +Z.
        targets: morph targets of the mesh `Face`.
        clips: expressions of a VRM.
        version: of the VRM.
    """
    rest = np.asarray(turn)
    nodes = [node("Root", turn=root, size=size)]
    above = nodes[0].rotation
    for height, bone in enumerate([*bones, "leftEye", "rightEye", "nose"]):
        extra = height >= len(bones)
        parent = len(bones) if extra else height
        x, y, z = {"leftEye": EYE, "nose": NOSE}.get(bone, (-EYE[0], *EYE[1:]))
        where = np.array([facing * x, y, facing * z] if extra else [0.0, 0.1, 0.0])
        frame = rest if parent else above
        local = to_matrix(frame).T @ where / size
        own = rest if parent else product(inverse(above), rest)
        own = np.array([0.0, 0.0, 0.0, 1.0]) if parent else own
        nodes.append(
            Node(bone, parent, local, own, np.ones(3), mesh=-1, skin=-1),
        )
    nodes.append(node("Face", mesh=0))
    vrm = Vrm(version, clips=clips) if clips else None
    return character("rig", scene(nodes, [face_mesh(targets)], vrm))


def inverse(q: Numbers) -> Numbers:
    out: Numbers = q * np.array([-1.0, -1.0, -1.0, 1.0])
    return out


def product(a: Numbers, b: Numbers) -> Numbers:
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return np.array(
        [
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ]
    )


def clip(
    name: str, targets: dict[int, float], preset: str = "", **more: object
) -> Clip:
    """An expression of a `straight` rig of six bones: its face is node 10."""
    binds = tuple(Bind(10, target, weight) for target, weight in targets.items())
    return Clip(name, preset, binds, **more)  # type: ignore[arg-type]
