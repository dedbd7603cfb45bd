"""Turns of bones as Blender's pose bones need them.

A face's turn Q is about the character's own axes: +X its left, +Y up, +Z ahead. A pose
bone's rotation is about the axes of that bone at rest. With A the (3, 3) matrix whose
columns are the character's left, up and ahead in the armature's axes, and R the bone's
rest rotation there, the rotation vector q of Q becomes R^T A q, of the same length. So
rigs whose bones lie along their limbs, with any roll, turn alike.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ..shared.channels import BONES, bone_slice
from ..shared.rotation import (
    IDENTITY,
    Quaternion,
    Triple,
    multiply,
    quaternion,
    rotation_vector,
)

Matrix = tuple[Triple, Triple, Triple]
"""(3, 3), row by row."""

CHAIN: Final = ("spine", "chest", "upperChest", "neck", "head")
"""The bones that carry the head, from below."""

USUAL: Final[Matrix] = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))
"""Axes of a character that looks along -Y, as Blender's own do: its left is +X."""

_SMALL: Final = 1e-9


def turns(vector: Sequence[float], bones: Collection[str]) -> dict[str, Quaternion]:
    """Return the turn of each bone, about the character's axes.

    Args:
        vector: (85,) of a face.
        bones: those that the character has. A bone of the head's chain that is missing
            gives its turn to the next one toward the head.
    """
    found: dict[str, Quaternion] = {}
    carried = IDENTITY
    for bone in CHAIN:
        carried = multiply(carried, _turn(vector, bone))
        if bone in bones:
            found[bone] = carried
            carried = IDENTITY
    for bone in BONES:
        if bone in bones and bone not in CHAIN:
            found[bone] = _turn(vector, bone)
    return found


def _turn(vector: Sequence[float], bone: str) -> Quaternion:
    x, y, z = vector[bone_slice(bone)]
    return quaternion(x, y, z)


def local(
    turn: Quaternion, axes: Matrix, rest: Matrix, gain: float, limit: float
) -> Quaternion:
    """Return a turn about a bone's own axes.

    Args:
        turn: about the character's axes.
        axes: A above.
        rest: R above.
        gain: factor of the angle.
        limit: the greatest angle, radians.
    """
    vector = rotation_vector(turn)
    angle = math.sqrt(sum(part * part for part in vector))
    if angle < _SMALL:
        return IDENTITY
    scale = min(max(angle * gain, -limit), limit) / angle
    x, y, z = (scale * part for part in _times(axes, vector))
    return quaternion(*_times(_transposed(rest), (x, y, z)))


def axes_of(points: Mapping[str, Triple], sides: Sequence[Triple]) -> Matrix:
    """Return the character's left, up and ahead, each along an axis of the armature.

    Args:
        points: where bones begin at rest, by the names of `BONES`.
        sides: for each pair of bones, the way from the right one to the left one.

    Returns:
        The usual axes where the bones do not say enough.
    """
    below = next((points[bone] for bone in CHAIN if bone in points), None)
    up = None
    if "head" in points and below is not None:
        up = _along(_minus(points["head"], below))
    left = _along(_sum(sides))
    if up is None or left is None:
        return USUAL
    ahead = _cross(left, up)
    if ahead == (0.0, 0.0, 0.0):
        return USUAL
    return _transposed((left, up, ahead))


def _along(way: Triple) -> Triple | None:
    """Return the axis, with its sign, that a way follows most; None for no way."""
    at = max(range(3), key=lambda k: abs(way[k]))
    if abs(way[at]) < _SMALL:
        return None
    x, y, z = (
        math.copysign(float(k == at), way[at]) if k == at else 0.0 for k in range(3)
    )
    return (x, y, z)


def _times(matrix: Matrix, vector: Triple) -> Triple:
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return (x, y, z)


def _transposed(matrix: Matrix) -> Matrix:
    x, y, z = zip(*matrix, strict=True)
    return (x, y, z)


def _minus(a: Triple, b: Triple) -> Triple:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def _sum(ways: Sequence[Triple]) -> Triple:
    return (sum(w[0] for w in ways), sum(w[1] for w in ways), sum(w[2] for w in ways))


def _cross(a: Triple, b: Triple) -> Triple:
    return (
        a[1] * b[2] - a[2] * b[1] + 0.0,
        a[2] * b[0] - a[0] * b[2] + 0.0,
        a[0] * b[1] - a[1] * b[0] + 0.0,
    )
