"""The values of Unified Expressions, by which VRCFaceTracking drives avatars.

    88 base shapes        0 to 1, such as JawOpen and MouthCornerPullLeft
    simplified, combined  0 to 1 or -1 to 1, such as MouthX: - left, + right
    EyeLeftX, EyeLeftY    and EyeRightX, EyeRightY, EyeX, EyeY: -1 to 1 for 45 degrees,
                          + to the actor's right, + up
    Head/Yaw, Pitch, Roll -1 to 1 for 90 degrees: + to the right, + down, + tilts left
    Head/PosX, PosY, PosZ -1 to 1 for half a metre from where the actor sits: + to the
                          right, + up, + forward

Names are those of VRCFaceTracking's parameters after "v2/". Pupils are left out: 0
would be a pupil without width. Eyes turn as the eye bones do; where those are at rest,
as for a sender without bones, as the curves say. `unified_shapes.py` has the formulas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .bones import head_turn
from .channels import ARKIT, BONES, WEIGHTS_SLICE, Vector, bone_slice
from .frame import FaceFrame
from .middle import Middle
from .outgoing import Outgoing, outgoing
from .rotation import yaw_pitch_roll
from .unified_shapes import BASE, COMBINED, GREATER, OPEN, SIMPLE, Mix

GAZE: Final = ("EyeLeftX", "EyeLeftY", "EyeRightX", "EyeRightY")
HEAD: Final = tuple(
    f"Head/{part}" for part in ("Yaw", "Pitch", "Roll", "PosX", "PosY", "PosZ")
)
EYE_RANGE: Final = math.radians(45.0)
"""Where a gaze is 1."""
HEAD_RANGE: Final = math.radians(90.0)
"""Where a turn of the head is 1."""
HALF_METRE: Final = 0.5

_INPUT: Final = ("one", *ARKIT, *GAZE, *HEAD)


def _matrix(rows: Mix, columns: Sequence[str]) -> Vector:
    """Return (rows, columns): the factors of a table of sums."""
    place = {name: i for i, name in enumerate(columns)}
    matrix = np.zeros((len(rows), len(columns)), dtype=np.float32)
    for i, factors in enumerate(rows.values()):
        for name, factor in factors.items():
            matrix[i, place[name]] = factor
    return matrix


_FIRST_ROWS: Final[Mix] = {
    "one": {"one": 1.0},
    **BASE,
    **{name: {"one": 1.0} | dict(factors) for name, factors in OPEN.items()},
    **{name: {name: 1.0} for name in (*GAZE, *HEAD)},
}
_FIRST: Final = _matrix(_FIRST_ROWS, _INPUT)
_FIRST_NAMES: Final = tuple(_FIRST_ROWS)
_SECOND_NAMES: Final = (*_FIRST_NAMES, *GREATER)
_THIRD_NAMES: Final = (*_SECOND_NAMES, *SIMPLE)

NAMES: Final = (*_THIRD_NAMES[1:], *COMBINED)
"""All parameters, without their prefix "v2/"."""


def _whole() -> tuple[npt.NDArray[np.intp], Vector]:
    """Return where each of `NAMES` comes from, and by which factors: (names, most).

    The places are those of the input, with the greater ones of `GREATER` after it. A
    sum has at most five parts, so gathering them costs a tenth of a matrix product,
    for which BLAS would also wake other threads.
    """
    inputs, greater = len(_INPUT), len(GREATER)
    second = np.zeros((len(_SECOND_NAMES), inputs + greater), dtype=np.float32)
    second[: len(_FIRST_NAMES), :inputs] = _FIRST
    second[len(_FIRST_NAMES) :, inputs:] = np.eye(greater, dtype=np.float32)
    third = np.vstack((second, _matrix(SIMPLE, _SECOND_NAMES) @ second))
    whole = np.vstack((third[1:], _matrix(COMBINED, _THIRD_NAMES) @ third))
    most = int(np.count_nonzero(whole, axis=1).max())
    # The largest factors first; the rest of a row is zeros.
    at = np.argsort(-np.abs(whole), axis=1, kind="stable")[:, :most]
    return at, np.take_along_axis(whole, at, axis=1)


_AT, _FACTORS = _whole()
_PAIR_AT: Final = np.array(
    [
        [int(_FIRST[_FIRST_NAMES.index(name)].argmax()) for name in pair]
        for pair in GREATER.values()
    ]
)
"""Places of the curves behind the pairs of `GREATER`: each shape is one curve."""

INDEX: Final[Mapping[str, int]] = {name: i for i, name in enumerate(NAMES)}

PLAIN: Final = frozenset({*BASE, *SIMPLE, "MouthSadLeft", "MouthSadRight"})
"""Base and simplified shapes. VRCFaceTracking treats a bool of theirs otherwise."""


class Unified:
    """Computes the values of one face. Keeps where the actor sits."""

    def __init__(self) -> None:
        self._middle = Middle()

    def __call__(self, frame: FaceFrame) -> Vector:
        """Return (len(NAMES),) float32, each within -1 to 1."""
        ready = outgoing(frame)
        x, y, z = self._middle.offset(frame)
        yaw, pitch, roll = yaw_pitch_roll(head_turn(ready.turns))
        others = (
            *gaze(ready, "left", "Left"),
            *gaze(ready, "right", "Right"),
            # Ours: + yaw left, + pitch down, + roll right; +x left, +z forward.
            *(-yaw / HEAD_RANGE, pitch / HEAD_RANGE, -roll / HEAD_RANGE),
            *(-x / HALF_METRE, y / HALF_METRE, z / HALF_METRE),
        )
        given = np.empty(len(_INPUT) + len(GREATER), dtype=np.float32)
        inputs = given[: len(_INPUT)]
        inputs[0] = 1.0
        inputs[1 : 1 + len(ARKIT)] = ready.vector[WEIGHTS_SLICE]
        inputs[1 + len(ARKIT) :] = [max(-1.0, min(1.0, one)) for one in others]
        given[len(_INPUT) :] = inputs[_PAIR_AT].max(axis=1)
        out: Vector = (given[_AT] * _FACTORS).sum(axis=1)
        out = np.fmin(np.fmax(out, np.float32(-1.0)), np.float32(1.0))
        return out


def gaze(ready: Outgoing, bone: str, side: str) -> tuple[float, float]:
    """Return an eye's (x, y): 1 for 45 degrees, + to the actor's right, + up.

    Args:
        ready: a frame's numbers.
        bone: left or right.
        side: Left or Right.
    """
    if np.any(ready.vector[bone_slice(f"{bone}Eye")]):
        yaw, pitch, _ = yaw_pitch_roll(ready.turns[BONES.index(f"{bone}Eye")])
        return (-yaw / EYE_RANGE, -pitch / EYE_RANGE)
    look = [
        float(ready.vector[ARKIT.index(f"eyeLook{way}{side}")])
        for way in ("In", "Out", "Up", "Down")
    ]
    # The left eye looks inward to the actor's right.
    right = look[0] - look[1] if side == "Left" else look[1] - look[0]
    return (right, look[2] - look[3])
