"""Labels and counts, with and without drop frame."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.drop_frame import (
    Label,
    count_of,
    frames_in_day,
    label_of,
    nominal,
    parse_label,
)

VECTORS = [
    ("00:00:59;29", 30, 1799),
    ("00:01:00;02", 30, 1800),
    ("00:10:00;00", 30, 17982),
    ("01:00:00;00", 30, 107892),
    ("23:59:59;29", 30, 2589407),
    ("00:00:59;59", 60, 3599),
    ("00:01:00;04", 60, 3600),
    ("01:00:00;00", 60, 215784),
    ("01:00:00:00", 24, 86400),
    ("10:06:21:23", 60, 2182883),
]


@pytest.mark.parametrize(("text", "rate", "count"), VECTORS)
def test_the_vectors_hold_both_ways(text: str, rate: int, count: int) -> None:
    label = parse_label(text)
    assert str(label) == text
    assert count_of(label, rate) == count
    assert label_of(count, rate, drop=label.drop) == label


def test_after_01_00_59_29_comes_01_01_00_02() -> None:
    count = count_of(parse_label("01:00:59;29"), 30)
    assert str(label_of(count + 1, 30, drop=True)) == "01:01:00;02"


def test_an_hour_of_drop_frame_agrees_with_the_clock() -> None:
    seen = [label_of(count, 30, drop=True) for count in range(107_892)]
    assert len(set(seen)) == len(seen)
    for label in seen:
        skipped = label.seconds == 0 and label.frames < 2 and label.minutes % 10
        assert not skipped
    # At 30000/1001 frames a second, an hour of labels takes 3.6 ms less than an hour.
    assert abs(107_892 * Fraction(1001, 30000) - 3600) < Fraction(4, 1000)


@given(st.integers(0, 2_589_407), st.sampled_from([30, 60]))
def test_labels_with_drop_frame_count_back(count: int, rate: int) -> None:
    assert count_of(label_of(count, rate, drop=True), rate) == count


@given(st.integers(-(10**8), 10**8), st.sampled_from([24, 25, 30, 60]))
def test_labels_start_again_at_midnight(count: int, rate: int) -> None:
    assert count_of(label_of(count, rate), rate) == count % frames_in_day(rate)


def test_a_skipped_number_counts_as_the_first_that_exists() -> None:
    assert count_of(Label(0, 1, 0, 0, True), 30) == 1800
    assert count_of(Label(0, 1, 0, 1, True), 30) == 1800


def test_no_other_rate_has_drop_frame() -> None:
    with pytest.raises(ValueError, match="no drop frame"):
        label_of(0, 24, drop=True)
    with pytest.raises(ValueError, match="no label at 24"):
        count_of(Label(0, 0, 0, 24), 24)


@pytest.mark.parametrize(
    "text", ["", "1:2:3", "a:b:c:d", "1:2:3:4:5", "100:0:0:0", "-1:0:0:0", "::;"]
)
def test_other_texts_are_no_labels(text: str) -> None:
    with pytest.raises(ValueError, match="timecode"):
        parse_label(text)


def test_a_rate_has_as_many_labels_as_it_is_rounded_up() -> None:
    assert nominal(Fraction(30000, 1001)) == 30
    assert nominal(Fraction(25)) == 25
