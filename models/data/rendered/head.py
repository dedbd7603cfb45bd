"""The ICT-FaceKit head: geometry, 51 ARKit shapes, 100 identities, and how it moves.

Everything is in metres in the head's own frame: +X the actor's left, +Y up, +Z out of
the face. The model is MIT (see NOTICE); its file is data that we do not ship.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from models.data.files import open_arrays
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .arkit_units import arkit_scale
from .gaze import gaze, gaze_rotation

Ints = npt.NDArray[np.int32]

HEAD_FILE: Final = Path("ict_facekit") / "ict_facekit.npz"
"""Below the folder of all data: ICT-FaceKit's head."""

CENTIMETRE: Final = np.float32(0.01)


class Material(IntEnum):
    """What a triangle is made of."""

    SKIN = 0
    SCALP = 1
    GUMS = 2
    TEETH = 3
    LEFT_EYE = 4
    RIGHT_EYE = 5
    LASHES = 6
    MOUTH = 7
    """The socket behind the lips; those of the eyes as well."""
    HAIR = 8
    """Not of the file: grown by `hair.grow`."""
    TONGUE = 9
    """Nor these: `tongue` and `glasses`."""
    FRAMES = 10


_SOURCE: Final = {
    "M_Face": Material.SKIN,
    "M_BackHead": Material.SCALP,
    "M_GumsTongue": Material.GUMS,
    "M_Teeth": Material.TEETH,
    "M_ScleraLeft": Material.LEFT_EYE,
    "M_ScleraRight": Material.RIGHT_EYE,
    "M_EyeLashes": Material.LASHES,
}
"""The rest (iris, tear line, occlusion shells) is drawn by the shading instead."""

_SOCKETS: Final = range(11_248, 14_062)
"""Vertices of the mouth and eye sockets, which the file counts to the back of the
head (ICT-FaceKit's own table of vertex ranges)."""

_SPLIT: Final = ("browInnerUp", "cheekPuff")
"""ARKit curves that ICT-FaceKit keeps as a left and a right half."""

# The Multi-PIE/iBUG 68 points as ICT-FaceKit numbers them, jaw line first, from the
# actor's right to the actor's left.
LANDMARKS: Final[Ints] = np.array(
    [
        *(1225, 1888, 1052, 367, 1719, 1722, 2199, 1447, 966, 3661, 4390, 3927, 3924),
        *(2608, 3272, 4088, 3443, 268, 493, 1914, 2044, 1401, 3615, 4240, 4114, 2734),
        *(2509, 978, 4527, 4942, 4857, 1140, 2075, 1147, 4269, 3360, 1507, 1542, 1537),
        *(1528, 1518, 1511, 3742, 3751, 3756, 3721, 3725, 3732, 5708, 5695, 2081, 0),
        *(4275, 6200, 6213, 6346, 6461, 5518, 5957, 5841, 5702, 5711, 5533, 6216, 6207),
        *(6470, 5517, 5966),
    ],
    dtype=np.int32,
)
"""(68,) vertices: jaw 0..16, brows 17..26, nose 27..35, eyes 36..47, lips 48..67."""

LIDS_SHUT_M: Final = 0.0003
"""Between the lids' outer edges where they touch, on the average head."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One person: a neutral mesh and what each curve adds to it."""

    neutral: Floats
    """(V, 3) metres."""

    shapes: Floats
    """(52, V, 3) metres at weight 1, in `ARKIT` order; tongueOut is all zero. Those of
    `load_head` have ARKit's sizes, not those of ICT-FaceKit's file."""

    identity: Floats
    """(100, V, 3) metres per standard deviation."""

    triangles: Ints
    """(T, 3) vertex indices, anticlockwise from outside."""

    materials: Ints
    """(T,) `Material`."""

    uv: Floats
    """(T, 3, 2) 0 to 1 inside each material's own square, v up."""

    eyes: Floats
    """(2, 4) centre x, y, z and radius of the left and the right eyeball, metres."""

    welds: Ints
    """(V,) the first vertex at the same place: smooth normals across seams."""

    reach: Floats
    """(52,) factors: how far a curve's shape is carried on this person. 1 unless
    `fit_reach` found that lids or lips would not just meet."""


def load_head(path: Path, arkit_units: bool = True) -> Head:
    """Read ict_facekit.npz and bring its shapes to ARKit's sizes.

    ICT-FaceKit has ARKit's curves but not ARKit's amounts: its browDown at 1 moves the
    brow about half as far as a character's does. A network that learned from it as it
    is would send half-true numbers to every character. So each shape is scaled by
    1 / `_SIZE`, by at most `MOST_SCALED`; `fit_reach` then makes lids and lips meet.

    Args:
        path: of the file.
        arkit_units: False takes the shapes as they are in the file, to see what the
            units do to a network.

    Raises:
        OSError: the file cannot be read.
        FileError: it is damaged, or an archive of something else.
    """
    with open_arrays(path) as data:
        names = [str(name) for name in data["expr_names"]]
        quads, quad_uv = data["faces"], data["face_uv"]
        kinds = [str(name) for name in data["materials"]]
        kind_of = np.array([int(_SOURCE.get(kind, -1)) for kind in kinds])
        quad_kind = kind_of[data["face_mat"]]
        neutral = data["neutral"] * CENTIMETRE
        expression = data["expr"] * CENTIMETRE
        identity = data["identity"] * CENTIMETRE
        texture = data["uv"]

    shapes = np.zeros((len(ARKIT), *neutral.shape), dtype=np.float32)
    for name, offset in zip(names, expression, strict=True):
        target = name[:-2] if name[:-2] in _SPLIT else _arkit_name(name)
        if target in ARKIT:
            scale = arkit_scale(target) if arkit_units else 1.0
            shapes[ARKIT.index(target)] += scale * offset

    corners = [(0, 1, 2), (0, 2, 3)]
    triangles = np.concatenate([quads[:, c] for c in corners])
    uv = texture[np.concatenate([quad_uv[:, c] for c in corners])]
    materials = np.concatenate([quad_kind, quad_kind])
    keep = (materials >= 0) & (triangles >= 0).all(axis=1)
    uv = uv[keep]
    sockets = np.isin(triangles[:, 0], _SOCKETS) & (materials == Material.SCALP)
    materials[sockets] = Material.MOUTH
    head = Head(
        neutral=neutral,
        shapes=shapes,
        identity=identity,
        triangles=np.ascontiguousarray(triangles[keep], dtype=np.int32),
        materials=materials[keep].astype(np.int32),
        # ICT-FaceKit lays its materials out in neighbouring unit squares.
        uv=np.ascontiguousarray(uv - np.floor(uv.mean(axis=1, keepdims=True))),
        eyes=np.zeros((2, 4), dtype=np.float32),
        welds=_weld(neutral),
        reach=np.ones(len(ARKIT), dtype=np.float32),
    )
    return replace(head, eyes=_fit_eyes(head))


def embody(head: Head, identity: Floats) -> Head:
    """Return another person's head: `identity` is (N <= 100,) standard deviations."""
    change = np.tensordot(identity, head.identity[: len(identity)], axes=1)
    person = replace(head, neutral=head.neutral + change.astype(np.float32))
    return replace(person, eyes=_fit_eyes(person))


def fit_reach(head: Head) -> Head:
    """Return the same head with curves that shut its own lids and lips.

    ICT-FaceKit adds the same offsets to everybody, so that at eyeBlink 1 one person's
    lids stand 2 mm open and another's cross, and mouthClose drives the lips 5 mm into
    each other. ARKit's curves are 1 where lids and lips meet.
    """
    reach = head.reach.copy()
    marks = LANDMARKS[[43, 44, 47, 46, 37, 38, 41, 40, 62, 66]]
    height = head.neutral[marks, 1]
    for side, at in (("Left", 0), ("Right", 4)):
        shape = ARKIT.index(f"eyeBlink{side}")
        moved = head.shapes[shape][marks, 1]
        gap = float((height[at : at + 2] - height[at + 2 : at + 4]).mean())
        shut = float((moved[at + 2 : at + 4] - moved[at : at + 2]).mean())
        reach[shape] = np.clip((gap - LIDS_SHUT_M) / max(shut, 1e-4), 0.5, 1.4)
    jaw, close = ARKIT.index("jawOpen"), ARKIT.index("mouthClose")
    opened = float(np.subtract(*head.shapes[jaw][marks[8:], 1]))
    closed = float(np.subtract(*head.shapes[close][marks[8:], 1]))
    reach[close] = np.clip(-opened / min(closed, -1e-4), 0.6, 1.2)
    return replace(head, reach=reach)


def deform(head: Head, weights: Floats) -> Floats:
    """Return (V, 3) metres: the neutral mesh with 52 weights, and the eyes turned."""
    used = np.flatnonzero(weights)
    flat = head.shapes.reshape(len(ARKIT), -1)[used]
    carried = (weights[used] * head.reach[used]).astype(np.float32)
    moved = (carried @ flat).reshape(-1, 3)
    vertices: Floats = head.neutral + moved
    for side, material in enumerate((Material.LEFT_EYE, Material.RIGHT_EYE)):
        ball = np.unique(head.triangles[head.materials == material])
        centre = head.eyes[side, :3]
        turn = gaze_rotation(*gaze(weights)[side])
        vertices[ball] = (head.neutral[ball] - centre) @ turn.T + centre
    return vertices


def _arkit_name(name: str) -> str:
    """`eyeBlink_L` -> `eyeBlinkLeft`."""
    if name.endswith("_L"):
        return f"{name[:-2]}Left"
    return f"{name[:-2]}Right" if name.endswith("_R") else name


def _fit_eyes(head: Head) -> Floats:
    """Return (2, 4): the least-squares sphere through each eyeball."""
    eyes = np.zeros((2, 4), dtype=np.float32)
    for side, material in enumerate((Material.LEFT_EYE, Material.RIGHT_EYE)):
        ball = np.unique(head.triangles[head.materials == material])
        p = head.neutral[ball].astype(np.float64)
        if not len(p):
            continue
        system = np.c_[2 * p, np.ones(len(p))]
        x, y, z, k = np.linalg.lstsq(system, (p**2).sum(axis=1), rcond=None)[0]
        eyes[side] = x, y, z, np.sqrt(k + x * x + y * y + z * z)
    return eyes


def _weld(neutral: Floats) -> Ints:
    """Return (V,): the lowest index among the vertices within a micrometre or so."""
    _, first, group = np.unique(
        np.round(neutral * 1e5).astype(np.int64),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    return np.asarray(first[group.reshape(-1)], dtype=np.int32)
