"""What timecodes count: rates and drop-frame."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from protocols.errors import DecodeError
from protocols.export.livelink_csv import Sheet, decode
from protocols.timecode import Timecode

from .sheets import HEADER, TEN, even, label, labels, row, rows, sheet


def counts(counted: int) -> str:
    return f"the timecode counts {counted} frames a second, not 60: read at {counted}"


# Rates


@pytest.mark.parametrize("counted", [12, 15, 24, 25, 30, 48, 50, 90, 100, 120, 240])
@pytest.mark.parametrize("digits", ["", ".250"])
def test_the_rate_is_found_where_the_second_changes(counted: int, digits: str) -> None:
    # From the middle of a second to the middle of the next one but one.
    times = labels(3 * counted, counted, digits=digits)[counted // 2 :]
    read = decode(rows(*times))
    even(read, counted)
    assert read.notes == (counts(counted),)
    assert (read.times[0].rate_num, read.times[0].rate_den) == (counted, 1)


@pytest.mark.parametrize("every", [1, 2, 3, 4, 6])
def test_slower_rows_at_60_stay_at_60(every: int) -> None:
    read = decode(rows(*labels(300)[1::every]))
    even(read, 60 / every)
    assert read.notes == ()


@pytest.mark.parametrize(
    "fps", [14.98, 15, 23.976, 24, 25, 29.5, 29.97, 30, 50, 59, 59.5, 59.94, 60, 61]
)
@pytest.mark.parametrize("first", [0.0, 0.37])
def test_a_fraction_of_a_frame_is_one_at_any_rate(fps: float, first: float) -> None:
    # A phone counts at 60, however fast its camera is.
    frames = first + 60 / fps * np.arange(int(20 * fps))
    times = [
        label(int(x), digits=f"{x % 1:.3f}"[1:]) for x in np.floor(frames * 1000) / 1000
    ]
    read = decode(rows(*times))
    even(read, fps, 0.04)
    assert read.notes == ()


def test_one_change_of_the_second_is_enough() -> None:
    read = decode(rows(*labels(60, 50)[20:]))
    even(read, 50)
    assert read.notes == (counts(50),)


def test_rows_that_are_missing_where_the_second_changes_do_not_mislead() -> None:
    times = labels(600)
    del times[177:183], times[57:66]
    read = decode(rows(*times))
    assert read.notes == () and read.times[0].rate_num == 60


def test_a_file_without_a_change_of_the_second_is_taken_for_60() -> None:
    read = decode(rows(*labels(29, 30)))
    even(read, 60)
    assert read.notes == ()


def test_frame_numbers_above_59_are_those_of_a_fast_camera() -> None:
    read = decode(rows(*labels(110, 120)))
    even(read, 120)
    (note,) = read.notes
    assert note == "frame numbers go up to 109: taken for 120 frames a second"


def test_a_rate_that_is_named_is_taken_and_doubted() -> None:
    read = decode(rows(*labels(90, 30)), Fraction(60))
    assert read.notes == (
        "the timecode seems to count 30 frames a second; it was read at the 60 that "
        "were named",
    )
    assert decode(rows(*labels(90, 30)), Fraction(30)).notes == ()
    with pytest.raises(DecodeError, match="frame number 30, expected frames below 30"):
        decode(rows(*labels(90)), Fraction(30))


def test_a_frame_rate_that_the_timecode_contradicts_is_told() -> None:
    header = [*HEADER, "FrameRate"]

    def read(counted: int, told: str) -> Sheet:
        times = labels(3 * counted, counted)
        return decode(sheet(*([*row(time), told] for time in times), header=header))

    even(read(24, "23.976"), 24 / 1.001)
    assert read(24, "23.976").notes == ()
    even(read(30, "60"), 30)
    assert read(30, "60").notes == (
        "FrameRate says 60, but the timecode counts 30 frames a second: read at 30",
    )


def test_the_first_frame_rate_that_is_one_counts() -> None:
    header = [*HEADER, "FrameRate"]
    made = [[*row(label(k, 24)), "?" if k == 0 else "24"] for k in range(20)]
    assert decode(sheet(*made, header=header)).times[0].rate_num == 24


# Drop-frame


def drop_frame(counted: int, count: int, mark: str, first: int = 0) -> list[str]:
    """Labels on end without those that drop-frame leaves out."""
    made: list[str] = []
    number = first
    while len(made) < count:
        minute, rest = divmod(number, 60 * counted)
        if minute % 10 == 0 or rest >= counted // 15:
            made.append(label(number, counted, mark=mark))
        number += 1
    return made


@pytest.mark.parametrize("counted", [30, 60])
@pytest.mark.parametrize("mark", [":", ";"])
def test_drop_frame_is_read(counted: int, mark: str) -> None:
    read = decode(rows(*drop_frame(counted, 130 * counted, mark)))
    even(read, counted / 1.001)
    told = f"{counted / 1.001:.4g}"
    assert read.notes == (
        f"the timecode is drop-frame: read at {told} frames a second",
    )
    # Ten o'clock: 9 * 6 * 10 minutes and 6 * 10 more have left out 18 a ten minutes.
    at = TEN * counted - 60 * 18 * counted // 30
    assert read.times[0] == Timecode(at, 0.0, counted * 1000, 1001)


def test_a_semicolon_is_enough() -> None:
    read = decode(rows(*drop_frame(30, 60, ";")))
    even(read, 29.97, 0.01)
    assert decode(rows(*drop_frame(30, 20, ";"))).times[0].rate_num == 30_000


def test_the_day_of_drop_frame_ends_at_midnight() -> None:
    times = drop_frame(30, 60, ";", first=(24 * 3600 - TEN) * 30 - 30)
    turned = [time.replace("24:", "00:", 1) for time in times]
    assert turned[0].startswith("23:59:59") and turned[-1].startswith("00:00:00")
    even(decode(rows(*turned)), 30 / 1.001)


def test_a_semicolon_of_other_programs_is_no_drop_frame() -> None:
    times = [label(k, 30, mark=";") for k in range(30 * 65)]
    read = decode(rows(*times))
    even(read, 30)
    assert read.notes == (
        counts(30),
        "the timecode has the semicolon of drop-frame, but leaves out no frame "
        "numbers: read without",
    )


def test_a_drop_out_at_a_minute_is_no_drop_frame() -> None:
    times = labels(30 * 130, 30)
    del times[30 * 60 : 30 * 60 + 5]
    read = decode(rows(*times))
    assert read.notes == (counts(30),)


def test_midnight_is_passed_at_every_rate() -> None:
    header = [*HEADER, "FrameRate"]
    made = [[*row("23:59:59:23"), "23.976"], [*row("00:00:00:00"), "23.976"]]
    read = decode(sheet(*made, header=header))
    assert read.elapsed_ns.tolist() == [0, round(1001e9 / 24000)]
