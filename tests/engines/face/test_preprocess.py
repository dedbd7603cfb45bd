import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.face.canonical_face import CANONICAL, COUNT
from engines.face.preprocess import STABLE, align
from protocols.rotation import from_yaw_pitch_roll, to_matrix
from tests.bridge.solve.puppet import face, seen

ANGLE = st.floats(-0.9, 0.9)


@given(ANGLE, ANGLE, ANGLE, st.floats(2.0, 60.0), st.floats(-900, 900))
def test_place_turn_and_size_leave_the_aligned_face_alone(
    yaw: float, pitch: float, roll: float, scale: float, x: float
) -> None:
    odd = face()
    odd[13] += (0.3, -0.4, 0.2)
    turn = from_yaw_pitch_roll(yaw, pitch, roll)
    still = align(seen(odd).points)
    moved = align(seen(odd, turn, scale=scale, at=(x, 200.0)).points)
    assert still is not None
    assert moved is not None
    np.testing.assert_allclose(moved.points, still.points, atol=2e-2)
    np.testing.assert_allclose(moved.rotation, to_matrix(turn), atol=2e-2)
    assert moved.scale == pytest.approx(scale, rel=1e-3)
    assert moved.origin == pytest.approx((x, 200.0), abs=0.2)


def test_the_canonical_face_aligns_with_itself() -> None:
    found = align(seen(face()).points)
    assert found is not None
    np.testing.assert_allclose(found.points, CANONICAL, atol=1e-3)
    assert found.residual == pytest.approx(0.0, abs=1e-3)


def test_what_an_expression_moves_is_not_stable() -> None:
    lips_and_lids = {0, 13, 14, 17, 61, 291, 159, 145, 386, 374, 152}
    assert not lips_and_lids & set(STABLE.tolist())


def test_a_misfit_is_measured_in_centimetres() -> None:
    rng = np.random.default_rng(1)
    noisy = face() + rng.normal(0.0, 0.5, (COUNT, 3))
    found = align(seen(noisy).points)
    assert found is not None
    assert 0.5 < found.residual < 1.1


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 5.0, 1e30])
def test_points_that_are_no_face_align_with_nothing(value: float) -> None:
    assert align(np.full((COUNT, 3), value, dtype=np.float32)) is None


def test_one_point_that_is_not_finite_spoils_the_face() -> None:
    for point in (10, 13):
        points = seen(face()).points
        points[point, 1] = np.nan
        assert align(points) is None


def test_another_number_of_points_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="478"):
        align(np.zeros((468, 3), dtype=np.float32))


def test_the_canonical_face_is_symmetric_and_in_centimetres() -> None:
    right, left = CANONICAL[468], CANONICAL[473]
    assert left[0] == pytest.approx(-right[0], abs=1e-3)
    assert 5.0 < left[0] - right[0] < 7.0
    assert CANONICAL[10, 1] > 0 > CANONICAL[152, 1]
    assert CANONICAL[4, 2] > CANONICAL[234, 2]
