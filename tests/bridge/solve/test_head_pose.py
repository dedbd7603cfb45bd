import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.solve.head_pose import HeadPose, head_pose
from engines.face.preprocess import align
from protocols.rotation import (
    Quaternion,
    from_yaw_pitch_roll,
    matrix_to_vector,
    quaternion,
    to_matrix,
)
from tests.bridge.solve.puppet import HEIGHT, WIDTH, face, seen

UPRIGHT: Quaternion = (0.0, 0.0, 0.0, 1.0)


def pose(
    turn: Quaternion = UPRIGHT,
    at: tuple[float, float] = (WIDTH / 2, HEIGHT / 2),
    scale: float = 12.0,
    field_of_view: float = math.radians(63.0),
) -> HeadPose:
    found = align(seen(face(), turn, at=at, scale=scale).points)
    assert found is not None
    return head_pose(found, WIDTH, HEIGHT, field_of_view)


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll", "axis"),
    [
        (0.4, 0.0, 0.0, 1),  # to the actor's left
        (0.0, 0.3, 0.0, 0),  # down
        (0.0, 0.0, 0.35, 2),  # head tilted to the actor's right
    ],
)
def test_a_turn_is_about_its_own_axis_and_positive(
    yaw: float, pitch: float, roll: float, axis: int
) -> None:
    rotation = pose(from_yaw_pitch_roll(yaw, pitch, roll)).rotation
    expected = [0.0, 0.0, 0.0]
    expected[axis] = yaw + pitch + roll
    assert rotation == pytest.approx(expected, abs=0.02)


def test_a_nose_to_the_right_of_the_picture_is_a_turn_to_the_actors_left() -> None:
    landmarks = seen(face(), from_yaw_pitch_roll(0.4, 0.0, 0.0))
    assert landmarks.points[4, 0] > landmarks.points[[234, 454], 0].mean() + 20
    found = align(landmarks.points)
    assert found is not None
    assert head_pose(found, WIDTH, HEIGHT).rotation[1] > 0.3


def test_a_face_beside_the_axis_that_looks_frontal_is_turned_to_the_camera() -> None:
    right = pose(at=(560.0, 240.0))
    assert right.position[0] > 0.1
    ray = math.atan2(right.position[0], -right.position[2])
    assert right.rotation[1] == pytest.approx(-ray, abs=0.01)
    high = pose(at=(320.0, 80.0))
    assert high.position[1] > 0.05
    assert high.rotation[0] > 0.1


def test_half_the_size_is_twice_as_far() -> None:
    near, far = pose(scale=12.0).position, pose(scale=6.0).position
    focal = 0.5 * WIDTH / math.tan(math.radians(31.5))
    assert near[2] == pytest.approx(-0.01 * focal / 12.0, abs=0.08)
    assert far[2] - near[2] == pytest.approx(-0.01 * focal / 12.0, rel=0.01)


def test_a_narrow_lens_puts_the_same_face_farther_away() -> None:
    wide = pose(field_of_view=math.radians(90.0)).position[2]
    narrow = pose(field_of_view=math.radians(30.0)).position[2]
    assert narrow < 3.0 * wide < 0.0


@given(st.floats(-3.1, 3.1), st.floats(-3.1, 3.1), st.floats(-3.1, 3.1))
def test_a_vector_survives_its_matrix(x: float, y: float, z: float) -> None:
    length = math.hypot(x, y, z)
    if length > 3.1:
        x, y, z = (3.1 * v / length for v in (x, y, z))
    m = to_matrix(quaternion(x, y, z))
    assert matrix_to_vector(m) == pytest.approx((x, y, z), abs=1e-5)
    assert np.isfinite(matrix_to_vector(m)).all()
