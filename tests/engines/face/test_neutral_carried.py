"""What is carried along with a neutral face's measures."""

import numpy as np
import pytest

from engines.face.calm_frames import DOUBT
from engines.face.features import SPREAD, TYPICAL
from engines.face.neutral import GATHERED, Neutral

from .people import NOBODYS, STEP_S, bring, carrying, error, person, shut, smile


def test_what_was_taken_on_request_can_be_given_back() -> None:
    neutral, one = carrying(), person(3)
    assert neutral.taken() is None
    bring(neutral, one, NOBODYS, 0.0, 2.0)
    assert neutral.taken() is None
    neutral.calibrate(1.0)
    bring(neutral, one, NOBODYS + np.float32(1.0), 2.0, 1.5)
    taken = neutral.taken()
    assert taken is not None
    neutral.reset()
    bring(neutral, person(4), NOBODYS, 5.0, 2.0)
    neutral.know(*taken)
    assert neutral.calibrated and error(neutral, one) < 0.3
    np.testing.assert_allclose(neutral.carried_value, NOBODYS + 1.0, atol=1e-5)


def test_what_is_carried_follows_the_share_of_what_was_found() -> None:
    neutral, rest = carrying(), person()
    np.testing.assert_array_equal(neutral.carried_value, NOBODYS)
    assert neutral.share == 0.0
    theirs = np.array([12.0, -22.0, 0.5], dtype=np.float32)
    bring(neutral, rest, theirs, 0.0, 4.0)
    assert 0.9 < neutral.share < 1.0
    expected = NOBODYS + neutral.share * (theirs - NOBODYS)
    np.testing.assert_allclose(neutral.carried_value, expected, atol=5e-3)


def test_a_single_frame_is_trusted_as_far_as_its_measures_are() -> None:
    neutral, theirs = carrying(), NOBODYS + np.float32(1.0)
    rest = (0.5 * (TYPICAL + person())).astype(np.float32)
    for i in range(60):
        # Only the first is frontal: the rest let the neutral in use arrive.
        neutral.update(rest, 0.1 * i, i == 0, theirs)
    share = neutral.share
    assert 0.3 < share <= 1.0 / (1.0 + DOUBT)
    np.testing.assert_allclose(neutral.carried_value, NOBODYS + share, atol=1e-3)
    wanted = TYPICAL + np.float32(share) * (rest - TYPICAL)
    np.testing.assert_allclose(neutral.value, wanted, atol=1e-3)


def test_what_is_carried_glides_as_the_measures_do() -> None:
    neutral, rest = carrying(), person()
    theirs = NOBODYS + np.float32(1.0)
    neutral.update(rest, 0.0, False, theirs)
    now, shares = STEP_S, []
    for _ in range(40):
        now = bring(neutral, rest, theirs, now, STEP_S)
        shares.append(float(neutral.carried_value[0] - NOBODYS[0]))
        measures = (neutral.value - TYPICAL) @ (rest - TYPICAL)
        measures /= (rest - TYPICAL) @ (rest - TYPICAL)
        assert shares[-1] == pytest.approx(float(measures), abs=0.05)
    assert 0.0 < shares[0] < 0.2
    assert np.abs(np.diff(shares)).max() < 0.2
    assert shares[-1] > 0.9


@pytest.mark.parametrize("pose", [smile, shut])
def test_what_a_held_expression_carries_does_not_count(pose) -> None:  # type: ignore[no-untyped-def]
    neutral, rest = carrying(), person()
    now = bring(neutral, rest, NOBODYS + np.float32(1.0), 0.0, 3.0)
    calm = neutral.carried_value.copy()
    bring(neutral, pose(rest), NOBODYS - np.float32(9.0), now, 20.0)
    assert np.abs(neutral.carried_value - calm).max() < 0.5


def test_measures_are_found_the_same_with_and_without_a_load() -> None:
    bare, loaded, rng = Neutral(TYPICAL, SPREAD), carrying(), np.random.default_rng(1)
    rest = person()
    for i in range(200):
        face = rest + (0.02 * rng.standard_normal(len(rest))).astype(np.float32)
        bare.update(face, i * STEP_S, i % 7 > 0)
        loaded.update(face, i * STEP_S, i % 7 > 0, NOBODYS)
    np.testing.assert_array_equal(bare.value, loaded.value)
    assert bare.share == loaded.share


def test_on_request_the_median_of_what_is_carried_is_taken() -> None:
    neutral, rest, rng = carrying(), person(), np.random.default_rng(2)
    neutral.calibrate(3.0)
    for i in range(10 * GATHERED):
        loose = NOBODYS + rng.normal(1.0, 0.05, 3).astype(np.float32)
        if i % 9 == 4:
            loose += 50.0  # a hand before the face
        neutral.update(rest, i * 3.0 / (10 * GATHERED - 1), True, loose)
    assert neutral.calibrated and neutral.share == 1.0
    np.testing.assert_allclose(neutral.carried_value, NOBODYS + 1.0, atol=0.15)
    before = neutral.carried_value.copy()
    bring(neutral, rest, NOBODYS, 10.0, 5.0)
    np.testing.assert_array_equal(neutral.carried_value, before)
    neutral.reset()
    assert neutral.share == 0.0
    np.testing.assert_array_equal(neutral.carried_value, NOBODYS)


def test_a_neutral_face_that_is_known_is_used_at_once_and_stays() -> None:
    neutral, rest = carrying(), person()
    theirs = np.array([1.0, 2.0, 3.0], dtype=np.float32)
    neutral.know(rest, theirs)
    assert neutral.calibrated and neutral.share == 1.0
    now = bring(neutral, smile(rest), NOBODYS, 0.0, 2.0)
    bring(neutral, rest, NOBODYS, now + 60.0, 2.0)
    np.testing.assert_array_equal(neutral.value, rest)
    np.testing.assert_array_equal(neutral.carried_value, theirs)
    # Calibration and reset still do what they say.
    neutral.calibrate(0.2)
    bring(neutral, smile(rest), NOBODYS, 200.0, 0.5)
    np.testing.assert_allclose(neutral.value, smile(rest), atol=0.05)
    np.testing.assert_array_equal(neutral.carried_value, NOBODYS)
    neutral.reset()
    np.testing.assert_array_equal(neutral.value, TYPICAL)


def test_what_is_not_known_of_a_known_face_goes_on_being_learned() -> None:
    neutral, rest = carrying(), person()
    neutral.know(rest, np.array([1.0, 2.0], dtype=np.float32))
    np.testing.assert_array_equal(neutral.carried_value, [1.0, 2.0, NOBODYS[2]])
    now = bring(neutral, smile(rest), np.full(3, 7.0, dtype=np.float32), 0.0, 2.0)
    assert neutral.carried_value[2] == NOBODYS[2]
    bring(neutral, rest, np.full(3, 4.0, dtype=np.float32), now, 3.0)
    np.testing.assert_array_equal(neutral.carried_value[:2], [1.0, 2.0])
    assert neutral.carried_value[2] == pytest.approx(4.0, abs=0.5)
    np.testing.assert_array_equal(neutral.value, rest)


def test_frames_that_carry_nothing_count_as_the_average() -> None:
    neutral = carrying()
    for i in range(60):
        neutral.update(person(), i * STEP_S, True)
    np.testing.assert_allclose(neutral.carried_value, NOBODYS, atol=1e-4)
