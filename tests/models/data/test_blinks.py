from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.data.blinks import Blink, find_blinks, match_blinks
from protocols.channels import ARKIT

LEFT, RIGHT = ARKIT.index("eyeBlinkLeft"), ARKIT.index("eyeBlinkRight")


def lids(left: list[float], right: list[float] | None = None) -> list[Blink]:
    said: npt.NDArray[np.float32] = np.zeros((len(left), len(ARKIT)), np.float32)
    said[:, LEFT] = left
    said[:, RIGHT] = left if right is None else right
    return find_blinks(np.arange(len(left)) / 10, said)


def test_a_blink_lasts_until_the_lids_are_open() -> None:
    assert lids([0, 0.4, 0.75, 0.45, 0.35, 0.25, 0]) == [Blink(0.2, 0.4, 0.75)]


def test_trembling_around_the_threshold_is_one_blink() -> None:
    assert len(lids([0, 0.6, 0.45, 0.6, 0.45, 0.6, 0.2])) == 1
    assert len(lids([0, 0.6, 0.2, 0.6, 0.2])) == 2


def test_a_wink_is_no_blink() -> None:
    assert lids([0, 0.9, 0.9, 0], [0, 0, 0, 0]) == []


def test_eyes_that_are_shut_at_the_end_have_blinked() -> None:
    assert lids([0, 0.75, 0.75]) == [Blink(0.1, 0.2, 0.75)]


def test_a_lost_face_ends_a_blink() -> None:
    nan = float("nan")
    assert lids([0, 0.75, nan, nan, 0.75, 0]) == [
        Blink(0.1, 0.1, 0.75),
        Blink(0.4, 0.4, 0.75),
    ]


def test_missed_and_invented() -> None:
    true = [(1.0, 1.1), (3.0, 3.2), (5.0, 8.0)]
    found = [
        Blink(1.15, 1.3, 0.6),  # late, but near enough
        Blink(2.0, 2.1, 0.9),
        Blink(5.1, 6.0, 0.9),  # two parts of one
        Blink(6.2, 8.1, 0.9),
    ]
    assert match_blinks(found, true) == ([1], [1])


def test_one_that_covers_two_counts_once() -> None:
    true = [(1.0, 1.1), (3.0, 3.2)]
    assert match_blinks([Blink(0.0, 4.0, 1.0)], true) == ([0], [])


def test_nothing_true_and_nothing_found() -> None:
    assert match_blinks([], [(1.0, 1.1)]) == ([0], [])
    assert match_blinks([Blink(0.0, 0.1, 0.6)], []) == ([], [0])
