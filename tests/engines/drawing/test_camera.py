from __future__ import annotations

import math

import numpy as np
import pytest

from engines.drawing.camera import Camera, Pose, project

CAMERA = Camera(640, 480, 600.0)


def pixel(point: tuple[float, float, float]) -> list[float]:
    out: list[float] = project(np.array([point], dtype=np.float32), CAMERA)[0].tolist()
    return out


def test_the_axis_meets_the_middle_of_the_picture() -> None:
    assert pixel((0, 0, -0.5)) == [320, 240, 0.5]


def test_the_actors_left_and_up_are_right_and_up_in_the_picture() -> None:
    assert pixel((0.1, 0.05, -0.5)) == pytest.approx([440, 180, 0.5])


def test_twice_as_far_is_half_as_large() -> None:
    assert pixel((0.1, 0, -1.0))[0] - 320 == pytest.approx(60)


def test_a_finer_picture_shows_the_same_scene() -> None:
    point = np.array([[0.1, 0.05, -0.7]], dtype=np.float32)
    coarse, fine = project(point, CAMERA), project(point, CAMERA.scaled(2))
    np.testing.assert_allclose(fine[0, :2], 2 * coarse[0, :2], rtol=1e-6)


@pytest.mark.parametrize(
    ("pose", "nose"),
    [
        (Pose(yaw=math.pi / 2), (1, 0, 0)),  # toward the actor's left
        (Pose(pitch=math.pi / 2), (0, -1, 0)),  # down
        (Pose(roll=math.pi / 2), (0, 0, 1)),
    ],
)
def test_the_nose_goes_where_rotation_py_says(
    pose: Pose, nose: tuple[float, float, float]
) -> None:
    np.testing.assert_allclose(pose.rotation() @ [0, 0, 1], nose, atol=1e-6)


def test_a_roll_tilts_the_crown_to_the_actors_right() -> None:
    crown = Pose(roll=0.5).rotation() @ [0, 1, 0]
    assert crown[0] < -0.4
