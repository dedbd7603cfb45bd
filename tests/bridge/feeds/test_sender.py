from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.feeds.report import Key, Report
from bridge.feeds.sender import NS, Place, sendable
from protocols.timecode import Timecode, Timeline

BEFORE = Timeline(Fraction(60))
KEY = ("device", "anna")


def said(time: Timecode | None, index: int | None = None, key: Key = KEY) -> Report:
    return Report(key=key, vector=None, time=time, index=index)


def heard(time: Timecode, at_ns: int = 0) -> Place:
    place = Place(BEFORE)
    place.take(said(time), at_ns)
    return place


def test_before_the_first_packet_it_is_the_daemons_own() -> None:
    assert Place(BEFORE).at(NS) == Timecode(60, 0.0, 60)


def test_at_a_packet_it_is_the_packets_and_then_it_goes_on_at_its_rate() -> None:
    time = Timecode(1000, 0.1, 30000, 1001)
    place = heard(time, 5 * NS)
    assert place.at(5 * NS) is time and place.at(4 * NS) is time
    later = place.at(6 * NS)
    assert (later.rate_num, later.rate_den) == (30000, 1001)
    passed = later.frame + later.subframe - 1000.1
    assert passed == pytest.approx(30000 / 1001, abs=1e-6)


def test_past_midnight_it_begins_anew() -> None:
    place = heard(Timecode(86_400 * 60 - 1, 0.5, 60))
    assert place.at(NS) == Timecode(59, 0.5, 60)


@given(
    st.integers(0, 2**31 - 1),
    st.floats(0.0, 1.0, exclude_max=True, width=32),
    st.integers(1, 24000),
    st.integers(1, 1001),
    st.integers(0, 10**17),
)
def test_it_never_passes_what_a_wire_can_carry(
    frame: int, subframe: float, num: int, den: int, passed_ns: int
) -> None:
    time = Timecode(frame, subframe, num, den)
    assert sendable(time)
    assert sendable(heard(time).at(passed_ns))


def test_only_what_is_a_little_older_was_overtaken() -> None:
    place = heard(Timecode(1000, 0.5, 60))
    assert place.overtaken(said(Timecode(1000, 0.25, 60)))
    assert place.overtaken(said(Timecode(996, 0.0, 60)))
    # The same again is no older; much older means that the clock was set.
    assert not place.overtaken(said(Timecode(1000, 0.5, 60)))
    assert not place.overtaken(said(Timecode(1001, 0.0, 60)))
    assert not place.overtaken(said(Timecode(900, 0.0, 60)))
    assert not place.overtaken(said(Timecode(999, 0.0, 30)))


def test_packets_are_counted_for_each_sender() -> None:
    place = heard(Timecode(1, 0.0, 60))
    assert place.count == 0
    place.take(said(Timecode(2, 0.0, 60)), NS)
    assert place.count == 1
    place.take(said(Timecode(3, 0.0, 60), key=("other", "anna")), 2 * NS)
    assert place.count == 0


def test_packets_that_are_counted_need_no_timecode() -> None:
    place = Place(BEFORE)
    place.take(said(None, 7), 0)
    assert place.overtaken(said(None, 6)) and place.overtaken(said(None, 7))
    assert not place.overtaken(said(None, 8))
    # A sender that starts again counts from 0.
    place.take(said(None, 500), NS)
    assert not place.overtaken(said(None, 0))
    place.take(said(None, 2**32 - 1), NS)
    assert place.overtaken(said(None, 2**32 - 3))
    assert not place.overtaken(said(None, 0))
    # Without a timecode of the sender, the daemon's own counts.
    assert place.at(NS) == Timecode(60, 0.0, 60)
