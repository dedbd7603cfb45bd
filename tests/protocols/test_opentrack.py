import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import opentrack
from protocols.channels import INDEX
from protocols.errors import DecodeError
from protocols.opentrack import LIMIT, Pose, decode, encode, pose
from protocols.rotation import quaternion, to_matrix

from .faces import broken, face

GOLDEN = bytes.fromhex(
    "000000000000f03f"  # x 1
    "000000000000f8bf"  # y -1.5
    "0000000000004e40"  # z 60
    "0000000000003e40"  # yaw 30
    "00000000000024c0"  # pitch -10
    "0000000000000000"  # roll 0
)
"""Built by hand from the layout: IEEE 754 doubles, little-endian."""

NUMBER = st.floats(-LIMIT, LIMIT)
ANGLE = st.floats(-1.3, 1.3)


def test_golden_bytes() -> None:
    value = Pose(1.0, -1.5, 60.0, 30.0, -10.0, 0.0)
    assert encode(value) == GOLDEN
    assert decode(GOLDEN) == value


def test_the_position_is_in_centimetres_as_opentrack_sees_it() -> None:
    # 20 cm to the actor's left, 10 cm up, 60 cm before the camera.
    head = pose(face(headPosition__x=0.2, headPosition__y=0.1, headPosition__z=-0.6))
    assert head.numbers()[:3] == pytest.approx((20.0, 10.0, 60.0), abs=1e-5)


@pytest.mark.parametrize(
    ("channel", "axis"), [("head__y", "yaw"), ("head__x", "pitch"), ("head__z", "roll")]
)
def test_the_turn_is_in_degrees_and_opposite_to_ours(channel: str, axis: str) -> None:
    # Ours: left, down, to the right. Theirs: right, up, to the left.
    head = pose(face(also={channel.replace("__", "."): 0.5}))
    expected = dict.fromkeys(("yaw", "pitch", "roll"), 0.0)
    expected[axis] = -math.degrees(0.5)
    assert {name: getattr(head, name) for name in expected} == pytest.approx(
        expected, abs=1e-4
    )


@given(ANGLE, ANGLE, ANGLE)
def test_the_angles_are_those_of_opentracks_own_face_tracker(
    x: float, y: float, z: float
) -> None:
    turn = to_matrix(quaternion(x, y, z))
    # Its frame: x out of the face, y up, z to the actor's right.
    axes = np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]], dtype=float)
    r = axes.T @ turn @ axes
    expected = (
        math.degrees(math.atan2(r[2, 0], r[0, 0])),
        math.degrees(math.atan2(r[1, 0], math.hypot(r[2, 0], r[0, 0]))),
        math.degrees(math.atan2(r[1, 2], r[1, 1])),
    )
    head = pose(face(head__x=x, head__y=y, head__z=z))
    assert (head.yaw, head.pitch, head.roll) == pytest.approx(expected, abs=1e-3)


def test_the_whole_chain_turns_the_head() -> None:
    assert pose(face(neck__y=0.2, head__y=0.3, chest__y=0.1)).yaw == pytest.approx(
        -math.degrees(0.6), abs=1e-4
    )


def test_factors_reverse_leave_out_and_amplify() -> None:
    frame = face(headPosition__x=0.1, headPosition__y=0.1, head__y=0.1, head__x=0.1)
    plain = pose(frame)
    other = pose(frame, (-1.0, 0.0, 1.0, -1.0, 2.0, 1.0))
    assert (other.x, other.y) == (-plain.x, 0.0)
    assert other.yaw == -plain.yaw and other.pitch == 2 * plain.pitch


def test_a_head_at_rest_has_no_negative_zero() -> None:
    assert encode(pose(face())) == bytes(48)


def test_only_finite_numbers_leave() -> None:
    data = encode(pose(broken()))
    assert all(map(math.isfinite, struct.unpack("<6d", data)))
    far = face(also={"headPosition.z": -3e38})
    assert decode(encode(pose(far))).z == LIMIT


def test_the_pose_of_a_held_face_is_sent_too() -> None:
    held = face(tracked=False, head__y=0.25)
    assert pose(held) == pose(face(head__y=0.25))
    assert INDEX["head.y"]


@given(st.builds(Pose, *[NUMBER] * 6))
def test_decode_undoes_encode(value: Pose) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize("cut", range(48))
def test_every_truncation_is_a_decode_error(cut: int) -> None:
    with pytest.raises(DecodeError, match="expected six numbers of 8 bytes"):
        decode(GOLDEN[:cut])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e7, -1e7])
@pytest.mark.parametrize("place", range(6))
def test_a_number_of_no_head_is_a_decode_error(number: float, place: int) -> None:
    numbers = [0.0] * 6
    numbers[place] = number
    with pytest.raises(DecodeError, match=f"opentrack: {opentrack.NAMES[place]} is "):
        decode(struct.pack("<6d", *numbers))


@given(st.binary(max_size=100) | st.binary(min_size=48, max_size=48))
def test_garbage_is_a_decode_error_and_nothing_else(data: bytes) -> None:
    try:
        decode(data)
    except DecodeError as error:
        assert str(error)


@pytest.mark.slow
def test_a_million_datagrams_of_noise() -> None:
    rng = np.random.default_rng(4242)
    block = rng.integers(0, 256, 48 * 1_000_000, dtype=np.uint8).tobytes()
    read = 0
    for at in range(0, len(block), 48):
        try:
            read += all(map(math.isfinite, decode(block[at : at + 48]).numbers()))
        except DecodeError:
            continue
    assert read > 0
