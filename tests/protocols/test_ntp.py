"""A time server's answers: read, measured, refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import ntp
from protocols.errors import DecodeError

NONCE = 0x0123_4567_89AB_CDEF
NEW_YEAR_NS = 1_704_067_200_500_000_000
"""2024-01-01T00:00:00.5Z"""


def reply(
    *,
    first: int = 0b00_100_100,
    stratum: int = 2,
    nonce: int = NONCE,
    received_ns: int = NEW_YEAR_NS,
    sent_ns: int = NEW_YEAR_NS + 1_000_000,
    name: bytes = b"GPS\0",
) -> bytes:
    times = (0, nonce, ntp.ntp_time(received_ns), ntp.ntp_time(sent_ns))
    return struct.pack(">BBbbII4s4Q", first, stratum, 6, -20, 0, 0, name, *times)


def test_the_vector_of_the_documentation_holds_both_ways() -> None:
    assert ntp.ntp_time(NEW_YEAR_NS) == 0xE93C7F00_80000000
    assert ntp.unix_ns(0xE93C7F00_80000000) == NEW_YEAR_NS


def test_a_question_tells_nothing_but_a_random_number() -> None:
    data = ntp.question(NONCE)
    assert len(data) == 48
    assert data[0] == 0x23  # Version 4, client.
    assert data[1:40] == bytes(39)
    assert data[40:] == NONCE.to_bytes(8, "big")


def test_an_answer_gives_offset_and_delay() -> None:
    found = ntp.answer(reply(), NONCE)
    assert found.stratum == 2
    # Our clock is at 0 when it asks, and the way takes 10 ms there and 20 ms back.
    told = ntp.measured(found, NEW_YEAR_NS - 10_000_000, NEW_YEAR_NS + 21_000_000)
    assert told.delay_ns == pytest.approx(30_000_000, abs=2)
    assert told.offset_ns == pytest.approx(-5_000_000, abs=2)


def test_times_after_2036_start_again_at_0() -> None:
    later = 2_208_988_800_000_000_000
    assert ntp.ntp_time(later) < 1 << 62
    assert ntp.unix_ns(ntp.ntp_time(later)) == later


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (reply()[:-1], "47 bytes"),
        (reply(first=0b00_100_011), "mode 3"),
        (reply(nonce=NONCE + 1), "another question"),
        (reply(first=0b11_100_100), "does not know the time"),
        (reply(stratum=16), "does not know the time"),
        (reply()[:40] + bytes(8), "does not know the time"),
    ],
)
def test_other_answers_are_refused_in_a_sentence(data: bytes, told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        ntp.answer(data, NONCE)


def test_a_server_may_want_to_be_left_alone() -> None:
    with pytest.raises(ntp.KissError, match="refuses") as caught:
        ntp.answer(reply(stratum=0, name=b"RATE"), NONCE)
    assert caught.value.code == "RATE"


@given(st.integers(0, 4 * 10**18))
def test_times_survive_both_ways(unix_ns: int) -> None:
    assert abs(ntp.unix_ns(ntp.ntp_time(unix_ns)) - unix_ns) <= 1


@given(st.binary(max_size=80))
def test_any_bytes_are_an_answer_or_a_decode_error(data: bytes) -> None:
    for tried in (data, data[:24] + NONCE.to_bytes(8, "big") + data[32:]):
        try:
            ntp.answer(tried, NONCE)
        except DecodeError:
            continue


@pytest.mark.slow
def test_a_million_damaged_answers_raise_only_decode_errors() -> None:
    whole, good = reply(), 0
    for number in range(1_000_000):
        data = bytearray(whole)
        data[number % 48] = number >> 4 & 0xFF
        data[number * 13 % 48] ^= number & 7
        try:
            good += ntp.answer(bytes(data[: 48 - number % 3]), NONCE).stratum > 0
        except DecodeError:
            continue
    assert good
