# A copy of protocols/channels.py, made by plugins/blender/copies.py.
"""The 85 channels of every frame, and the names that receivers use for them.

    0..51   52 ARKit weights, 0 to 1, in Live Link Face wire order
    52..81  ten bones x (x, y, z) rotation vectors, radians, parent-local, 0 = rest
    82..84  head position x, y, z, metres, in the camera frame

Left and right are always the actor's. One coordinate frame: right-handed, +X the
actor's left, +Y up, +Z out of the face toward the camera (ARKit's face frame).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
"""(85,) float32 in `CHANNELS` order unless a docstring says otherwise."""

ARKIT: Final = (
    *("eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft"),
    *("eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft"),
    *("eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight"),
    *("eyeLookUpRight", "eyeSquintRight", "eyeWideRight"),
    *("jawForward", "jawLeft", "jawRight", "jawOpen"),
    *("mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight"),
    *("mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight"),
    *("mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight"),
    *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"),
    *("mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight"),
    *("mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft", "browDownRight"),
    *("browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff"),
    *("cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight"),
    "tongueOut",
)
"""52 weights in Live Link Face wire order."""

BONES: Final = (
    *("head", "neck", "upperChest", "chest", "spine"),
    *("leftShoulder", "rightShoulder", "leftEye", "rightEye", "jaw"),
)

ROTATION: Final = tuple(f"{bone}.{axis}" for bone in BONES for axis in "xyz")
POSITION: Final = tuple(f"headPosition.{axis}" for axis in "xyz")
CHANNELS: Final = ARKIT + ROTATION + POSITION

INDEX: Final = {name: i for i, name in enumerate(CHANNELS)}
WEIGHTS_SLICE: Final = slice(0, len(ARKIT))
"""Unitless, 0 to 1."""
ROTATION_SLICE: Final = slice(len(ARKIT), len(ARKIT) + len(ROTATION))
"""Radians."""
POSITION_SLICE: Final = slice(len(ARKIT) + len(ROTATION), len(CHANNELS))
"""Metres."""

EXPRESSIONS: Final = (
    *("neutral", "happiness", "surprise", "sadness"),
    *("anger", "disgust", "fear", "contempt"),
)
"""FER+ order, the order of `FaceFrame.expression`."""


_ZEROS: Final = np.zeros(len(ARKIT), dtype=np.float32)
_ONES: Final = np.ones(len(ARKIT), dtype=np.float32)


def bone_slice(bone: str) -> slice:
    """Return the slice of a bone's (x, y, z) rotation vector in a vector."""
    start = INDEX[f"{bone}.x"]
    return slice(start, start + 3)


def pascal(name: str) -> str:
    """Return Unreal's and PerfectSync's spelling: `jawOpen` -> `JawOpen`."""
    return name[0].upper() + name[1:]


def unit(values: Vector) -> Vector:
    """Return a copy with every number within 0 to 1, NaN as 0."""
    # fmax and fmin return the number when the other is NaN, and cost a tenth of
    # np.clip.
    out: Vector = np.fmin(np.fmax(values, 0.0), 1.0)
    return out


def doubt_unit(doubt: Vector) -> Vector:
    """Return a copy of a (52,) doubt within 0 to 1, NaN as 1: nothing is known."""
    # fmin returns 1 where the number is NaN. Whole arrays cost a quarter of numbers.
    out: Vector = np.fmax(np.fmin(doubt, _ONES), _ZEROS)
    return out


def unit_number(value: float) -> float:
    """Return the number within 0 to 1, NaN as 0."""
    # The order of arguments matters: max returns its first argument for a NaN.
    return float(min(max(0.0, value), 1.0))


def sendable(vector: Vector) -> Vector:
    """Return a copy that any wire may carry: all finite, weights 0 to 1.

    NaN becomes 0, the rest pose, because several receivers stop for good at the first
    NaN.
    """
    out = vector.copy()
    weights, others = out[WEIGHTS_SLICE], out[ROTATION_SLICE.start :]
    weights[:] = unit(weights)
    # The sum of squares is finite only if all are; isfinite on each costs more.
    if not math.isfinite(float(np.vdot(others, others))):
        others[~np.isfinite(others)] = 0.0
    return out


def opposite(name: str) -> str:
    """Return the channel on the other side, or the name itself if it has none.

    jawLeft, jawRight, mouthLeft and mouthRight are directions, not sides, and are
    swapped too.
    """
    for here, there in (
        ("Left", "Right"),
        ("Right", "Left"),
        ("left", "right"),
        ("right", "left"),
    ):
        if here in name:
            return name.replace(here, there)
    return name


MIRROR: Final = np.array([INDEX[opposite(name)] for name in CHANNELS])
"""`vector[MIRROR] * MIRROR_SIGN` is the same face in a mirror."""

MIRROR_SIGN: Final = np.array(
    [
        # A reflection in x keeps a rotation about x and reverses the other two.
        -1.0
        if (name in ROTATION and not name.endswith(".x")) or name == "headPosition.x"
        else 1.0
        for name in CHANNELS
    ],
    dtype=np.float32,
)
