"""A face as phones send it: ARKit's weights, and angles in degrees.

iFacialMocap's text, Face Motion v3 and VTube Studio's phone stream have the same
contents and the same frame of reference, which is ARKit's and facewire's:

    rx        positive looks down
    ry        positive turns to the actor's left
    rz        positive tilts to the actor's right; applied first, then rx, then ry
    position  metres from the camera: +X the actor's left, +Y up, +Z toward the camera

No vendor states the signs. They follow from real packets: the angles of the eyes agree
with the eyeLook weights, and head, eyes and position point at the phone. The vendor's
own Unity example negates ry, rz and x, as a change from this frame to Unity's must. A
receiver that takes the numbers unchanged into Unity shows a mirror image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from .arrays import Mask
from .bones import head_turn
from .channels import ARKIT, BONES, POSITION_SLICE, WEIGHTS_SLICE, Vector, pascal
from .frame import FaceFrame
from .outgoing import outgoing
from .rotation import Quaternion, Triple, from_yaw_pitch_roll, yaw_pitch_roll

_LEFT_EYE: Final = BONES.index("leftEye")
_RIGHT_EYE: Final = BONES.index("rightEye")

_SIDED: Final = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
"""Directions, which iFacialMocap does not spell as sides."""

Pose = tuple[float, ...]
"""12 numbers in the order of Face Motion v3: rotation and position of the head, then
the rotations of the right and the left eye; degrees and metres."""


def underscored(name: str) -> str:
    """Return iFacialMocap's spelling: `eyeBlinkLeft` -> `eyeBlink_L`."""
    if name in _SIDED:
        return name
    for side in ("Left", "Right"):
        if name.endswith(side):
            return f"{name.removesuffix(side)}_{side[0]}"
    return name


UNDERSCORED: Final = tuple(underscored(name) for name in ARKIT)
"""The 52 curves in iFacialMocap's spelling, in `ARKIT` order."""

COLUMN: Final = {
    spelling: i
    for i, name in enumerate(ARKIT)
    for spelling in (name, UNDERSCORED[i], pascal(name))
}
"""The index in `ARKIT` of every spelling that a phone uses."""


@dataclass(frozen=True, slots=True, eq=False)
class PhoneFace:
    """The contents of one frame. What the phone did not send is None or not given."""

    weights: Vector
    """(52,) float32 in `ARKIT` order, all finite, not clamped; 0 if not given."""

    given: Mask
    """(52,) True for the curves that the phone has sent."""

    head: Triple | None = None
    """rx, ry, rz in degrees, relative to the camera."""

    position: Triple | None = None
    """The head's position in metres."""

    left_eye: Triple | None = None
    """rx, ry, rz in degrees, relative to the head."""

    right_eye: Triple | None = None

    tracked: bool | None = None
    """False while the phone sees no face; None if the packet does not say."""


def turn(angles: Triple) -> Quaternion:
    """Return the rotation of a phone's rx, ry and rz in degrees."""
    rx, ry, rz = map(math.radians, angles)
    return from_yaw_pitch_roll(ry, rx, rz)


def angles(q: Quaternion) -> Triple:
    """Undo `turn`."""
    yaw, pitch, roll = yaw_pitch_roll(q)
    return math.degrees(pitch), math.degrees(yaw), math.degrees(roll)


def pose(frame: FaceFrame) -> Pose:
    """Return the 12 numbers of a frame's head and eyes, all finite.

    The head's rotation is that of the whole chain, spine to head.
    """
    ready = outgoing(frame)
    return (
        *angles(head_turn(ready.turns)),
        *ready.vector[POSITION_SLICE].tolist(),
        *angles(ready.turns[_RIGHT_EYE]),
        *angles(ready.turns[_LEFT_EYE]),
    )


def percent(frame: FaceFrame) -> list[int]:
    """Return a frame's 52 weights as whole percent, 0 to 100, in `ARKIT` order."""
    weights = outgoing(frame).vector[WEIGHTS_SLICE]
    found: list[int] = np.rint(100.0 * weights).astype(int).tolist()
    return found
