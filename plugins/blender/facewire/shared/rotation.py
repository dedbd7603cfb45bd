# A copy of protocols/rotation.py, made by plugins/blender/copies.py.
"""Rotations, and the conventions of every receiver.

Inside facewire: right-handed, +X the actor's left, +Y up, +Z out of the face; rotation
vectors in radians. So a positive rotation about x looks down, about y turns to the
actor's left, about z tilts the head to the actor's right.

Unity and VMC: left-handed, +X right, +Y up, +Z forward. An avatar that looks along +Z
has its left hand at -X, so the sign of x changes. A rotation is a pseudo-vector and
keeps its x part instead: (x, y, z, w) -> (x, -y, -z, w).

Live Link Face: yaw positive to the actor's right, pitch positive down, radians (checked
on a real capture for the eyes; the head is sent in the same way). No capture shows a
roll. It is assumed to be mirrored like yaw, so a positive roll tilts to the actor's
left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .arrays import Numbers

Quaternion = tuple[float, float, float, float]
"""(x, y, z, w), unit length."""

Triple = tuple[float, float, float]

IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)


def quaternion(x: float, y: float, z: float) -> Quaternion:
    """Return the unit quaternion of a rotation vector in radians."""
    angle = math.sqrt(x * x + y * y + z * z)
    if angle < 1e-9:
        return (0.5 * x, 0.5 * y, 0.5 * z, 1.0)
    k = math.sin(0.5 * angle) / angle
    return (x * k, y * k, z * k, math.cos(0.5 * angle))


def rotation_vector(q: Quaternion) -> Triple:
    """Return the rotation vector of a unit quaternion, at most pi long."""
    x, y, z, w = q if q[3] >= 0 else (-q[0], -q[1], -q[2], -q[3])
    sine = math.sqrt(x * x + y * y + z * z)
    if sine < 1e-9:
        return (2 * x, 2 * y, 2 * z)
    k = 2 * math.atan2(sine, w) / sine
    return (x * k, y * k, z * k)


def multiply(a: Quaternion, b: Quaternion) -> Quaternion:
    """Return the rotation `a` after `b`; for bones, parent times child."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def yaw_pitch_roll(q: Quaternion) -> Triple:
    """Return rotations about y, then x, then z, in radians: R = Ry(yaw) Rx(pitch)
    Rz(roll).

    Pitch is within +-pi/2; a face seen by a camera stays far from its poles.
    """
    x, y, z, w = q
    pitch = math.asin(max(-1.0, min(1.0, 2 * (w * x - y * z))))
    yaw = math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y))
    roll = math.atan2(2 * (x * y + w * z), 1 - 2 * (x * x + z * z))
    return (yaw, pitch, roll)


def from_yaw_pitch_roll(yaw: float, pitch: float, roll: float) -> Quaternion:
    """Undo `yaw_pitch_roll`."""
    turn = multiply(quaternion(0, yaw, 0), quaternion(pitch, 0, 0))
    return multiply(turn, quaternion(0, 0, roll))


def to_livelink(q: Quaternion) -> Triple:
    """Return Live Link Face's yaw, pitch and roll, radians."""
    yaw, pitch, roll = yaw_pitch_roll(q)
    return (-yaw, pitch, -roll)


def from_livelink(yaw: float, pitch: float, roll: float) -> Quaternion:
    """Undo `to_livelink`."""
    return from_yaw_pitch_roll(-yaw, pitch, -roll)


def to_unity(q: Quaternion) -> Quaternion:
    """Return the same rotation in Unity's and VMC's frame. It is its own inverse."""
    return (q[0], -q[1], -q[2], q[3])


def to_unity_position(p: Triple) -> Triple:
    """Return the same point in Unity's and VMC's frame. It is its own inverse."""
    return (-p[0], p[1], p[2])


def to_matrix(q: Sequence[float] | Numbers) -> Numbers:
    """Return the (3, 3) rotation matrix of a unit quaternion x y z w."""
    x, y, z, w = q
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def matrix_to_vector(m: npt.NDArray[np.float64]) -> Triple:
    """Return the rotation vector of a (3, 3) rotation matrix, at most pi long."""
    (a, b, c), (d, e, f), (g, h, i) = m.tolist()
    trace = a + e + i
    # The largest of the four is the divisor, so it is never near zero (Shepperd 1978).
    if trace > max(a, e, i):
        w = 0.5 * math.sqrt(1.0 + trace)
        k = 0.25 / w
        return rotation_vector(((h - f) * k, (c - g) * k, (d - b) * k, w))
    if a >= e and a >= i:
        x = 0.5 * math.sqrt(1.0 + a - e - i)
        k = 0.25 / x
        return rotation_vector((x, (b + d) * k, (c + g) * k, (h - f) * k))
    if e >= i:
        y = 0.5 * math.sqrt(1.0 + e - a - i)
        k = 0.25 / y
        return rotation_vector(((b + d) * k, y, (f + h) * k, (c - g) * k))
    z = 0.5 * math.sqrt(1.0 + i - a - e)
    k = 0.25 / z
    return rotation_vector(((c + g) * k, (f + h) * k, z, (d - b) * k))
