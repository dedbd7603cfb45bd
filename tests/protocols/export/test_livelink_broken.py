"""Files that are broken in places: what is whole is kept, and the rest is told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.export.livelink_csv import decode

from .sheets import HEADER, label, labels, rows, sheet, take

COUNT = 60
PLAIN = take(labels(COUNT))
READ = decode(PLAIN.encode())
LATE = "expected later than the row before"


def broken(at: int, change: Callable[[list[str]], object]) -> bytes:
    """The plain take with one row (0 the first) changed."""
    lines = [line.split(",") for line in PLAIN.splitlines()]
    change(lines[1 + at])
    return "\n".join(",".join(line) for line in [*lines, []]).encode()


def put(at: int, text: str) -> Callable[[list[str]], object]:
    return lambda row: row.__setitem__(at, text)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put(5, "inf"), "value out of range, in line 12: EyeLookOutLeft is inf"),
        (put(5, "-1e39"), "value out of range, in line 12: EyeLookOutLeft is -inf"),
        (put(5, "5000"), "value out of range, in line 12: EyeLookOutLeft is 5000"),
        (put(5, "?"), "value that is not a number, in line 12: EyeLookOutLeft is '?'"),
        (put(5, ""), "value that is not a number, in line 12: EyeLookOutLeft is empty"),
        (put(5, "0.1.2"), "value that is not a number, in line 12: EyeLookOutLeft is"),
        (
            put(1, "many"),
            "not a number, in line 12: the count of blend shapes is 'many'",
        ),
        (put(1, ""), "not a number, in line 12: the count of blend shapes is empty"),
        (put(0, "x"), "row whose timecode cannot be read, in line 12: timecode 'x'"),
        (put(0, "10:61:00:00"), "timecode cannot be read, in line 12: timecode '10:6"),
        (put(0, "10:00:00:..1"), "timecode cannot be read, in line 12: timecode '10:"),
        (put(0, f"10:00:00:{10**19}"), "timecode cannot be read, in line 12: timec"),
        (put(0, "10:00:00:60"), "row whose frame number is too high, in line 12: fra"),
        (put(0, "09:59:59:00"), f"whose time does not rise, in line 12: {LATE}"),
        (put(0, "10:00:00:09"), f"whose time does not rise, in line 12: {LATE}"),
        (put(0, "21:00:00:00"), f"whose time does not rise, in line 12: {LATE}"),
        (put(0, "11:00:00:00"), f"whose time does not rise, in line 12: {LATE}"),
        (lambda row: row.pop(), "row that is cut short, in line 12: 62 fields, and"),
        (list.clear, ""),
        (lambda row: row.append("1"), "more fields than the header, in line 12: 64 f"),
    ],
)
def test_one_broken_row_costs_itself_only(
    change: Callable[[list[str]], object], why: str
) -> None:
    read = decode(broken(10, change))
    keep = np.arange(COUNT) != 10
    np.testing.assert_array_equal(read.values, READ.values[keep])
    np.testing.assert_array_equal(read.elapsed_ns, READ.elapsed_ns[keep])
    assert read.times == tuple(np.array(READ.times)[keep])
    if why:
        (note,) = read.notes
        assert note.startswith("left out 1 row ") and why in note
    else:
        assert read.notes == ()


def test_kinds_of_broken_rows_are_told_apart_and_counted() -> None:
    lines = PLAIN.splitlines()
    lines[8] = lines[8].replace("0.", "x.")
    lines[20:22] = ["cut", "cut"]
    lines[30] = "10:00:00:29.000,61,0.1"
    read = decode("\n".join(lines).encode())
    assert read.notes == (
        "left out 1 row with a value that is not a number, in line 9: EyeBlinkLeft is "
        "'x.4919', expected a number",
        "left out 2 rows whose timecode cannot be read, the first in line 21: "
        "timecode 'cut', expected HH:MM:SS:FF.fff",
        "left out 1 row that is cut short, in line 31: 3 fields, and the header has 63",
    )
    assert len(read.times) == COUNT - 4


def test_a_file_whose_end_is_missing_is_read_to_there() -> None:
    """Cut at every byte, no row is lost and no value changed but in the last one."""
    data = PLAIN.encode()
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    for cut in range(int(ends[3]), int(ends[4]) + 1):
        read = decode(data[:cut])
        # A row is whole from the last digit of its last value on.
        whole = 4 if cut == ends[4] else 3
        assert len(read.times) == whole, cut
        np.testing.assert_array_equal(read.values, READ.values[:whole])
        assert len(read.notes) == (0 if cut in (ends[3], ends[3] + 1, ends[4]) else 1)


def test_a_last_value_with_fewer_digits_is_one_where_digits_vary() -> None:
    text = PLAIN[: PLAIN.rindex(",")] + ",0.1"
    assert len(decode(text.encode()).times) == COUNT - 1
    text = text.replace("0.5239,", "0.52,")
    assert len(decode(text.encode()).times) == COUNT


@pytest.mark.parametrize("bad", ["x", "10:00:00:00.000,61,1", "nan," * 62])
def test_a_file_of_which_most_is_broken_is_refused(bad: str) -> None:
    lines = PLAIN.splitlines()
    half = [*lines[:11], *[bad] * 10]
    assert len(decode("\n".join(half).encode()).times) == 10
    with pytest.raises(DecodeError, match=r"line 12: .*; 11 of 21 rows are broken"):
        decode("\n".join([*half, bad]).encode())


def test_broken_rows_of_all_kinds_add_up() -> None:
    lines = PLAIN.splitlines()[:21]
    lines[2] = lines[3] = "x"
    for k in range(4, 9):
        lines[k] = lines[k].replace(",61,", ",61,9999 ")
    for k in range(9, 14):
        lines[k] = lines[1]
    with pytest.raises(DecodeError, match="12 of 20 rows are broken"):
        decode("\n".join(lines).encode())


# Time


@pytest.mark.parametrize("back", [9, 40, 59, 3_600, 60 * 7_200])
def test_a_clock_that_is_set_back_loses_nothing(back: int) -> None:
    times = [label(60 + k - back * (k >= 60)) for k in range(120)]
    read = decode(take(times).encode())
    assert len(read.times) == 120
    assert (np.diff(read.elapsed_ns) // 1000 == 16_666).all()
    (note,) = read.notes
    assert note.startswith("the clock goes back once, by ") and "in line 62" in note
    # What the timecode says stays: the performance is not the clock's.
    assert read.times[60].frame - read.times[59].frame == 1 - back


def test_a_clock_that_goes_back_again_and_again_is_counted() -> None:
    read = decode(rows(*labels(20) * 4))
    assert len(read.times) == 80 and (np.diff(read.elapsed_ns) > 0).all()
    assert read.notes == (
        "the clock goes back 3 times, first by 0.32 s in line 22: the frames from "
        "there on follow at the usual step",
    )


@pytest.mark.parametrize("back", [1, 2, 7])
def test_a_few_rows_out_of_order_are_left_out(back: int) -> None:
    times = [label(60 + k - back * (k >= 60)) for k in range(120)]
    read = decode(take(times).encode())
    assert len(read.times) == 120 - back
    rows_ = "1 row" if back == 1 else f"{back} rows"
    (note,) = read.notes
    assert note.startswith(f"left out {rows_} whose time does not rise, ")


def test_equal_times_are_left_out_and_told() -> None:
    times = [label(k - (k % 33 == 32)) for k in range(330)]
    read = decode(take(times).encode())
    assert len(read.times) == 320 and (np.diff(read.elapsed_ns) > 0).all()
    assert read.notes == (
        f"left out 10 rows whose time does not rise, the first in line 34: {LATE}",
    )


def test_rows_at_the_wrong_time_are_left_out_and_told() -> None:
    times = labels(200)
    times[100] = times[99]
    times[150] = "00:00:00:00"
    times[160] = "09:59:59:59"
    times[170] = "12:00:00:00"
    read = decode(rows(*times))
    assert len(read.times) == 196
    assert set(np.diff(read.elapsed_ns) // 1000) <= {16_666, 33_333}
    assert read.notes == (
        f"left out 4 rows whose time does not rise, the first in line 102: {LATE}",
    )


@pytest.mark.parametrize(
    "times",
    [
        ["10:00:00:01"] * 30,
        labels(30)[::-1],
        [time for time in labels(30) for _ in range(3)],
    ],
)
def test_time_that_hardly_rises_is_refused(times: list[str]) -> None:
    with pytest.raises(DecodeError, match=f"line 3: {LATE}; .* rows are broken"):
        decode(rows(*times))


@given(st.lists(st.integers(0, 86_399), min_size=1, max_size=60))
def test_time_always_rises(seconds: list[int]) -> None:
    times = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}:00" for s in seconds]
    try:
        read = decode(rows(*times))
    except DecodeError:
        return
    assert (np.diff(read.elapsed_ns) > 0).all() and read.elapsed_ns[0] == 0
    assert len(read.times) == len(read.elapsed_ns) >= len(times) / 2


FIELD = st.sampled_from(["nan", "-0", "", "1,5", "٣", "\x00", "1_0", "1e400", '"', ";"])


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 62), FIELD), max_size=30))
@example([(0, 2, "1_0"), (1, 2, "1_0"), (2, 2, "1_0")])
def test_whatever_is_broken_no_other_row_changes(
    changes: list[tuple[int, int, str]],
) -> None:
    lines = [line.split(",") for line in PLAIN.splitlines()[:21]]
    for row, at, text in changes:
        lines[1 + row][at] = text
    touched = {row for row, _, _ in changes}
    try:
        read = decode(sheet(*lines[1:], header=HEADER))
    except DecodeError:
        assert len(touched) > 10
        return
    kept = {
        time.frame: values for time, values in zip(read.times, read.values, strict=True)
    }
    for row in set(range(20)) - touched:
        np.testing.assert_array_equal(kept[READ.times[row].frame], READ.values[row])
