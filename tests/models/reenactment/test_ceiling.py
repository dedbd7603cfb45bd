from __future__ import annotations

import math

import numpy as np
import pytest

from models.data.rendered.head import LANDMARKS, deform, load_head
from models.reenactment.avatar import AverageHead, shut_lips
from models.reenactment.ceiling import mix, turns
from models.reenactment.mesh import NAMES, PLACES, MeshMeasures
from protocols.channels import ARKIT
from tests.models.data.dataset import dataset
from tests.models.reenactment.made import curves

JAW, CLOSE = ARKIT.index("jawOpen"), ARKIT.index("mouthClose")


def test_a_mixed_take_keeps_each_curve_but_not_their_company() -> None:
    take = np.random.default_rng(1).random((200, len(ARKIT))).astype(np.float32)
    take[:, CLOSE] = 0.5 * take[:, JAW]
    mixed = mix(take)
    np.testing.assert_array_equal(np.sort(mixed, axis=0), np.sort(take, axis=0))
    np.testing.assert_array_equal(mixed[:, CLOSE], 0.5 * mixed[:, JAW])
    looks = [i for i, name in enumerate(ARKIT) if name.startswith("eyeLook")]
    moved = int(np.flatnonzero((take[:, looks] == mixed[0, looks]).all(axis=1))[0])
    np.testing.assert_array_equal(
        mixed[:, looks], np.roll(take[:, looks], -moved, axis=0)
    )
    starts = {int(np.flatnonzero(take[:, i] == mixed[0, i])[0]) for i in range(52)}
    assert len(starts) > 20


def test_heads_turn_as_far_as_they_are_told() -> None:
    poses = turns(200, 14.0)
    assert max(pose.yaw for pose in poses) == pytest.approx(
        math.radians(14.0), rel=0.01
    )
    assert min(pose.pitch for pose in poses) == pytest.approx(
        -math.radians(7.0), rel=0.01
    )


@pytest.fixture(scope="module")
def average() -> AverageHead:
    pytest.importorskip("numba", reason="rendering needs the models extra")
    return AverageHead(load_head(dataset("ict_facekit") / "ict_facekit.npz"))


def lip_gap_m(average: AverageHead, **weights: float) -> float:
    marks = deform(average.head, curves(1, **weights)[0])[LANDMARKS]
    return float((marks[61:64, 1] - marks[[67, 66, 65], 1]).mean())


def test_lips_touch_at_rest_and_part_with_the_jaw(average: AverageHead) -> None:
    assert lip_gap_m(average) == pytest.approx(0.0, abs=1e-5)
    assert lip_gap_m(average, jawOpen=0.2) > 0.003
    again = shut_lips(average.head)
    np.testing.assert_allclose(again.neutral, average.head.neutral, atol=1e-6)


def test_a_drawn_head_shows_its_weights(average: AverageHead) -> None:
    calm = average.draw(curves(1)[0])
    assert calm.shape == (400, 400, 3)
    assert calm.dtype == np.uint8
    wink = average.draw(curves(1, eyeBlinkLeft=1.0)[0]).astype(int)
    changed = np.abs(wink - calm).sum(axis=2) > 60
    # The actor's left is on the right of a picture.
    assert changed[:, 200:].sum() > 10 * changed[:, :200].sum()


def test_the_mesh_is_measured_as_it_is_drawn(average: AverageHead) -> None:
    weights = np.random.default_rng(2).uniform(0, 0.5, (1, 52)).astype(np.float32)
    found = MeshMeasures(average.head)(weights)[0]
    marks = deform(average.head, weights[0])[LANDMARKS]
    eyes = average.head.neutral[LANDMARKS[[36, 39, 42, 45]]]
    distance = np.linalg.norm(eyes[:2].mean(axis=0) - eyes[2:].mean(axis=0))
    for value, place in zip(found, PLACES, strict=True):
        along = marks[:, place.axis]
        direct = along[list(place.points)].mean() - along[list(place.less)].mean()
        assert value == pytest.approx(direct / distance, abs=1e-4), place.name


@pytest.mark.parametrize(
    ("curve", "name"),
    [
        ("browInnerUp", "brow inner R"),
        ("browOuterUpLeft", "brow outer L"),
        ("browDownRight", "brows together"),
        ("noseSneerLeft", "nose wing"),
        ("mouthSmileRight", "corner up R"),
        ("jawOpen", "mouth gap"),
    ],
)
def test_curves_move_their_measures_up(
    average: AverageHead, curve: str, name: str
) -> None:
    pair = MeshMeasures(average.head)(
        np.concatenate([curves(1), curves(1, **{curve: 1})])
    )
    assert pair[1, NAMES.index(name)] > pair[0, NAMES.index(name)] + 0.01
