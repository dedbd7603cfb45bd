from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.capture.sequence import in_sequence, natural


def places(*stems: str) -> list[int]:
    return list(in_sequence([Path(f"{stem}.png") for stem in stems]).places)


def holes(*stems: str) -> list[tuple[int, bool]]:
    sequenced = in_sequence([Path(f"{stem}.png") for stem in stems])
    return [(hole.missing, hole.kept) for hole in sequenced.holes]


def test_names_of_any_make_can_be_compared() -> None:
    names = ["10", "9a", "a", "a10", "a9", "b"]
    shuffled = [Path(f"{name}.png") for name in reversed(names)]
    assert [path.stem for path in sorted(shuffled, key=natural)] == [
        "9a", "10", "a", "a9", "a10", "b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stems", "expected"),
    [
        (("001", "002", "004"), [0, 1, 3]),
        (("take2_0098", "take2_0099", "take2_0101"), [0, 1, 3]),
        (("f0", "f5", "f10", "f20"), [0, 1, 2, 4]),  # every fifth was rendered
        (("a1", "a2", "a4", "b1", "b2"), [0, 1, 3, 4, 5]),  # two sequences
        (("1", "01", "2"), [0, 1, 2]),
        (("7",), [0]),
        ((), []),
    ],
)
def test_a_missing_number_keeps_its_place(
    stems: tuple[str, ...], expected: list[int]
) -> None:
    assert places(*stems) == expected


@pytest.mark.parametrize(
    "stems",
    [
        ("face", "nose", "zebra"),
        ("IMG_0012", "IMG_0019", "IMG_0043", "IMG_0061"),  # chosen by hand
        # Milliseconds of the clock.
        ("1718200000033", "1718200000066", "1718200000100", "1718200000133"),
        ("2024-01-31_10-00-58", "2024-01-31_10-00-59", "2024-01-31_10-01-00"),
    ],
)
def test_names_that_are_no_sequence_leave_no_hole(stems: tuple[str, ...]) -> None:
    assert places(*stems) == list(range(len(stems)))
    assert holes(*stems) == []


def test_a_leap_to_another_range_of_numbers_is_told_and_not_kept() -> None:
    stems = [f"{i:04}" for i in (*range(5), *range(5001, 5004))]
    assert places(*stems) == list(range(8))
    assert holes(*stems) == [(4996, False)]


@given(st.lists(st.text("ab019", max_size=6), unique=True, max_size=12))
def test_every_file_has_a_place_of_its_own(stems: list[str]) -> None:
    sequenced = in_sequence([Path(f"x{stem}.png") for stem in stems])
    assert len(sequenced.paths) == len(stems)
    assert list(sequenced.places) == sorted(set(sequenced.places))
    lost = sum(hole.missing for hole in sequenced.holes if hole.kept)
    if stems:
        assert sequenced.places[-1] == len(stems) - 1 + lost
