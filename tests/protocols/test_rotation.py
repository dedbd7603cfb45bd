"""What a person does, and what each host must see."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.rotation import (
    IDENTITY,
    Quaternion,
    Triple,
    from_livelink,
    from_yaw_pitch_roll,
    matrix_to_vector,
    multiply,
    quaternion,
    rotation_vector,
    to_livelink,
    to_matrix,
    to_unity,
    to_unity_position,
    yaw_pitch_roll,
)

LEFT, DOWN, TILT_RIGHT = (0.0, 0.4, 0.0), (0.4, 0.0, 0.0), (0.0, 0.0, 0.4)
"""Rotation vectors: look to the actor's left, down, tilt to the actor's right."""

ANGLE = st.floats(-1.4, 1.4)


def rotated(q: Quaternion, point: Triple) -> Triple:
    conjugate = (-q[0], -q[1], -q[2], q[3])
    x, y, z, _ = multiply(multiply(q, (*point, 0.0)), conjugate)
    return (x, y, z)


def test_inside_the_face_turns_where_the_docstring_says() -> None:
    nose, crown = (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)
    assert rotated(quaternion(*LEFT), nose)[0] > 0.3  # +X, the actor's left
    assert rotated(quaternion(*DOWN), nose)[1] < -0.3
    assert rotated(quaternion(*TILT_RIGHT), crown)[0] < -0.3


def test_unity_avatar_turns_to_its_own_left() -> None:
    # Left-handed, +Z forward, +X right: its left is -X.
    nose, crown = (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)
    assert rotated(to_unity(quaternion(*LEFT)), nose)[0] < -0.3
    assert rotated(to_unity(quaternion(*DOWN)), nose)[1] < -0.3
    assert rotated(to_unity(quaternion(*TILT_RIGHT)), crown)[0] > 0.3


@given(ANGLE, ANGLE, ANGLE)
def test_unity_moves_the_same_points_to_the_same_places(
    x: float, y: float, z: float
) -> None:
    turn, point = quaternion(x, y, z), (0.3, -0.5, 0.7)
    there = rotated(to_unity(turn), to_unity_position(point))
    np.testing.assert_allclose(
        there, to_unity_position(rotated(turn, point)), atol=1e-9
    )
    assert to_unity(to_unity(turn)) == turn


def test_livelink_signs() -> None:
    assert to_livelink(quaternion(*LEFT)) == pytest.approx((-0.4, 0.0, 0.0))
    assert to_livelink(quaternion(*DOWN)) == pytest.approx((0.0, 0.4, 0.0))
    assert to_livelink(quaternion(*TILT_RIGHT)) == pytest.approx((0.0, 0.0, -0.4))


@given(ANGLE, ANGLE, ANGLE)
def test_livelink_angles_come_back(yaw: float, pitch: float, roll: float) -> None:
    back = to_livelink(from_livelink(yaw, pitch, roll))
    np.testing.assert_allclose(back, (yaw, pitch, roll), atol=1e-7)


@given(ANGLE, ANGLE, ANGLE)
def test_yaw_pitch_roll_come_back(yaw: float, pitch: float, roll: float) -> None:
    back = yaw_pitch_roll(from_yaw_pitch_roll(yaw, pitch, roll))
    np.testing.assert_allclose(back, (yaw, pitch, roll), atol=1e-7)


@given(ANGLE, ANGLE, ANGLE)
def test_rotation_vectors_come_back(x: float, y: float, z: float) -> None:
    turn = quaternion(x, y, z)
    assert math.hypot(*turn) == pytest.approx(1.0)
    np.testing.assert_allclose(rotation_vector(turn), (x, y, z), atol=1e-7)


def test_the_long_way_round_becomes_the_short_one() -> None:
    assert rotation_vector(quaternion(0.0, 2 * math.pi - 0.1, 0.0)) == pytest.approx(
        (0.0, -0.1, 0.0)
    )


def test_no_turn_is_the_identity() -> None:
    assert quaternion(0.0, 0.0, 0.0) == IDENTITY
    assert rotation_vector(IDENTITY) == (0.0, 0.0, 0.0)
    assert multiply(IDENTITY, quaternion(*LEFT)) == quaternion(*LEFT)


def test_looking_straight_up_or_down_does_not_fail() -> None:
    for pitch in (math.pi / 2, -math.pi / 2):
        assert yaw_pitch_roll(quaternion(pitch, 0.0, 0.0))[1] == pytest.approx(pitch)


def test_a_matrix_turns_as_its_quaternion_says() -> None:
    left = to_matrix(quaternion(0.0, math.pi / 2, 0.0))
    assert left @ [0.0, 0.0, 1.0] == pytest.approx([1.0, 0.0, 0.0])
    down = to_matrix(quaternion(math.pi / 2, 0.0, 0.0))
    assert down @ [0.0, 0.0, 1.0] == pytest.approx([0.0, -1.0, 0.0])


@given(ANGLE, ANGLE, ANGLE)
def test_a_matrix_leads_back_to_the_rotation(x: float, y: float, z: float) -> None:
    turn = to_matrix(quaternion(x, y, z))
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1.0)
    assert matrix_to_vector(turn) == pytest.approx((x, y, z), abs=1e-7)
