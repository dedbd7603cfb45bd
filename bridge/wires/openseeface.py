"""The wire `openseeface`: what OpenSeeFace's tracker sends, UDP.

Has the sink's settings (so it imports pydantic), opens the sink, and reads packets for
`inspect`. `protocols/openseeface.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from bridge.clock import monotonic_ns, read_offset
from bridge.section import Port
from bridge.sinks.udp import Encode
from engines.face.shape_of_70 import shape_of
from protocols import openseeface
from protocols.arrays import Floats, Numbers
from protocols.bones import head_turn
from protocols.channels import BONES, POSITION_SLICE, WEIGHTS_SLICE
from protocols.frame import FaceFrame
from protocols.openseeface_pose import (
    euler_of,
    features_of,
    matrix_of,
    nose_offset,
    place_of,
    quaternion_of,
)
from protocols.outgoing import outgoing

from .heard import Heard, Parts
from .settings import UdpTarget
from .udp import udp_wire

PICTURE: Final = (640.0, 480.0)
"""Pixels: the picture of an imagined camera. A packet must name one."""
AWAY: Final = 0.6
"""Metres to a face whose distance is unknown."""
NEAR: Final = 0.1
"""Metres; a face that is said to be nearer has no distance."""
ERROR: Final = 2.0
"""Pixels; receivers refuse 100 and more."""

_LEFT, _RIGHT = BONES.index("leftEye"), BONES.index("rightEye")


class OpenSeeFace(UdpTarget):
    """Receivers of OpenSeeFace's tracker, UDP."""

    kind: Literal["openseeface"] = "openseeface"
    port: Port = openseeface.PORT


SAMPLE: Final = """\
[[sinks]]
kind = "openseeface" # programs that receive OpenSeeFace's tracker
host = "127.0.0.1"
port = 11573
"""


def tracked(frame: FaceFrame, face: int, time_s: float) -> openseeface.Tracked:
    """Return what OpenSeeFace's tracker would say of a face.

    Args:
        frame: the face.
        face: its number.
        time_s: seconds since 1970.
    """
    ready = outgoing(frame)
    head = head_turn(ready.turns)
    weights = ready.vector[WEIGHTS_SLICE]
    points = shape_of(
        weights.astype(np.float64), ready.turns[_RIGHT], ready.turns[_LEFT]
    )
    eyes = ready.vector[POSITION_SLICE].tolist()
    if eyes[2] > -NEAR:
        eyes[2] = -AWAY
    x, y, z = (a + b for a, b in zip(eyes, nose_offset(head), strict=True))
    matrix, place = matrix_of(head, (x, y, z), PICTURE), place_of((x, y, z), PICTURE)
    blinks = (frame.vector[7], frame.vector[0])
    right, left = (1.0 - min(max(float(blink), 0.0), 1.0) for blink in blinks)
    return openseeface.Tracked(
        time_s=time_s,
        face=face,
        picture=PICTURE,
        open=(right, left),
        posed=True,
        error=ERROR,
        quaternion=quaternion_of(matrix),
        euler=euler_of(matrix),
        place=place,
        confidence=np.full(68, frame.confidence, dtype=np.float32),
        landmarks=_landmarks(points, matrix, place),
        points=points.astype(np.float32),
        features=features_of(weights.tolist()),
    )


def _landmarks(
    points: Numbers, matrix: Numbers, place: tuple[float, float, float]
) -> Floats:
    """Return (68, 2) pixels, x and y, where the tracker's camera sees the points."""
    width, height = PICTURE
    rows, columns, away = (points[:68] @ matrix.T + np.array(place)).T
    seen = np.stack(
        [width * columns / away + 0.5 * height, width * rows / away + 0.5 * width],
        axis=1,
    )
    pixels: Floats = seen.astype(np.float32)
    return pixels


class OpenSeeFaceReader:
    """Reads OpenSeeFace's packets, which have no names."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the packet's faces; raise DecodeError if it is malformed."""
        return [
            Heard(
                f"face {face.face}",
                _values(face),
                face.posed,
                face.time_s,
                time=f"{face.time_s:.3f} s",
            )
            for face in openseeface.decode(parts[0])
        ]


def _values(face: openseeface.Tracked) -> dict[str, float]:
    """Return a face's numbers by name. `inspect` draws values with a dot from the
    middle: they are signed."""
    values = {"RightEyeOpen": face.open[0], "LeftEyeOpen": face.open[1]}
    features = zip(openseeface.FEATURES, face.features.tolist(), strict=True)
    values |= {f"feature.{name}": value for name, value in features}
    for name, numbers in (("euler", face.euler), ("place", face.place)):
        values |= {f"{name}.{a}": v for a, v in zip("xyz", numbers, strict=True)}
    return values


def _encoder(target: OpenSeeFace, subjects: Sequence[str]) -> Encode:
    """Return a function that encodes a frame; a face that is not seen is not sent."""
    numbers = {name: number for number, name in enumerate(subjects)}
    # Compared once: a clock that is set later must not turn back a receiver's time.
    since_1970_ns = read_offset().utc_ns

    def encode(frame: FaceFrame, _: object) -> tuple[bytes, ...]:
        if not frame.tracked:
            return ()
        time_s = (monotonic_ns() + since_1970_ns) / 1e9
        face = tracked(frame, numbers[frame.subject], time_s)
        return (openseeface.encode([face]),)

    return encode


OPENSEEFACE: Final = udp_wire(
    OpenSeeFace,
    _encoder,
    lambda left_out: OpenSeeFaceReader(),
    help="receivers of OpenSeeFace",
    sample=SAMPLE,
)
