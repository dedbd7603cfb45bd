"""Steam Link's OSC of a face, which Resonite reads without a mod.

    /sl/eyeTrackedGazePoint    fff  where the eyes look: + right, + up, - forward, one
                                    metre away
    /sl/xrfb/facec/LowerFace   f    1 while a face is seen, else 0
    /sl/xrfb/facec/UpperFace   f    the same
    /sl/xrfb/facew/<weight>    f    0 to 1, 70 of them, named as OpenXR's face tracking
                                    of Meta

Messages come in bundles of at most 1472 bytes, all with each frame. Meta's shapes are
near to ARKit's. There is no source for CheekSuckL and R, LipTightenerL and R, and six
positions of the tongue; these are 0.

Sources: danwillm/VRCFT-SteamLink (all addresses), WiVRn (that Resonite is sent these,
and the gaze's axes). A guide of third parties adds eyes as VRCFaceTracking's first
version had them; their lids' direction is not certain, so they are not sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from .channels import ARKIT, Vector
from .frame import FaceFrame
from .osc import Arg, Message, Template, grouped
from .osc_reader import LeftOut, ignore_left_out, number, read
from .outgoing import outgoing
from .unified import EYE_RANGE, gaze

GAZE: Final = "/sl/eyeTrackedGazePoint"
CONFIDENCE: Final = "/sl/xrfb/facec/"
WEIGHT: Final = "/sl/xrfb/facew/"
PARTS: Final = ("LowerFace", "UpperFace")


def _sides(pairs: Mapping[str, str], ends: tuple[str, str]) -> dict[str, str]:
    """Return weights of both sides; an empty curve stays empty."""
    return {
        f"{name}{end}": curve.format(side)
        for name, curve in pairs.items()
        for end, side in zip(ends, ("Left", "Right"), strict=True)
    }


WEIGHTS: Final[Mapping[str, str]] = {
    **_sides(
        {
            **{"BrowLowerer": "browDown{}", "CheekPuff": "cheekPuff"},
            **{"CheekRaiser": "cheekSquint{}", "CheekSuck": ""},
            **{"Dimpler": "mouthDimple{}", "EyesClosed": "eyeBlink{}"},
            **{"EyesLookDown": "eyeLookDown{}", "EyesLookUp": "eyeLookUp{}"},
            **{"InnerBrowRaiser": "browInnerUp", "LidTightener": "eyeSquint{}"},
            **{"LipCornerDepressor": "mouthFrown{}"},
            **{"LipCornerPuller": "mouthSmile{}", "LipPressor": "mouthPress{}"},
            **{"LipPucker": "mouthPucker", "LipStretcher": "mouthStretch{}"},
            **{"LipTightener": "", "LowerLipDepressor": "mouthLowerDown{}"},
            **{"NoseWrinkler": "noseSneer{}", "OuterBrowRaiser": "browOuterUp{}"},
            **{"UpperLidRaiser": "eyeWide{}", "UpperLipRaiser": "mouthUpperUp{}"},
        },
        ("L", "R"),
    ),
    **_sides({"Mouth": "mouth{}", "JawSideways": "jaw{}"}, ("Left", "Right")),
    # The left eye looks to the left outward, the right eye inward.
    **{"EyesLookLeftL": "eyeLookOutLeft", "EyesLookLeftR": "eyeLookInRight"},
    **{"EyesLookRightL": "eyeLookInLeft", "EyesLookRightR": "eyeLookOutRight"},
    **{f"LipFunneler{part}": "mouthFunnel" for part in ("LB", "LT", "RB", "RT")},
    **{f"LipSuck{part}": "mouthRollLower" for part in ("LB", "RB")},
    **{f"LipSuck{part}": "mouthRollUpper" for part in ("LT", "RT")},
    **{"ChinRaiserB": "mouthShrugLower", "ChinRaiserT": "mouthShrugUpper"},
    **{"JawDrop": "jawOpen", "JawThrust": "jawForward", "LipsToward": "mouthClose"},
    **{"TongueTipInterdental": "", "TongueTipAlveolar": "", "FrontDorsalPalate": ""},
    **{"MidDorsalPalate": "", "BackDorsalVelar": "", "TongueRetreat": ""},
    "TongueOut": "tongueOut",
}
"""Each weight and the ARKit curve that it is; "" has no source."""

LAST: Final = list(WEIGHTS)[-1]
"""The weight that ends a frame."""

_SOURCES: Final = np.array(
    [ARKIT.index(curve) if curve else len(ARKIT) for curve in WEIGHTS.values()]
)
"""Places in the 52 curves with a zero after them."""


class Encoder:
    """Encodes one face's datagrams."""

    def __init__(self) -> None:
        blank: tuple[Arg, ...] = (0.0, 0.0, 0.0)
        messages = [
            Message(GAZE, blank),
            *(Message(CONFIDENCE + part, blank[:1]) for part in PARTS),
            *(Message(WEIGHT + name, blank[:1]) for name in WEIGHTS),
        ]
        self._template = Template(grouped(messages))
        self._floats = np.zeros(self._template.floats, dtype=np.float32)
        self._curves = np.zeros(len(ARKIT) + 1, dtype=np.float32)

    def encode(self, frame: FaceFrame) -> list[bytes]:
        """Return one frame's datagrams in sending order."""
        ready = outgoing(frame)
        left, right = gaze(ready, "left", "Left"), gaze(ready, "right", "Right")
        self._floats[:3] = gaze_point(
            0.5 * (left[0] + right[0]) * EYE_RANGE,
            0.5 * (left[1] + right[1]) * EYE_RANGE,
        )
        self._floats[3:5] = float(frame.tracked)
        self._curves[: len(ARKIT)] = ready.vector[: len(ARKIT)]
        self._floats[5:] = self._curves[_SOURCES]
        return self._template.fill(self._floats)


def gaze_point(right: float, up: float) -> tuple[float, float, float]:
    """Return a point one metre away.

    Args:
        right: angle in radians; cut at 80 degrees.
        up: likewise.
    """
    limit = math.radians(80.0)
    x, y = (math.tan(max(-limit, min(limit, angle))) for angle in (right, up))
    length = math.sqrt(x * x + y * y + 1.0)
    return (x / length, y / length, -1.0 / length)


def decode(data: bytes, left_out: LeftOut = ignore_left_out) -> dict[str, float]:
    """Return the values of a datagram by name: weights, LowerFace, gaze.0.

    Args:
        data: one datagram.
        left_out: called for every message that is not used.

    Raises:
        DecodeError: the bytes are no OSC packet; nothing else is ever raised.
    """
    packet = read(data)
    for sentence in packet.unread:
        left_out("", sentence)
    values: dict[str, float] = {}
    for message in packet.messages:
        name = _name(message.address)
        numbers = [number(arg) for arg in message.args]
        if (
            name is None
            or None in numbers
            or len(numbers) != (3 if name == "gaze" else 1)
        ):
            left_out(message.address, "not a value of Steam Link")
            continue
        for i, value in enumerate(numbers):
            if value is not None:
                values[f"gaze.{i}" if name == "gaze" else name] = value
    return values


def _name(address: str) -> str | None:
    if address == GAZE:
        return "gaze"
    name = address.rpartition("/")[2]
    if address == WEIGHT + name and name in WEIGHTS:
        return name
    return name if address == CONFIDENCE + name and name in PARTS else None


def curves(values: Mapping[str, float]) -> Vector:
    """Return (52,) curves of decoded weights; the mean where a curve has several."""
    total = np.zeros(len(ARKIT), dtype=np.float32)
    count = np.zeros(len(ARKIT), dtype=np.float32)
    for name, curve in WEIGHTS.items():
        if curve and name in values:
            total[ARKIT.index(curve)] += values[name]
            count[ARKIT.index(curve)] += 1.0
    mean: Vector = total / np.maximum(count, np.float32(1.0))
    return mean
