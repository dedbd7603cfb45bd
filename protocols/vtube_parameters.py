"""What VTube Studio is sent: custom parameters of our own, and its default ones.

Custom parameters have the prefix "Facewire" and the curves' names: FacewireJawOpen.
VTube Studio allows letters and digits, 4 to 32 of them, and 100 for a plugin; these
are 70.

    52 curves       0 to 1
    HeadYaw         degrees, + to the actor's right, which is the right of the screen
    HeadPitch       degrees, + up
    HeadRoll        degrees, + tilts to the actor's right
    HeadX, Y, Z     centimetres: + to the actor's right, + up, distance from the camera
    EyeLeftYaw, EyeLeftPitch, EyeRightYaw, EyeRightPitch
                    degrees, signs as the head's
    8 expressions   probability, 0 to 1

The default parameters have Live2D's signs: X + to the right of the screen, Y + up. No
document gives their formulas. Those here are of a bridge that people use (xuan25's
VTube-IFacial-Link-Sharp, its default scripts), except for MouthSmile, which is 0.5 at
rest and 1 or 0 for a full smile or frown, and for the position, whose middle is where
the actor sits: their mean over half a minute.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from .bones import head_turn
from .channels import (
    ARKIT,
    BONES,
    EXPRESSIONS,
    POSITION_SLICE,
    WEIGHTS_SLICE,
    Vector,
    pascal,
    unit,
)
from .frame import FaceFrame
from .middle import Middle
from .outgoing import outgoing
from .rotation import Quaternion, yaw_pitch_roll
from .vtube_studio import API, INJECT, LARGEST, VERSION

PREFIX: Final = "Facewire"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A custom parameter."""

    name: str
    explanation: str
    """Shown to users; less than 256 characters."""
    low: float
    high: float
    """What a new mapping of the user's begins with. No limits."""
    default: float = 0.0
    """Its value while nothing is sent."""

    def creation(self) -> dict[str, str | float]:
        """Return the data of its ParameterCreationRequest."""
        return {
            "parameterName": self.name,
            "explanation": self.explanation,
            "min": self.low,
            "max": self.high,
            "defaultValue": self.default,
        }


def _custom() -> tuple[Parameter, ...]:
    degrees, centimetres = "degrees", "centimetres"
    rows: list[tuple[str, str, float, float]] = [
        *((pascal(name), f"curve {name}, 0 to 1", 0.0, 1.0) for name in ARKIT),
        ("HeadYaw", f"{degrees}, + to your right", -30.0, 30.0),
        ("HeadPitch", f"{degrees}, + up", -30.0, 30.0),
        ("HeadRoll", f"{degrees}, + tilts to your right", -30.0, 30.0),
        ("HeadX", f"{centimetres}, + to your right", -15.0, 15.0),
        ("HeadY", f"{centimetres}, + up", -15.0, 15.0),
        ("HeadZ", f"{centimetres} from the camera", 30.0, 90.0),
        *(
            (f"Eye{side}{angle}", f"{degrees}, {sign}", -30.0, 30.0)
            for side in ("Left", "Right")
            for angle, sign in (("Yaw", "+ to your right"), ("Pitch", "+ up"))
        ),
        *((pascal(name), "expression, 0 to 1", 0.0, 1.0) for name in EXPRESSIONS),
    ]
    return tuple(
        Parameter(PREFIX + name, f"facewire: {told}.", low, high)
        for name, told, low, high in rows
    )


CUSTOM: Final = _custom()
"""All custom parameters, in the order of `features`."""

_LEFT_EYE: Final = BONES.index("leftEye")
_RIGHT_EYE: Final = BONES.index("rightEye")
_AT: Final = {one.name.removeprefix(PREFIX): place for place, one in enumerate(CUSTOM)}
_POSITION: Final = slice(_AT["HeadX"], _AT["HeadZ"] + 1)


def features(frame: FaceFrame) -> Vector:
    """Return (70,) float32: the values of `CUSTOM`, all finite."""
    ready = outgoing(frame)
    x, y, z = ready.vector[POSITION_SLICE].tolist()
    yaw, pitch, roll = _degrees(head_turn(ready.turns))
    left, right = _degrees(ready.turns[_LEFT_EYE]), _degrees(ready.turns[_RIGHT_EYE])
    others = (
        *(-yaw, -pitch, roll),
        *(_bounded(-100.0 * x), _bounded(100.0 * y), _bounded(-100.0 * z)),
        *(-left[0], -left[1], -right[0], -right[1]),
    )
    return np.concatenate(
        (
            ready.vector[WEIGHTS_SLICE],
            np.array(others, dtype=np.float32),
            unit(frame.expression),
        )
    )


def _degrees(turn: Quaternion) -> tuple[float, float, float]:
    yaw, pitch, roll = yaw_pitch_roll(turn)
    return (math.degrees(yaw), math.degrees(pitch), math.degrees(roll))


def _bounded(value: float) -> float:
    return max(-LARGEST, min(LARGEST, value))


@dataclass(frozen=True, slots=True)
class Formula:
    """A default parameter: an offset, and factors of custom parameters."""

    offset: float
    factors: Mapping[str, float]
    low: float
    high: float
    """Limits, unless VTube Studio lists others."""


def _eye(side: str) -> dict[str, Formula]:
    right, left = ("In", "Out") if side == "Left" else ("Out", "In")
    return {
        f"EyeOpen{side}": Formula(1.0, {f"EyeBlink{side}": -1.25}, 0.0, 1.0),
        f"Eye{side}X": Formula(
            0.0,
            {f"EyeLook{right}{side}": 1.5, f"EyeLook{left}{side}": -1.5},
            -1.0,
            1.0,
        ),
        f"Eye{side}Y": Formula(
            0.0, {f"EyeLookUp{side}": 1.5, f"EyeLookDown{side}": -1.5}, -1.0, 1.0
        ),
        f"Brow{side}Y": Formula(
            0.5, {f"BrowOuterUp{side}": 1.0, f"BrowDown{side}": -1.0}, 0.0, 1.0
        ),
    }


DEFAULTS: Final[Mapping[str, Formula]] = {
    "FaceAngleX": Formula(0.0, {"HeadYaw": 1.0}, -30.0, 30.0),
    "FaceAngleY": Formula(0.0, {"HeadPitch": 1.0}, -30.0, 30.0),
    "FaceAngleZ": Formula(0.0, {"HeadRoll": 1.0}, -90.0, 90.0),
    "FacePositionX": Formula(0.0, {"HeadX": 1.0}, -15.0, 15.0),
    "FacePositionY": Formula(0.0, {"HeadY": 1.0}, -15.0, 15.0),
    "FacePositionZ": Formula(0.0, {"HeadZ": 0.2}, -10.0, 10.0),
    **_eye("Left"),
    **_eye("Right"),
    "Brows": Formula(0.0, {"BrowInnerUp": 2.0}, 0.0, 1.0),
    "MouthOpen": Formula(0.0, {"JawOpen": 1.2, "MouthClose": -1.2}, 0.0, 1.0),
    "MouthSmile": Formula(
        0.5,
        {
            **{"MouthSmileLeft": 0.25, "MouthSmileRight": 0.25},
            **{"MouthFrownLeft": -0.25, "MouthFrownRight": -0.25},
        },
        0.0,
        1.0,
    ),
    "MouthX": Formula(0.0, {"MouthLeft": 2.0, "MouthRight": -2.0}, -1.0, 1.0),
    "CheekPuff": Formula(0.0, {"CheekPuff": 2.0}, 0.0, 1.0),
    "TongueOut": Formula(0.0, {"TongueOut": 1.0}, 0.0, 1.0),
}
"""The default parameters that a face moves; the mouse's and the voice's are not."""

TONGUE: Final = 0.4
"""TongueOut is 1 from here on, else 0."""


class Around:
    """`features` with the head's position relative to where the actor sits."""

    def __init__(self) -> None:
        self._middle = Middle()

    def __call__(self, frame: FaceFrame) -> Vector:
        """Return (70,) float32."""
        values = features(frame)
        x, y, z = self._middle.offset(frame)
        values[_POSITION] = [_bounded(-100.0 * x), _bounded(100.0 * y), -100.0 * z]
        return values


class Mixer:
    """Computes default parameters from `features`."""

    def __init__(self, ranges: Mapping[str, tuple[float, float]]) -> None:
        """Use only the parameters that VTube Studio has, within its ranges.

        Args:
            ranges: low and high by name, as listed; a reversed or empty range is not
                used.
        """
        self.names: tuple[str, ...] = tuple(n for n in DEFAULTS if n in ranges)
        mix = np.zeros((len(self.names), len(CUSTOM)), dtype=np.float32)
        limits = []
        for row, name in enumerate(self.names):
            formula = DEFAULTS[name]
            for source, factor in formula.factors.items():
                mix[row, _AT[source]] = factor
            low, high = ranges[name]
            limits.append((low, high) if low < high else (formula.low, formula.high))
        self._mix = mix
        self._offset = np.array(
            [DEFAULTS[name].offset for name in self.names], dtype=np.float32
        )
        self._low, self._high = np.array(limits, dtype=np.float32).reshape(-1, 2).T
        tongue = "TongueOut"
        self._tongue = self.names.index(tongue) if tongue in self.names else None

    def __call__(self, values: Vector) -> Vector:
        """Return a value for each of `names`, for (70,) values."""
        out: Vector = self._mix @ values + self._offset
        if self._tongue is not None:
            out[self._tongue] = float(out[self._tongue] >= TONGUE)
        return np.clip(out, self._low, self._high)


class Injection:
    """Writes InjectParameterDataRequests for some parameters."""

    def __init__(self, request_id: str, names: Iterable[str]) -> None:
        """Lay out the text once; only the numbers change.

        Args:
            request_id: comes back in the answer.
            names: of parameters that VTube Studio has; one that it does not have makes
                the whole request fail.
        """
        self.names = tuple(names)
        rows = ",".join(f'{{"id":"{name}","value":%.4f}}' for name in self.names)
        self._text = (
            f'{{"apiName":"{API}","apiVersion":"{VERSION}","requestID":"{request_id}",'
            f'"messageType":"{INJECT}Request","data":{{"faceFound":%s,"mode":"set",'
            f'"parameterValues":[{rows}]}}}}'
        )

    def text(self, values: Iterable[float], *, face_found: bool) -> str:
        """Return the request; a value for each name, in order, all finite."""
        return self._text % ("true" if face_found else "false", *values)
