"""The digits after the point of a timecode: parts of a frame, or something else."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.export.livelink_csv import decode

from .sheets import HEADER, even, label, row, rows, sheet

OF_SECOND = (
    "the digits after the point of the timecode are milliseconds of the second, not a "
    "part of a frame: times are taken from them"
)
OF_ROWS = (
    "the digits after the point of the timecode count rows, not parts of a "
    "frame: times are taken without them"
)


def of_second(ms: Iterable[int], counted: int, *, early: bool = True) -> list[str]:
    """Timecodes whose digits are milliseconds, as programs write them."""
    made = []
    for at in ms:
        second, rest = divmod(at, 1000)
        ff = int(rest * counted / 1000 if early else round(rest * counted / 1000))
        frame = second * counted + min(ff, counted - 1)
        made.append(label(frame, counted, digits=f".{rest:03}"))
    return made


@pytest.mark.parametrize(
    ("fps", "counted"),
    [
        *((60, 60), (59.94, 60), (30, 60), (29.97, 30), (30, 30), (24, 24), (25, 25)),
        *((48, 48), (50, 50), (120, 120), (15, 60), (23.976, 24)),
    ],
)
@pytest.mark.parametrize("seconds", [0.7, 5.0])
@pytest.mark.parametrize("early", [True, False])
def test_milliseconds_of_the_second_are_read_as_such(
    fps: float, counted: int, seconds: float, early: bool
) -> None:
    ms = [int(1000 * k / fps + 1e-6) for k in range(int(fps * seconds))]
    read = decode(rows(*of_second(ms, counted, early=early)))
    assert read.notes[-1] == OF_SECOND
    # The rounding to milliseconds is taken out.
    even(read, fps, 0.05)
    assert np.abs(read.elapsed_ns / 1e6 - ms).max() <= 1.001


def test_milliseconds_of_no_even_beat_stay_as_they_are() -> None:
    ms = np.cumsum(np.random.default_rng(4).integers(28, 39, 200)).tolist()
    read = decode(rows(*of_second(ms, 60)))
    assert read.notes == (OF_SECOND,)
    assert (np.diff(read.elapsed_ns) == 1_000_000 * np.diff(ms)).all()


def test_milliseconds_with_frames_missing_keep_their_beat() -> None:
    ms = [int(1000 * k / 60) for k in range(300) if k % 50 not in (20, 21, 49)]
    read = decode(rows(*of_second(ms, 60)))
    beats = np.diff(read.elapsed_ns) * 60 / 1e9
    assert np.abs(beats - np.round(beats)).max() < 1e-6
    assert np.abs(read.elapsed_ns / 1e6 - ms).max() <= 1.001


@given(
    st.lists(st.integers(5, 60), min_size=30, max_size=90),
    st.sampled_from([30, 60]),
)
def test_milliseconds_may_come_as_they_will(gaps: list[int], counted: int) -> None:
    ms = np.cumsum(gaps)
    read = decode(rows(*of_second(ms.tolist(), counted)), Fraction(counted))
    if OF_SECOND in read.notes:
        off_ms = read.elapsed_ns / 1e6 - (ms - ms[0])
        assert np.abs(off_ms).max() <= 1.001


@pytest.mark.parametrize("counted", [24, 25, 30, 50, 60])
def test_digits_that_count_rows_are_no_fraction(counted: int) -> None:
    times = [label(k, counted, digits=f".{k % 1000:03}") for k in range(2100)]
    read = decode(rows(*times))
    even(read, counted)
    assert read.notes[-1] == OF_ROWS


def test_milliseconds_within_the_frame_are_those_of_a_plugin() -> None:
    at = 60 / 59.94 * np.arange(3000)
    times = [label(int(x), digits=f".{round(x % 1 * 1000 / 60):03}") for x in at]
    made = [row(time) for time in times]
    read = decode(sheet(*made, header=["Timecode", "NumProperties", *HEADER[2:]]))
    even(read, 59.94, 1.05)
    (note,) = read.notes
    assert note.endswith("milliseconds within the frame: they are read as such")


def test_a_file_of_few_rows_has_fractions_of_frames() -> None:
    read = decode(rows("00:00:00:00.000", "00:00:00:01.016", "00:00:00:02.033"))
    assert read.elapsed_ns.tolist() == [0, 16_933_333, 33_883_333]
