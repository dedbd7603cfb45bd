"""A neutral face half of which is searched for by itself: who talks has calm brows."""

import numpy as np

from engines.face.features import AT, NAMES, SPREAD, TYPICAL
from engines.face.learned_solver import UPPER
from engines.face.neutral import Half, Neutral
from protocols.arrays import Floats

from .people import NOBODYS, STEP_S, doing, hold, person

MEASURES = UPPER.measures
HALF = Half(MEASURES, np.array([0]))
THEIRS = NOBODYS + np.float32(1.0)


def halved() -> Neutral:
    return Neutral(TYPICAL, SPREAD, NOBODYS, HALF)


def talk(neutral: Neutral, rest: Floats, from_s: float, seconds: float) -> float:
    """Open and close the mouth below calm brows and eyes; return the time after."""
    steps = round(seconds / STEP_S)
    for i in range(steps):
        gap = 2.0 + np.sin(2.0 * i)
        lips = {"gap": gap, "lowerLip": -gap, "chinY": -gap, "lowerHeight": 0.4 * gap}
        face = doing(rest, **lips)
        neutral.update(face, from_s + i * STEP_S, True, THEIRS)
    return from_s + steps * STEP_S


def off(neutral: Neutral, rest: Floats) -> float:
    """Return the worst distance of brows and eyes, standard deviations."""
    apart = np.abs(neutral.value - rest) / SPREAD
    return float(apart[MEASURES].max())


def test_brows_and_eyes_of_who_talks_are_known_and_the_mouth_is_not() -> None:
    whole, both, rest = Neutral(TYPICAL, SPREAD, NOBODYS), halved(), person()

    talk(whole, rest, 0.0, 2.0)
    talk(both, rest, 0.0, 2.0)

    assert off(both, rest) < 0.3 < off(whole, rest)
    assert both.value[AT["gap"]] < TYPICAL[AT["gap"]] + 0.3
    np.testing.assert_allclose(both.carried_value[0], THEIRS[0], atol=0.2)
    np.testing.assert_allclose(both.carried_value[1:], NOBODYS[1:], atol=0.2)


def test_the_whole_face_counts_alone_once_it_is_known() -> None:
    whole, both, rest = Neutral(TYPICAL, SPREAD), halved(), person()
    for each in (whole, both):
        hold(each, rest, 0.0, 6.0)

    np.testing.assert_allclose(both.value, whole.value, atol=0.02)
    assert abs(both.share - whole.share) < 0.05


def test_it_is_trusted_by_half_while_only_half_is_known() -> None:
    both = halved()
    assert both.share == 0.0

    talk(both, person(), 0.0, 3.0)

    assert 0.4 < both.share < 0.6


def test_a_new_person_starts_with_nothing_known_of_either() -> None:
    both, rest = halved(), person()
    talk(both, rest, 0.0, 2.0)

    both.reset()

    assert both.share == 0.0
    np.testing.assert_array_equal(both.value, TYPICAL)
    both.know(rest)
    talk(both, person(9), 3.0, 2.0)
    assert both.share == 1.0
    np.testing.assert_array_equal(both.value, rest)


def test_the_solver_halves_the_face_below_the_eyes() -> None:
    upper = {NAMES[i] for i in MEASURES}
    assert {"browInnerLeft", "lidsRight", "irisYLeft"} <= upper
    assert not {"wingYLeft", "cornerXLeft", "gap"} & upper
    assert len(set(UPPER.carried.tolist())) == len(UPPER.carried)
