from __future__ import annotations

import numpy as np
import pytest

from models.data.rendered.arkit_units import MOST_SCALED, arkit_scale
from models.data.rendered.gaze import GAZE_DOWN, GAZE_IN, GAZE_OUT, gaze
from models.data.rendered.head import (
    LANDMARKS,
    LIDS_SHUT_M,
    Head,
    Material,
    deform,
    embody,
    fit_reach,
    load_head,
)
from protocols.arrays import Floats
from protocols.channels import ARKIT
from tests.models.data.dataset import dataset

CENTRES = np.array([(0.03, 0, 0), (-0.03, 0, 0)], dtype=np.float32)
RADIUS = 0.01


def curves(**weights: float) -> Floats:
    out = np.zeros(len(ARKIT), dtype=np.float32)
    for name, value in weights.items():
        out[ARKIT.index(name)] = value
    return out


def doll() -> Head:
    """Two eyeballs of six points and one triangle of skin."""
    axes = np.concatenate([np.eye(3), -np.eye(3)]).astype(np.float32) * RADIUS
    eyes = [axes + centre for centre in CENTRES]
    skin = np.array([(0, -0.05, 0), (0.01, -0.05, 0), (0, -0.04, 0)], dtype=np.float32)
    neutral = np.concatenate([*eyes, skin])
    ball = np.array([[0, 1, 2], [3, 4, 5]])
    triangles = np.concatenate([ball, ball + 6, [[12, 13, 14]]]).astype(np.int32)
    shapes = np.zeros((52, 15, 3), dtype=np.float32)
    shapes[ARKIT.index("jawOpen"), 12:, 1] = -0.02
    identity = np.zeros((2, 15, 3), dtype=np.float32)
    identity[0, :6] = (0, 0.004, 0)
    sides = (Material.LEFT_EYE, Material.RIGHT_EYE)
    return Head(
        neutral=neutral,
        shapes=shapes,
        identity=identity,
        triangles=triangles,
        materials=np.repeat([*sides, Material.SKIN], [2, 2, 1]).astype(np.int32),
        uv=np.zeros((5, 3, 2), dtype=np.float32),
        eyes=np.c_[CENTRES, [RADIUS, RADIUS]].astype(np.float32),
        welds=np.arange(15, dtype=np.int32),
        reach=np.ones(52, dtype=np.float32),
    )


def test_weights_scale_their_shapes() -> None:
    head = doll()
    np.testing.assert_array_equal(deform(head, curves()), head.neutral)
    moved = deform(head, curves(jawOpen=0.5))[12:] - head.neutral[12:]
    np.testing.assert_allclose(moved, np.tile([0, -0.01, 0], (3, 1)), atol=1e-7)


def test_an_eye_turns_about_its_own_middle() -> None:
    looks = curves(eyeLookOutLeft=1.0, eyeLookInRight=1.0)
    vertices = deform(doll(), looks)
    for side, angle in enumerate((GAZE_OUT, GAZE_IN)):
        pupil = vertices[6 * side + 2] - CENTRES[side]
        expected = RADIUS * np.array([np.sin(angle), 0, np.cos(angle)])
        np.testing.assert_allclose(pupil, expected, atol=1e-6)


def test_out_is_away_from_the_nose_on_both_sides() -> None:
    (left, _), (right, _) = gaze(curves(eyeLookOutLeft=1, eyeLookOutRight=1))
    assert left == pytest.approx(GAZE_OUT)
    assert right == pytest.approx(-GAZE_OUT)


def test_looking_down_is_a_positive_pitch() -> None:
    _, (yaw, pitch) = gaze(curves(eyeLookDownRight=0.5))
    assert yaw == 0
    assert pitch == pytest.approx(0.5 * GAZE_DOWN)


def test_another_person_has_eyes_elsewhere() -> None:
    person = embody(doll(), np.array([0.5], dtype=np.float32))
    np.testing.assert_allclose(person.eyes[0], (0.03, 0.002, 0, RADIUS), atol=1e-6)
    np.testing.assert_allclose(person.eyes[1], doll().eyes[1], atol=1e-6)


def test_the_whole_model_is_read() -> None:
    head = load_head(dataset("ict_facekit/ict_facekit.npz"))
    still = [n for n, s in zip(ARKIT, head.shapes, strict=True) if not s.any()]
    assert still == ["tongueOut"]
    # Left is +x: the lids' points and what closes them.
    right, left = head.neutral[LANDMARKS[[37, 44]]]
    assert left[0] > 0.02 > -0.02 > right[0]
    wink = head.shapes[ARKIT.index("eyeBlinkLeft")]
    assert wink[LANDMARKS[44], 1] < -0.003
    assert abs(wink[LANDMARKS[37], 1]) < 1e-4
    # Halves of split curves add up to both sides.
    puff = np.abs(head.shapes[ARKIT.index("cheekPuff")]).max(axis=1)
    assert puff[head.neutral[:, 0] > 0.03].max() > 0.009
    assert puff[head.neutral[:, 0] < -0.03].max() > 0.009


def test_shapes_have_arkits_sizes_as_far_as_they_bear_it() -> None:
    assert arkit_scale("jawOpen") == pytest.approx(1 / 0.95)
    assert arkit_scale("browDownLeft") == arkit_scale("browDownRight")
    assert arkit_scale("browDownLeft") == pytest.approx(1 / 0.56)
    assert arkit_scale("mouthLeft") == pytest.approx(1 / 1.29)
    assert arkit_scale("mouthPressLeft") == MOST_SCALED
    assert arkit_scale("eyeWideLeft") == 1.0
    assert all(0.6 < arkit_scale(name) <= MOST_SCALED for name in ARKIT)


def test_units_can_be_left_as_the_file_has_them() -> None:
    path = dataset("ict_facekit/ict_facekit.npz")
    theirs, ours = load_head(path, arkit_units=False), load_head(path)
    for name, one, other in zip(ARKIT, theirs.shapes, ours.shapes, strict=True):
        np.testing.assert_allclose(arkit_scale(name) * one, other, atol=1e-7)


@pytest.mark.parametrize("seed", [None, 3, 9])
def test_lids_and_lips_just_meet(seed: int | None) -> None:
    head = load_head(dataset("ict_facekit/ict_facekit.npz"))
    if seed is not None:
        spread = np.random.default_rng(seed).standard_normal(100)
        head = embody(head, spread.clip(-2, 2).astype(np.float32))
    head = fit_reach(head)
    rest = head.neutral[LANDMARKS]
    lids = deform(head, curves(eyeBlinkLeft=1, eyeBlinkRight=1))[LANDMARKS]
    for upper, lower in (([43, 44], [47, 46]), ([37, 38], [41, 40])):
        apart = (lids[upper, 1] - lids[lower, 1]).mean()
        assert apart == pytest.approx(LIDS_SHUT_M, abs=1e-5)
    lips = deform(head, curves(jawOpen=1, mouthClose=1))[LANDMARKS]
    # As far apart as at rest, where they touch.
    apart, before = lips[62, 1] - lips[66, 1], rest[62, 1] - rest[66, 1]
    assert apart == pytest.approx(before, abs=2e-4)
    opened = deform(head, curves(jawOpen=1))[LANDMARKS]
    assert opened[62, 1] - opened[66, 1] > 0.03
