"""The mesh of the package is a face, and its morphs do what their names say."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.takes.exported import face_rig
from protocols.channels import ARKIT, BONES
from protocols.export.skeleton import APART


def test_the_mesh_is_whole_and_small() -> None:
    rig = face_rig()
    v = len(rig.points)
    assert rig.morphs.shape == (len(ARKIT), v, 3) and rig.bones.shape == (v,)
    assert rig.triangles.max() == v - 1 and np.isfinite(rig.morphs).all()
    corners = rig.points[rig.triangles]
    area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (np.linalg.norm(area, axis=1) > 0).all()
    # Every morph but those of the eyes' turn moves something, none much too far.
    reach = np.linalg.norm(rig.morphs, axis=2).max(axis=1)
    still = [name for name, far in zip(ARKIT, reach, strict=True) if far < 5e-4]
    assert all(name.startswith("eyeLook") for name in still), still
    assert reach.max() < 0.07


def test_the_eyeballs_are_where_their_bones_are() -> None:
    rig = face_rig()
    for bone, side in (("leftEye", 1.0), ("rightEye", -1.0)):
        ball = rig.points[rig.bones == BONES.index(bone)].astype(float)
        system = np.c_[2 * ball, np.ones(len(ball))]
        centre = np.linalg.lstsq(system, (ball**2).sum(axis=1), rcond=None)[0][:3]
        assert centre == pytest.approx([side * APART, 0.0, 0.0], abs=2e-4)


def moved(**weights: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    rig = face_rig()
    out = rig.points.astype(np.float64)
    for name, weight in weights.items():
        out += weight * rig.morphs[ARKIT.index(name)]
    return out


# Points of the tracker's mesh: inner lips, corners of the mouth, lids, brows.
UPPER, LOWER, RIGHT_CORNER, LEFT_CORNER = 13, 14, 61, 291
RIGHT_LIDS, LEFT_LIDS = (159, 145), (386, 374)
RIGHT_BROW, LEFT_BROW = 105, 334


def gap(
    points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], above: int, below: int
) -> float:
    return float(points[above, 1] - points[below, 1])


def test_the_jaw_opens_and_the_lips_close_over_it() -> None:
    assert abs(gap(moved(), UPPER, LOWER)) < 0.002
    assert gap(moved(jawOpen=1.0), UPPER, LOWER) > 0.02
    assert abs(gap(moved(jawOpen=1.0, mouthClose=1.0), UPPER, LOWER)) < 0.004


def test_a_smile_widens_and_lifts() -> None:
    at_rest, smile = moved(), moved(mouthSmileLeft=1.0, mouthSmileRight=1.0)
    for corner, side in ((LEFT_CORNER, 1.0), (RIGHT_CORNER, -1.0)):
        change = smile[corner] - at_rest[corner]
        assert side * change[0] > 0.003 and change[1] > 0.003
    half = moved(mouthSmileLeft=1.0) - at_rest
    assert np.linalg.norm(half[LEFT_CORNER]) > 10 * np.linalg.norm(half[RIGHT_CORNER])


def test_lids_meet_each_on_its_own_side() -> None:
    for side, shut, other in (
        ("Left", LEFT_LIDS, RIGHT_LIDS),
        ("Right", RIGHT_LIDS, LEFT_LIDS),
    ):
        points = moved(**{f"eyeBlink{side}": 1.0})
        assert gap(moved(), *shut) > 0.007
        assert abs(gap(points, *shut)) < 0.0015
        assert gap(points, *other) == pytest.approx(gap(moved(), *other), abs=1e-4)


def test_brows_rise_and_fall() -> None:
    up = moved(browOuterUpLeft=1.0) - moved()
    assert up[LEFT_BROW, 1] > 0.003 > abs(up[RIGHT_BROW, 1])
    down = moved(browDownRight=1.0) - moved()
    assert down[RIGHT_BROW, 1] < -0.002 < down[LEFT_BROW, 1]


def test_the_tongue_comes_out() -> None:
    points = moved(tongueOut=1.0, jawOpen=0.5)
    assert points[:, 2].max() > moved()[:, 2].max() - 0.02
    tip = np.abs(face_rig().morphs[ARKIT.index("tongueOut")]).max(axis=1).argmax()
    assert points[tip, 2] > points[LOWER, 2] + 0.005
    assert moved()[tip, 2] < moved()[LOWER, 2] - 0.01
