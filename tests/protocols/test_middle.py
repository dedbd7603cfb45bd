from dataclasses import replace

import pytest

from protocols.middle import LONGEST_S, SETTLING_S, Middle

from .faces import broken, face

SECOND = 64
"""Frames of `face` in a second."""


def test_the_first_place_is_the_middle_and_others_are_seen_from_it() -> None:
    middle = Middle()
    assert middle.offset(face(0, headPosition__z=-0.6)) == (0.0, 0.0, 0.0)
    offset = middle.offset(face(1, headPosition__z=-0.5, headPosition__x=0.1))
    assert offset == pytest.approx((0.1, 0.0, 0.1), abs=1e-3)


def test_who_moves_the_chair_is_in_the_middle_again() -> None:
    middle = Middle()
    middle.offset(face(0, headPosition__x=0.0))
    last = 0.0
    for index in range(1, round(3 * SETTLING_S) * SECOND):
        last = middle.offset(face(index, headPosition__x=0.2))[0]
    assert 0.0 < last < 0.2 * 0.06


def test_a_held_face_and_a_jump_in_time_move_it_little() -> None:
    middle = Middle()
    middle.offset(face(0))
    for index in range(1, 100 * SECOND, SECOND):
        middle.offset(replace(face(index, headPosition__x=0.2), tracked=False))
    # Even after an hour without a frame, as after one second.
    for index in (10**6, 0, 2 * 10**6):
        x, _, _ = middle.offset(face(index, headPosition__x=0.2))
    assert x > 0.2 * (1.0 - 3.0 * LONGEST_S / SETTLING_S)


def test_numbers_that_are_none_stay_out() -> None:
    middle = Middle()
    assert middle.offset(broken()) == (0.0, 0.0, 0.0)
