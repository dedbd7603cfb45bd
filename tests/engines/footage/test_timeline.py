from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.footage.timeline import LONGEST_STEP_NS, Timeline


@given(
    st.floats(),
    st.lists(st.floats(), min_size=1),
    st.integers(0, 20),
    st.lists(st.integers(0, 3), min_size=40, max_size=40),
)
def test_whatever_a_container_says_time_starts_at_0_and_rises(
    fps: float, stamps_ms: list[float], loop_at: int, skipped: list[int]
) -> None:
    timeline = Timeline(fps)
    instants = []
    for i, stamp_ms in enumerate(stamps_ms):
        if i == loop_at:
            timeline.restart()
        if i < len(skipped) and i:
            timeline.skip(skipped[i])
        instants.append(timeline.place(stamp_ms))
    assert instants[0] == 0
    assert all(0 < b - a <= LONGEST_STEP_NS for a, b in pairwise(instants))


@given(st.floats(), st.floats(), st.lists(st.floats(), min_size=1))
def test_a_length_that_is_stated_may_be_wrong_as_well(
    fps: float, length_s: float, stamps_ms: list[float]
) -> None:
    timeline = Timeline(fps, length_s)
    instants = [timeline.place(stamp_ms) for stamp_ms in stamps_ms]
    assert instants[0] == 0
    assert all(a < b for a, b in pairwise(instants))


def test_variable_rates_are_kept_from_a_first_stamp_below_0() -> None:
    timeline = Timeline(26.4)
    instants = [timeline.place(ms) for ms in (-16.7, 33.3, 47.0, 97.0)]
    assert instants == [0, 50_000_000, 63_700_000, 113_700_000]


def test_a_loop_keeps_its_variable_rate() -> None:
    timeline = Timeline(25.0)
    instants = []
    for _ in range(2):
        timeline.restart()
        instants += [timeline.place(ms) for ms in (0.0, 10.0, 60.0)]
    # One interval from the last picture to the first.
    assert [ns // 1_000_000 for ns in instants] == [0, 10, 60, 100, 110, 160]


def test_missing_and_repeated_stamps_are_spaced_by_the_rate() -> None:
    timeline = Timeline(25.0)
    assert [timeline.place(0.0) for _ in range(4)] == [i * 40_000_000 for i in range(4)]
    timeline = Timeline(25.0)
    instants = [timeline.place(ms) for ms in (0.0, 40.0, 40.0, 120.0, 160.0)]
    assert instants == [i * 40_000_000 for i in range(5)]


def test_what_opencv_gives_for_no_stamp_is_none() -> None:
    timeline = Timeline(25.0)
    stamps_ms = [-3.68934881474191e20, -7686143364045646.0, 3.6e20, float("nan")]
    instants = [timeline.place(ms) for ms in stamps_ms]
    assert instants == [i * 40_000_000 for i in range(4)]


@pytest.mark.parametrize("length_s", [17.4, 0.0, -1.0, float("nan"), float("inf")])
def test_a_gap_keeps_its_time(length_s: float) -> None:
    timeline = Timeline(4.14, length_s)
    instants = [timeline.place(ms) for ms in (0.0, 33.0, 15033.0, 15066.0)]
    assert instants == [0, 33_000_000, 15_033_000_000, 15_066_000_000]


def test_a_gap_of_two_hours_is_kept_in_a_file_that_is_so_long() -> None:
    stamps_ms = (0.0, 40.0, 7_200_000.0, 7_200_040.0)
    kept = Timeline(25.0, 7201.0)
    assert [kept.place(ms) // 1_000_000 for ms in stamps_ms] == [
        *(0, 40, 7_200_000, 7_200_040)
    ]


@pytest.mark.parametrize("length_s", [0.0, 20.0])
def test_a_jump_of_an_hour_out_of_the_file_is_one_step(length_s: float) -> None:
    timeline = Timeline(25.0, length_s)
    instants = [timeline.place(ms) for ms in (0.0, 40.0, 3_600_000.0, 3_600_040.0)]
    assert instants == [i * 40_000_000 for i in range(4)]


def test_a_length_that_is_too_short_changes_no_usual_step() -> None:
    timeline = Timeline(25.0, 0.04)
    instants = [timeline.place(50.0 * i) for i in range(400)]
    assert instants == [i * 50_000_000 for i in range(400)]


def test_pictures_that_cannot_be_read_keep_their_places() -> None:
    timeline = Timeline(25.0)
    timeline.place(0.0)
    timeline.skip(3)
    assert timeline.place(160.0) == 160_000_000
    timeline.skip(2)
    assert timeline.place(float("nan")) == 280_000_000  # by the rate


def test_a_clip_that_begins_damaged_keeps_its_times() -> None:
    timeline = Timeline(25.0)
    timeline.skip(3)
    assert [timeline.place(ms) for ms in (120.0, 160.0)] == [120_000_000, 160_000_000]
    timeline = Timeline(25.0)
    timeline.skip(3)
    assert timeline.place(0.0) == 120_000_000


def test_a_failure_that_cost_no_picture_moves_nothing() -> None:
    timeline = Timeline(25.0)
    timeline.place(0.0)
    timeline.skip(4)
    assert [timeline.place(ms) for ms in (40.0, 80.0)] == [40_000_000, 80_000_000]


def test_a_rate_that_gaps_make_too_low_is_no_interval() -> None:
    timeline = Timeline(0.36, 203.0)
    instants = [timeline.place(ms) for ms in (0.0, 33.0, 66.0, 66.0)]
    assert instants == [0, 33_000_000, 66_000_000, 99_000_000]
