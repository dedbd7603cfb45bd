"""Turns of bones as local rotations of a file's nodes, for any rig.

A bone's turn Q is about the character's own axes. With P the rest rotation of the node
above in the scene and R the node's own rest rotation, the local rotation is

    P^-1 * Q * P * R

so a rig whose bones lie along their limbs, or whose axes are permuted, turns as one
without rest rotations does. P^-1 * Q * P is the same turn about another axis: a (3, 3)
matrix per bone, which is prepared, takes the rotation vector there. A character that
looks along -Z at rest is turned round in that matrix too.

A character without any bone of the head's chain (a head alone) turns its whole scene
about a point below the skull.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.bones import HEAD_CHAIN
from protocols.channels import BONES, ROTATION_SLICE, Vector, bone_slice
from protocols.gltf.scene import Scene

from .character import downward
from .skeleton import EYES, eye_distance

BELOW: Final = 0.8
BEHIND: Final = 1.2
"""The joint of skull and neck from between the eyes, in distances of the eyes: our
human and Face Cap's rig have 0.55 and 1.07 below, 1.3 and 1.07 behind."""

FORWARD: Final = 0.004 / EYES
"""How far a jaw moves at jawForward of 1, in distances of the eyes."""


class Joints:
    """Poses the bones of one character. Has no state."""

    def __init__(
        self,
        scene: Scene,
        bones: Mapping[str, int],
        turning: Collection[str],
        facing: int,
    ) -> None:
        """Prepare the bones.

        Args:
            scene: of the file.
            bones: the node of each bone that the character has.
            turning: those of them that turn.
            facing: 1 if the character looks along +Z at rest, -1 if along -Z.
        """
        self._turn = np.diag([facing, 1.0, facing])
        self._nodes = [bones[bone] for bone in turning]
        self._rows = np.array([BONES.index(bone) for bone in turning], dtype=np.intp)
        axes = [_axes(scene, node) @ self._turn for node in self._nodes]
        self._axes = np.array(axes).reshape(-1, 3, 3)
        rest = [scene.nodes[node].rotation for node in self._nodes]
        self._rest = np.array(rest, dtype=np.float64).reshape(-1, 4)
        self._jaw = _jaw_way(scene, bones, facing)
        self._roots: list[tuple[int, Numbers, Numbers]] = []
        if not any(bone in bones for bone in HEAD_CHAIN):
            self._roots = [
                (root, scene.nodes[root].rotation, scene.nodes[root].translation)
                for root in _roots(scene, set(bones.values()))
            ]
        self._pivot = _below_skull(scene, bones, facing)

    @property
    def nodes(self) -> tuple[int, ...]:
        """The nodes that may turn or move."""
        jaw = [] if self._jaw is None else [self._jaw[0]]
        roots = [root for root, _, _ in self._roots]
        return tuple(sorted({*self._nodes, *roots, *jaw}))

    def __call__(
        self, vector: Vector, forward: float = 0.0
    ) -> tuple[dict[int, Floats], dict[int, Floats]]:
        """Return the rotations and the places of the nodes that are not at rest.

        Args:
            vector: (85,), finite.
            forward: jawForward, for a jaw bone.
        """
        turns: dict[int, Floats] = {}
        places: dict[int, Floats] = {}
        if self._nodes:
            angles = vector[ROTATION_SLICE].reshape(-1, 3)[self._rows]
            local = np.einsum("nij,nj->ni", self._axes, angles)
            posed = products(quaternions(local), self._rest).astype(np.float32)
            moved = angles.any(axis=1).tolist()
            for at, node in enumerate(self._nodes):
                if moved[at]:
                    turns[node] = posed[at]
        if self._roots:
            self._turn_roots(vector, turns, places)
        if forward and self._jaw is not None:
            node, place, way = self._jaw
            places[node] = (place + forward * way).astype(np.float32)
        return turns, places

    def _turn_roots(
        self, vector: Vector, turns: dict[int, Floats], places: dict[int, Floats]
    ) -> None:
        angles = self._turn @ vector[bone_slice("head")]
        if not angles.any():
            return
        turn = quaternions(angles[None])
        for root, rest, place in self._roots:
            # An eye that is a root itself turns with the head after its own turn.
            own = np.asarray(turns.get(root, rest), dtype=np.float64)
            turns[root] = products(turn, own[None])[0].astype(np.float32)
            at = self._pivot + rotated(turn[0], place - self._pivot)
            places[root] = at.astype(np.float32)


def quaternions(vectors: Numbers) -> Numbers:
    """Return (N, 4) unit quaternions x y z w of (N, 3) rotation vectors, radians."""
    angle = np.sqrt(np.einsum("ni,ni->n", vectors, vectors))
    out = np.empty((len(vectors), 4))
    # sinc is sin(pi x) / (pi x), and 1 at 0.
    out[:, :3] = vectors * (0.5 * np.sinc(angle * (0.5 / np.pi)))[:, None]
    out[:, 3] = np.cos(0.5 * angle)
    return out


def products(a: Numbers, b: Numbers) -> Numbers:
    """Return (N, 4): each rotation of `a` after that of `b`."""
    ax, ay, az, aw = a.T
    bx, by, bz, bw = b.T
    return np.stack(
        [
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ],
        axis=1,
    )


def rotated(turn: Numbers, point: Numbers) -> Numbers:
    """Return a (3,) point turned by a (4,) unit quaternion."""
    axis = turn[:3]
    out: Numbers = point + 2.0 * np.cross(axis, np.cross(axis, point) + turn[3] * point)
    return out


def _axes(scene: Scene, node: int) -> Numbers:
    """Return the (3, 3) that takes rotation vectors from the scene's axes to those of
    the node above."""
    parent = scene.nodes[node].parent
    if parent < 0:
        return np.eye(3)
    # The nearest rotation; it leaves scales out. A mirrored frame reverses turns.
    u, _, v = np.linalg.svd(scene.world[parent, :3, :3])
    nearest = u @ v
    out: Numbers = np.linalg.det(nearest) * nearest.T
    return out


def _jaw_way(
    scene: Scene, bones: Mapping[str, int], facing: int
) -> tuple[int, Numbers, Numbers] | None:
    """Return the jaw's node, its place, and its way at jawForward of 1."""
    gap = eye_distance(scene, bones)
    if "jaw" not in bones or gap <= 0.0:
        return None
    node = bones["jaw"]
    parent = scene.nodes[node].parent
    above = scene.world[parent, :3, :3] if parent >= 0 else np.eye(3)
    ahead = np.array([0.0, 0.0, facing * FORWARD * gap])
    return node, scene.nodes[node].translation, np.linalg.pinv(above) @ ahead


def _roots(scene: Scene, bones: set[int]) -> list[int]:
    """Return the roots of the scene that carry a mesh or a bone."""
    root: dict[int, int] = {}
    for at in downward(scene):
        root[at] = root.get(scene.nodes[at].parent, at)
    return sorted(
        {
            root[at]
            for at, node in enumerate(scene.nodes)
            if node.mesh >= 0 or at in bones
        }
    )


def _below_skull(scene: Scene, bones: Mapping[str, int], facing: int) -> Numbers:
    """Return the (3,) point in the scene about which a head alone turns."""
    gap = eye_distance(scene, bones)
    if gap > 0.0:
        ends = [scene.world[bones[eye], :3, 3] for eye in ("leftEye", "rightEye")]
        middle = 0.5 * (ends[0] + ends[1])
        out: Numbers = middle - gap * np.array([0.0, BELOW, facing * BEHIND])
        return out
    low, high = _box(scene)
    # Without eyes: the middle of the head, a third of its height up.
    out = 0.5 * (low + high)
    out[1] = low[1] + (high[1] - low[1]) / 3.0
    return out


def _box(scene: Scene) -> tuple[Numbers, Numbers]:
    """Return the lowest and the highest corner of all that is drawn, at rest."""
    lows, highs = [], []
    for index, node in enumerate(scene.nodes):
        if node.mesh < 0:
            continue
        world = scene.world[index]
        for primitive in scene.meshes[node.mesh].primitives:
            if len(primitive.vertices):
                points = primitive.vertices @ world[:3, :3].T + world[:3, 3]
                lows.append(points.min(axis=0))
                highs.append(points.max(axis=0))
    if not lows:
        return np.zeros(3), np.zeros(3)
    return np.min(lows, axis=0), np.max(highs, axis=0)
