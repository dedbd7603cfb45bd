import numpy as np
import pytest

from engines.face.features import SPREAD, TYPICAL
from engines.face.neutral import Neutral

from .people import STEP_S, error, hold, person, shut, smile


def test_a_frozen_neutral_face_stays_until_reset() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    at_s = hold(neutral, rest, 0.0, 0.5)
    neutral.freeze()
    before, share = neutral.value.copy(), neutral.share
    at_s = hold(neutral, person(4), at_s, 3.0)
    np.testing.assert_array_equal(neutral.value, before)
    assert neutral.share == share
    neutral.reset()
    hold(neutral, rest, at_s, 3.0)
    assert error(neutral, rest) < 0.5


def test_nobody_is_the_average_person() -> None:
    neutral = Neutral(TYPICAL, SPREAD)
    assert error(neutral, TYPICAL) == 0.0


def test_a_calm_face_is_known_within_a_second() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    hold(neutral, rest, 0.0, 1.0)
    assert error(neutral, rest) < 0.35


def test_the_first_frame_is_already_nearer_than_the_average() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    neutral.update(rest, 0.0, True)
    assert error(neutral, rest) < 0.6 * error(Neutral(TYPICAL, SPREAD), rest)


@pytest.mark.parametrize("pose", [smile, shut])
def test_what_is_held_is_not_taken_for_calm(pose) -> None:  # type: ignore[no-untyped-def]
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    now = hold(neutral, rest, 0.0, 2.0)
    before = neutral.value.copy()
    hold(neutral, pose(rest), now, 20.0)
    assert float((np.abs(neutral.value - before) / SPREAD).max()) < 0.5


@pytest.mark.parametrize("pose", [smile, shut])
def test_starting_with_an_expression_is_put_right_later(pose) -> None:  # type: ignore[no-untyped-def]
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    now = hold(neutral, pose(rest), 0.0, 2.0)
    hold(neutral, rest, now, 3.0)
    assert error(neutral, rest) < 0.6


def test_a_turned_head_teaches_nothing() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    for i in range(60):
        neutral.update(rest, i * STEP_S, False)
    np.testing.assert_array_equal(neutral.value, TYPICAL)


def test_a_moving_face_teaches_nothing() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    now = hold(neutral, rest, 0.0, 1.0)
    for i in range(60):
        neutral.update(smile(rest) if i % 2 else rest, now + i * STEP_S, True)
    assert error(neutral, rest) < 0.35


def test_on_request_any_face_is_neutral_until_reset() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    neutral.calibrate(1.0)
    assert neutral.calibrating
    now = hold(neutral, smile(rest), 5.0, 1.2)
    assert neutral.calibrated
    assert not neutral.calibrating
    assert error(neutral, smile(rest)) < 0.3
    hold(neutral, rest, now, 5.0)
    assert error(neutral, smile(rest)) < 0.3
    neutral.reset()
    assert not neutral.calibrated
    np.testing.assert_array_equal(neutral.value, TYPICAL)


def test_a_blink_while_calibrating_does_not_matter() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    neutral.calibrate(1.0)
    now = hold(neutral, rest, 0.0, 0.4)
    now = hold(neutral, shut(rest), now, 0.2)
    hold(neutral, rest, now, 0.6)
    assert error(neutral, rest) < 0.3


def test_time_that_jumps_or_stands_still_is_no_trouble() -> None:
    neutral, rest = Neutral(TYPICAL, SPREAD), person()
    for at_s in (0.0, 0.0, 0.1, 9e5, 3.0, 3.0, 4.0):
        neutral.update(rest, at_s, True)
        assert np.isfinite(neutral.value).all()


def test_a_long_absence_forgets_nobody_but_who_is_reset() -> None:
    neutral, one, two = Neutral(TYPICAL, SPREAD), person(3), person(4)
    now = hold(neutral, one, 0.0, 10.0)
    now = hold(neutral, one, now + 60.0, STEP_S)
    assert error(neutral, one) < 0.35
    neutral.reset()
    hold(neutral, two, now + 20.0, 1.0)
    assert error(neutral, two) < 0.35


def test_a_clip_that_starts_again_goes_on_teaching() -> None:
    neutral, one = Neutral(TYPICAL, SPREAD), person(3)
    hold(neutral, smile(one), 100.0, 3.0)
    hold(neutral, one, 0.0, 3.0)
    assert error(neutral, one) < 0.6
