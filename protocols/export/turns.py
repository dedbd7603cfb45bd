"""Rotations of whole takes: the functions of `protocols.rotation` for arrays.

Quaternions are (..., 4) float64, x y z w, unit length.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from protocols.arrays import Numbers


def quaternions(vectors: npt.ArrayLike) -> Numbers:
    """Return the quaternions of (..., 3) rotation vectors in radians."""
    v = np.asarray(vectors, dtype=np.float64)
    angle = np.linalg.norm(v, axis=-1, keepdims=True)
    # np.sinc is sin(pi x) / (pi x), and 1 at 0.
    return np.concatenate(
        [0.5 * v * np.sinc(angle / (2.0 * np.pi)), np.cos(0.5 * angle)], axis=-1
    )


def rotation_vectors(q: Numbers) -> Numbers:
    """Return (..., 3) rotation vectors, at most pi long."""
    q = np.where(q[..., 3:] < 0.0, -q, q)
    sine = np.linalg.norm(q[..., :3], axis=-1, keepdims=True)
    angle = 2.0 * np.arctan2(sine, q[..., 3:])
    small = sine < 1e-9
    out: Numbers = q[..., :3] * np.where(small, 2.0, angle / np.where(small, 1, sine))
    return out


def multiply(a: Numbers, b: Numbers) -> Numbers:
    """Return `a` after `b`; for bones, parent times child."""
    av, aw, bv, bw = a[..., :3], a[..., 3:], b[..., :3], b[..., 3:]
    vector = aw * bv + bw * av + np.cross(av, bv)
    scalar = aw * bw - (av * bv).sum(axis=-1, keepdims=True)
    return np.concatenate([vector, scalar], axis=-1)


def turned(q: Numbers, point: npt.ArrayLike) -> Numbers:
    """Return (..., 3): a point, or one point each, rotated."""
    p = np.asarray(point, dtype=np.float64)
    across = 2.0 * np.cross(q[..., :3], p)
    return p + q[..., 3:] * across + np.cross(q[..., :3], across)


def yaw_pitch_roll(q: Numbers) -> Numbers:
    """Return (..., 3) radians: R = Ry(yaw) Rx(pitch) Rz(roll)."""
    x, y, z, w = np.moveaxis(q, -1, 0)
    pitch = np.arcsin(np.clip(2 * (w * x - y * z), -1.0, 1.0))
    yaw = np.arctan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y))
    roll = np.arctan2(2 * (x * y + w * z), 1 - 2 * (x * x + z * z))
    return np.stack([yaw, pitch, roll], axis=-1)


def from_yaw_pitch_roll(angles: Numbers) -> Numbers:
    """Undo `yaw_pitch_roll`."""
    yaw, pitch, roll = (
        quaternions(angles[..., k : k + 1] * axis)
        for k, axis in enumerate(np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]]))
    )
    return multiply(multiply(yaw, pitch), roll)


def between(a: Numbers, b: Numbers, share: Numbers) -> Numbers:
    """Return the rotation at `share` (..., 1) of the shortest way from `a` to `b`."""
    inverse = a * np.array([-1.0, -1.0, -1.0, 1.0])
    step = rotation_vectors(multiply(inverse, b))
    return multiply(a, quaternions(share * step))


def continuous(q: Numbers) -> Numbers:
    """Return (n, ...) with signs chosen so that each is close to the one before.

    q and -q are the same rotation, but a reader that interpolates their numbers would
    rotate the long way round between them.
    """
    along = (q[1:] * q[:-1]).sum(axis=-1, keepdims=True)
    signs = np.cumprod(np.where(along < 0.0, -1.0, 1.0), axis=0)
    return np.concatenate([q[:1], q[1:] * signs])
