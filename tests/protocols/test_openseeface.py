from __future__ import annotations

import contextlib
import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.openseeface import FEATURES, SIZE, Tracked, decode, encode
from protocols.openseeface_pose import (
    TILT,
    UNSHIFTED,
    curves_of,
    euler_of,
    features_of,
    head_of,
    matrix_of,
    nose_of,
    place_of,
    quaternion_of,
)
from protocols.rotation import IDENTITY, multiply, quaternion, to_unity

PICTURE = (640.0, 480.0)
AHEAD = (0.0, 0.0, -0.6)
"""The nose, 60 cm in front of the camera."""

FIRST = bytes.fromhex(
    "00002040fc54d94100000000000020440000f0436666663fcdcc4c3f010000c8410000000000000000"
    "000000000000803f00002a430000a0c00000b8420000803f00000040000020c1"
)
"""The first 73 bytes of a face, built by hand."""

FACE = Tracked(
    time_s=1700000000.5,
    face=0,
    picture=PICTURE,
    open=(np.float32(0.9).item(), np.float32(0.8).item()),
    posed=True,
    error=25.0,
    quaternion=(0.0, 0.0, 0.0, 1.0),
    euler=(170.0, -5.0, 92.0),
    place=(1.0, 2.0, -10.0),
    confidence=np.linspace(0, 1, 68, dtype=np.float32),
    landmarks=np.arange(136, dtype=np.float32).reshape(68, 2),
    points=np.arange(210, dtype=np.float32).reshape(70, 3),
    features=np.linspace(-1, 1, 14, dtype=np.float32),
)

turns = st.tuples(*[st.floats(-0.9, 0.9)] * 3)


def test_the_layout_is_that_of_the_tracker() -> None:
    data = encode([FACE])
    assert len(data) == SIZE and data[:73] == FIRST
    (face,) = decode(data)
    assert face.time_s == FACE.time_s and face.open == FACE.open
    assert face.place == FACE.place and face.euler == FACE.euler
    assert face.posed and face.error == 25.0 and face.picture == PICTURE
    for name in ("confidence", "landmarks", "points", "features"):
        np.testing.assert_array_equal(getattr(face, name), getattr(FACE, name))
    # The shape is sent as x, -y, -z.
    sent = np.frombuffer(data, "<f4", 3, offset=889 + 12)
    assert sent.tolist() == [3.0, -4.0, -5.0]
    assert np.frombuffer(data, "<f4", 1, offset=1729)[0] == -1.0
    assert np.frombuffer(data, "<f4", 2, offset=345 + 8).tolist() == [2.0, 3.0]


def test_a_datagram_has_several_faces() -> None:
    faces = decode(encode([FACE, replace(FACE, face=3), replace(FACE, face=-1)]))
    assert [face.face for face in faces] == [0, 3, -1]


def test_every_other_size_is_refused() -> None:
    data = encode([FACE, FACE])
    for size in range(len(data)):
        if size and size % SIZE == 0:
            assert len(decode(data[:size])) == 1
            continue
        with pytest.raises(DecodeError, match="expected 1785 for each face"):
            decode(data[:size])


@pytest.mark.parametrize("at", [0, 12, 20, 29, 33, 49, 61, 73, 345, 889, 1729])
@pytest.mark.parametrize("value", [math.nan, math.inf, -1e30])
def test_numbers_that_nothing_can_be_done_with_are_refused(
    at: int, value: float
) -> None:
    data = bytearray(encode([FACE]))
    kind = "<f8" if at == 0 else "<f4"
    data[at : at + int(kind[-1])] = np.array(value, kind).tobytes()
    with pytest.raises(DecodeError, match="openseeface: "):
        decode(bytes(data))


def test_the_tracker_may_not_follow_the_pupils() -> None:
    assert replace(FACE, confidence=np.ones(68, np.float32)).gaze
    blind = np.ones(68, np.float32)
    blind[66:] = 0.0
    assert not replace(FACE, confidence=blind).gaze


@given(st.binary(min_size=SIZE, max_size=SIZE))
def test_any_bytes_of_that_size_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        decode(data)


@given(turns)
def test_the_reference_receiver_finds_the_turn_in_unity(
    turn: tuple[float, ...],
) -> None:
    # Unity/OpenSeeIKTarget.cs: (-y, -x, z, w), relative to a neutral head.
    def converted(head: tuple[float, ...]) -> tuple[float, float, float, float]:
        x, y, z, w = quaternion_of(matrix_of(quaternion(*head), AHEAD, UNSHIFTED))
        return (-y, -x, z, w)

    x, y, z, w = converted((0.0, 0.0, 0.0))
    found = multiply(converted(turn), (-x, -y, -z, w))
    expected = to_unity(quaternion(*turn))
    sign = 1.0 if np.dot(found, expected) > 0 else -1.0
    np.testing.assert_allclose(np.array(found) * sign, expected, atol=1e-6)


@given(turns)
def test_the_angles_are_those_of_opencv(turn: tuple[float, ...]) -> None:
    matrix = matrix_of(quaternion(*turn), AHEAD, PICTURE)
    # Its angles have two forms of the same rotation.
    for angles in (euler_of(matrix), cv2.RQDecomp3x3(matrix)[0]):
        a, b, c = np.radians(angles)
        rx = cv2.Rodrigues(np.array([a, 0, 0]))[0]
        ry = cv2.Rodrigues(np.array([0, b, 0]))[0]
        rz = cv2.Rodrigues(np.array([0, 0, c]))[0]
        np.testing.assert_allclose(rz @ ry @ rx, matrix, atol=1e-6)
    # What the reference receiver takes for straight ahead, but for the tilted shape.
    a, b, c = euler_of(matrix_of(IDENTITY, AHEAD, UNSHIFTED))
    assert (a, b, c) == pytest.approx((180.0 - math.degrees(TILT), 0.0, 90.0))


@given(turns, st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_a_turn_comes_back(turn: tuple[float, ...], x: float, y: float) -> None:
    nose = (x, y, -0.6)
    sent = quaternion_of(matrix_of(quaternion(*turn), nose, PICTURE))
    place = place_of(nose, PICTURE)
    assert head_of(sent, place, PICTURE) == pytest.approx(turn, abs=1e-6)
    assert head_of((0.0, 0.0, 0.0, 0.0), place, PICTURE) is None


@given(*[st.floats(-0.5, 0.5)] * 2, st.floats(-3.0, -0.2))
def test_a_place_comes_back(x: float, y: float, z: float) -> None:
    place = place_of((x, y, z), PICTURE)
    assert place[2] < 0.0
    np.testing.assert_allclose(nose_of(place, PICTURE), (x, y, z), atol=1e-9)
    before = [-number for number in place]
    np.testing.assert_allclose(nose_of(before, PICTURE), (x, y, z), atol=1e-9)
    assert nose_of(place, (0.0, 0.0))[2] == pytest.approx(z)


def weights(**curves: float) -> list[float]:
    return [curves.get(name, 0.0) for name in ARKIT]


@pytest.mark.parametrize(
    ("curves", "feature", "value"),
    [
        ({"eyeBlinkLeft": 1.0}, "EyeLeft", -1.0),
        ({"eyeWideRight": 0.5}, "EyeRight", 0.5),
        ({"browDownLeft": 0.5}, "EyebrowUpDownLeft", -0.5),
        ({"browInnerUp": 0.5}, "EyebrowSteepnessRight", 0.5),
        ({"mouthSmileLeft": 0.75}, "MouthCornerUpDownLeft", -0.75),
        ({"jawOpen": 0.35}, "MouthOpen", 0.5),
        ({"mouthPucker": 0.5}, "MouthWide", -0.5),
    ],
)
def test_features_say_what_moves(
    curves: dict[str, float], feature: str, value: float
) -> None:
    found = dict(zip(FEATURES, features_of(weights(**curves)).tolist(), strict=True))
    assert found[feature] == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    "curves",
    [
        {"jawOpen": 0.5},
        {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.25},
        {"mouthFrownRight": 0.5},
        {"mouthStretchLeft": 0.25, "mouthStretchRight": 0.25},
        {"mouthPucker": 0.5},
        {"browDownLeft": 0.75},
        {"browInnerUp": 0.5, "browOuterUpLeft": 0.5, "browOuterUpRight": 0.5},
        {"browInnerUp": 0.5},
        {"eyeWideLeft": 0.5},
        {"eyeBlinkLeft": 0.5, "eyeBlinkRight": 0.75},
    ],
)
def test_a_curve_that_features_tell_of_comes_back(curves: dict[str, float]) -> None:
    opened = (
        1.0 - curves.get("eyeBlinkRight", 0.0),
        1.0 - curves.get("eyeBlinkLeft", 0.0),
    )
    back = curves_of(features_of(weights(**curves)).tolist(), opened)
    for name, value in back.items():
        assert value == pytest.approx(curves.get(name, 0.0), abs=1e-6), name
