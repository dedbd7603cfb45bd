from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.timecode import NS_PER_DAY, NS_PER_S, Timecode, Timeline

NTSC = Fraction(60000, 1001)
RATES = st.sampled_from(
    [NTSC, NTSC / 2, Fraction(24), Fraction(25), Fraction(30), Fraction(60)]
)


def ceil_ns(frame: int, rate: Fraction) -> int:
    """The first whole nanosecond at or after a frame's start."""
    return -(-frame * NS_PER_S * rate.denominator // rate.numerator)


def test_the_captured_iphone_packet_reads_as_time_of_day() -> None:
    assert str(Timecode(2182883, 0.394, 60)) == "10:06:21:23"


def test_parts_use_the_rate_rounded_up() -> None:
    assert Timecode(3600, 0.0, 60000, 1001).parts() == (0, 1, 0, 0)
    assert str(Timecode(119, 0.0, 120)) == "00:00:00:119"


@pytest.mark.parametrize("frame", [0, 1, 1000, 5_178_820, 2_589_407])
def test_ntsc_does_not_drift_over_a_day(frame: int) -> None:
    time = Timeline(NTSC).at(ceil_ns(frame, NTSC))
    assert (time.frame, time.rate_num, time.rate_den) == (frame, 60000, 1001)
    assert time.subframe < 1e-4


def test_a_container_that_rounds_down_still_gets_its_frame() -> None:
    assert Timeline(Fraction(30)).at(33_333_333) == Timecode(1, 0.0, 30)


def test_half_a_frame_is_a_half() -> None:
    assert Timeline(Fraction(50)).at(30_000_000) == Timecode(1, 0.5, 50)


def test_midnight_wraps_to_nought() -> None:
    evening = Timeline(Fraction(60), midnight_ns=NS_PER_DAY - NS_PER_S)
    assert str(evening.at(0)) == "23:59:59:00"
    assert evening.at(NS_PER_S) == Timecode(0, 0.0, 60)
    assert evening.at(NS_PER_S + NS_PER_S // 2) == Timecode(30, 0.0, 60)


def test_the_last_nanosecond_of_a_day_is_midnight_and_not_hour_24() -> None:
    assert Timeline(Fraction(60)).at(NS_PER_DAY - 1) == Timecode(0, 0.0, 60)


@given(RATES, st.integers(-(2**62), 2**62))
def test_any_instant_is_within_the_day_and_the_frame(
    rate: Fraction, captured_ns: int
) -> None:
    time = Timeline(rate).at(captured_ns)
    assert 0 <= time.frame <= 86_400 * rate
    assert 0.0 <= time.subframe < 1.0
    exact = Fraction(captured_ns % NS_PER_DAY, NS_PER_S) * rate
    error = abs(time.frame + Fraction(time.subframe) - exact)
    assert min(error, 86_400 * rate - error) <= Fraction(1, 2**17)


@pytest.mark.parametrize(
    "rate", [Fraction(0), Fraction(-30), Fraction(24_856), Fraction(1, 2**31)]
)
def test_a_rate_that_no_wire_can_carry_is_refused(rate: Fraction) -> None:
    with pytest.raises(ValueError, match="expected above 0 and below"):
        Timeline(rate)
