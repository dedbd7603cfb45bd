"""The renderer on the real head; skipped where its data is absent."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from engines.drawing.camera import Camera, Pose, project
from models.data.rendered.appearance import Lighting, Look
from models.data.rendered.head import LANDMARKS, load_head
from models.data.rendered.renderer import Actor, cast, put, render
from models.data.rendered.textures import unroll
from protocols.arrays import Floats
from protocols.channels import ARKIT
from tests.models.data.dataset import dataset

CAMERA = Camera(192, 192, 240.0)
LIGHT = Lighting(shadows=False)


@cache
def actor() -> Actor:
    head = load_head(dataset("ict_facekit/ict_facekit.npz"))
    return cast(head, Look(hair_layers=3), unroll(head, 256))


def picture(pose: Pose | None = None, **curves: float) -> npt.NDArray[np.int16]:
    shown = render(actor(), weights(**curves), pose or Pose(), CAMERA, LIGHT)
    return shown.astype(np.int16)


def weights(**curves: float) -> Floats:
    out = np.zeros(len(ARKIT), dtype=np.float32)
    for name, value in curves.items():
        out[ARKIT.index(name)] = value
    return out


def test_the_same_arguments_give_the_same_picture() -> None:
    np.testing.assert_array_equal(picture(), picture())


def test_the_actors_left_eye_is_on_the_right_of_the_picture() -> None:
    moved = np.abs(picture(eyeBlinkLeft=1) - picture()).sum(axis=2)
    assert moved[:, 96:].sum() > 1000
    assert moved[:, 96:].sum() > 20 * moved[:, :96].sum()


def test_a_face_is_skin_and_lips_are_redder() -> None:
    face = picture()
    points = project(put(actor(), weights(), Pose()), CAMERA)[LANDMARKS]
    x, y = points[[2, 57], :2].round().astype(int).T  # by the jaw, and the lower lip
    cheek = face[y[0] - 8, x[0] + 14]
    lip = face[y[1] - 3, x[1]]
    assert cheek[2] > cheek[1] > cheek[0] > 60
    assert lip[2] / lip[1] > 1.1 * cheek[2] / cheek[1]


@pytest.mark.parametrize(("yaw", "side"), [(0.4, 1), (-0.4, -1)])
def test_a_turn_takes_the_nose_to_its_side(yaw: float, side: int) -> None:
    tip = project(put(actor(), weights(), Pose(yaw=yaw)), CAMERA)[LANDMARKS[30]]
    assert side * (tip[0] - 96) > 10


def test_the_chest_stays_behind_when_the_head_turns() -> None:
    still, turned = (put(actor(), weights(), Pose(yaw=yaw)) for yaw in (0.0, 0.4))
    low = actor().head.neutral[:, 1].argmin()
    nose = LANDMARKS[30]
    assert np.abs(turned - still)[low].max() < 0.6 * np.abs(turned - still)[nose].max()


def test_lamps_change_the_picture_and_more_pixels_smooth_it() -> None:
    bright = render(actor(), weights(), Pose(), CAMERA, Lighting(key_strength=4.0))
    assert bright.mean() > picture().mean() + 3
    smooth = render(actor(), weights(), Pose(), CAMERA, LIGHT, supersample=2)
    assert smooth.shape == (192, 192, 3)
    assert np.abs(smooth.astype(np.int16) - picture()).mean() < 6
