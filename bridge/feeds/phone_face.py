"""Turns what a phone has measured into a report, for all kinds of phones."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engines.motion.body import jaw_turn
from protocols.channels import (
    ARKIT,
    CHANNELS,
    POSITION_SLICE,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
    unit,
)
from protocols.phone import PhoneFace, turn
from protocols.rotation import rotation_vector
from protocols.timecode import Timecode

from .report import Key, Mask, Report, bounded

JAW = (ARKIT.index("jawOpen"), ARKIT.index("jawLeft"), ARKIT.index("jawRight"))


def report_of(
    face: PhoneFace, key: Key, neck_share: float, time: Timecode | None = None
) -> Report:
    """Return the report of a face; without a vector if the phone sees none.

    Args:
        face: what the phone has sent.
        key: the sender.
        neck_share: the neck's share of the head's rotation, 0 to 1.
        time: the sender's timecode, if it has one.
    """
    seen = face.tracked is not False
    return Report(
        key=key,
        time=time,
        vector=bounded(vector_of(face, neck_share)) if seen else None,
        given=given_by(face),
    )


def vector_of(face: PhoneFace, neck_share: float) -> Vector:
    """Return the (85,) vector of a phone's face; what it has not sent is 0.

    The jaw follows the curves, by the same formula as for a camera's face.
    """
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    weights = vector[WEIGHTS_SLICE] = unit(face.weights)
    if face.head is not None:
        head = np.array(rotation_vector(turn(face.head)))
        vector[bone_slice("head")] = (1.0 - neck_share) * head
        vector[bone_slice("neck")] = neck_share * head
    if face.position is not None:
        vector[POSITION_SLICE] = face.position
    for bone, angles in (("leftEye", face.left_eye), ("rightEye", face.right_eye)):
        if angles is not None:
            vector[bone_slice(bone)] = rotation_vector(turn(angles))
    vector[bone_slice("jaw")] = jaw_turn(weights.tolist())
    return vector


def given_by(face: PhoneFace) -> Mask:
    """Return the channels that a phone has sent."""
    return _mask(
        face.given.tobytes(),
        face.head is not None,
        face.position is not None,
        face.left_eye is not None,
        face.right_eye is not None,
    )


@lru_cache(maxsize=32)
def _mask(
    curves: bytes, head: bool, position: bool, left_eye: bool, right_eye: bool
) -> Mask:
    mask = np.zeros(len(CHANNELS), dtype=np.bool_)
    mask[WEIGHTS_SLICE] = np.frombuffer(curves, np.bool_)
    mask[bone_slice("head")] = mask[bone_slice("neck")] = head
    mask[POSITION_SLICE] = position
    mask[bone_slice("leftEye")] = left_eye
    mask[bone_slice("rightEye")] = right_eye
    mask[bone_slice("jaw")] = all(mask[i] for i in JAW)
    mask.setflags(write=False)
    return mask
