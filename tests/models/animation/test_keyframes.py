from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy", reason="models need SciPy")

from models.animation.keyframes import Curve, Keying, between, keyed, place

TIMES = np.arange(61) / 30.0
RAMP = np.clip(TIMES - 0.7, 0.0, 0.4)[:, None]


def test_keys_lie_evenly_and_hold_both_ends() -> None:
    rows = place(RAMP, TIMES, Keying(0.5))
    assert rows.tolist() == [0, 15, 30, 45, 60]


def test_keys_at_poses_find_the_corners() -> None:
    rows = place(RAMP, TIMES, Keying(0.5, "at poses"))
    assert len(rows) == 5
    assert {0, 21, 33, 60} <= set(rows.tolist())


def test_there_are_never_more_keys_than_frames() -> None:
    rows = place(RAMP[:3], TIMES[:3], Keying(0.001, "at poses"))
    assert rows.tolist() == [0, 1, 2]


@pytest.mark.parametrize("curve", ["linear", "cardinal", "clamped"])
def test_every_curve_goes_through_its_keys(curve: Curve) -> None:
    at_s, keys = np.array([0.0, 0.4, 1.0, 1.3]), np.array([[0.0], [1.0], [0.2], [0.9]])
    found = between(at_s, keys, at_s, Keying(curve=curve))
    assert np.allclose(found, keys)


def test_outer_keys_hold() -> None:
    found = between(
        np.array([1.0, 2.0]), np.array([[3.0], [5.0]]), np.array([0.0, 9.0]), Keying()
    )
    assert found[:, 0].tolist() == [3.0, 5.0]


def test_a_cardinal_spline_goes_beyond_its_keys_and_a_clamped_one_does_not() -> None:
    at_s, keys = np.arange(4.0), np.array([[0.0], [0.0], [1.0], [1.0]])
    times = np.linspace(0.0, 3.0, 50)
    assert between(at_s, keys, times, Keying(curve="cardinal")).min() < -0.01
    stays = between(at_s, keys, times, Keying(curve="clamped"))
    assert stays.min() >= 0.0 and stays.max() <= 1.0


def test_tension_takes_the_overshoot() -> None:
    at_s, keys = np.arange(4.0), np.array([[0.0], [0.0], [1.0], [1.0]])
    times = np.linspace(0.0, 3.0, 50)
    loose, tight = (
        between(at_s, keys, times, Keying(curve="cardinal", tension=t)).min()
        for t in (0.0, 0.5)
    )
    assert loose < tight < 0.0


def test_frames_without_a_face_are_never_keys() -> None:
    values = RAMP.copy()
    values[10:20] = np.nan
    found = keyed(values, TIMES, Keying(0.1))
    assert np.isfinite(found).all()
    assert np.allclose(found[:10], 0.0)


def test_a_performance_needs_two_frames() -> None:
    with pytest.raises(ValueError, match="fewer than two frames"):
        keyed(np.full((5, 1), np.nan), TIMES[:5], Keying())
