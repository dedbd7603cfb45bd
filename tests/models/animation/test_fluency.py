from __future__ import annotations

import numpy as np
import pytest

from models.animation.fluency import RATE_HZ, Fluency, evenly, fluency
from protocols.arrays import Floats, Numbers
from protocols.easing import least_jerk

TIMES = np.arange(91) / RATE_HZ
NO_LIDS = np.zeros(2, dtype=bool)


def along_x(values: Numbers) -> Floats:
    """Return (F, 2, 3): two points that move together."""
    places = np.zeros((len(values), 2, 3), dtype=np.float32)
    places[:, :, 0] = values[:, None]
    return places


def measured(values: Numbers) -> Fluency:
    return fluency(along_x(values), TIMES, NO_LIDS)


def test_a_motion_of_least_jerk_has_the_known_value() -> None:
    """ln(720 / 1.875^2) is 5.32; frames and their differences take some of it."""
    times = np.arange(31) / RATE_HZ
    found = fluency(along_x(least_jerk(times)), times, NO_LIDS)
    assert found.jerk == pytest.approx(5.0, abs=0.05)


def test_size_does_not_change_the_jerk() -> None:
    way = least_jerk((TIMES - 1.0) / 0.8)
    assert measured(way).jerk == pytest.approx(measured(3.0 * way).jerk, abs=1e-3)


def test_a_linear_ramp_breaks_at_both_ends() -> None:
    ramp = np.clip((TIMES - 1.0) / 0.5, 0.0, 1.0)
    assert measured(ramp).breaks == pytest.approx(2 * 60.0 / 3.0)
    assert measured(least_jerk((TIMES - 1.0) / 0.5)).breaks == 0.0


def test_a_jump_is_a_break() -> None:
    assert measured(np.where(TIMES < 1.5, 0.0, 0.3)).breaks == pytest.approx(20.0)


def test_dead_time_is_what_nothing_moves_in() -> None:
    ramp = np.clip((TIMES - 1.0) / 0.5, 0.0, 1.0)
    assert measured(ramp).dead == pytest.approx(1.0 - 0.5 / 3.0, abs=0.02)
    assert measured(0.1 * TIMES).dead == 0.0


def test_a_face_at_rest_has_no_jerk_to_speak_of() -> None:
    found = measured(0.0 * TIMES)
    assert np.isnan(found.jerk)
    assert (found.breaks, found.dead) == (0.0, 1.0)


def test_lids_count_for_dead_time_only() -> None:
    places = along_x(0.0 * TIMES)
    places[:, 1, 1] = np.where(np.abs(TIMES - 1.5) < 0.1, 0.1, 0.0)
    found = fluency(places, TIMES, np.array([False, True]))
    assert found.breaks == 0.0 and np.isnan(found.jerk)
    assert found.dead < 1.0


def test_other_rates_are_brought_to_one() -> None:
    times = np.arange(51) / 25.0
    points = evenly(along_x(times), times)
    assert len(points) == 61
    assert np.allclose(points[:, 0, 0], np.arange(61) / RATE_HZ, atol=1e-6)


def test_a_single_frame_says_nothing() -> None:
    found = fluency(along_x(np.zeros(1)), np.zeros(1), NO_LIDS)
    assert np.isnan([found.jerk, found.breaks, found.dead]).all()
