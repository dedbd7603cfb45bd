"""Convert between Live Link Face's 61 values and our 85 channels, for whole takes."""

from __future__ import annotations

from typing import Final

import numpy as np

from protocols.arrays import Floats, Numbers
from protocols.bones import HEAD_CHAIN
from protocols.channels import ARKIT, BONES, CHANNELS, WEIGHTS_SLICE, bone_slice

from .performance import clean
from .turns import (
    from_yaw_pitch_roll,
    multiply,
    quaternions,
    rotation_vectors,
    yaw_pitch_roll,
)

_MIRRORED: Final = np.array([-1.0, 1.0, -1.0])
"""Live Link's yaw and roll have the opposite sign: `protocols.rotation`."""


def vectors_of(values: Floats) -> Floats:
    """Return (n, 85): weights, the head's whole rotation in the head bone, and the
    eyes."""
    out = np.zeros((len(values), len(CHANNELS)), dtype=np.float32)
    out[:, WEIGHTS_SLICE] = values[:, : len(ARKIT)]
    for k, bone in enumerate(("head", "leftEye", "rightEye")):
        at = len(ARKIT) + 3 * k
        turn = from_yaw_pitch_roll(values[:, at : at + 3] * _MIRRORED)
        out[:, bone_slice(bone)] = rotation_vectors(turn)
    return out


def values_of(vectors: Floats) -> Floats:
    """Return (n, 61) in `CURVES` order, like `protocols.livelink.values`."""
    ready = clean(vectors)
    turns: dict[str, Numbers] = {
        bone: quaternions(ready[:, bone_slice(bone)]) for bone in BONES
    }
    head = turns[HEAD_CHAIN[0]]
    for bone in HEAD_CHAIN[1:]:
        head = multiply(head, turns[bone])
    angles = (
        yaw_pitch_roll(turn) * _MIRRORED
        for turn in (head, turns["leftEye"], turns["rightEye"])
    )
    out: Floats = np.hstack([ready[:, WEIGHTS_SLICE], *angles]).astype(np.float32)
    return out + np.float32(0.0)  # -0.0 + 0.0 is 0.0
