"""Frames and pictures for the page, and what a page sends: bytes and damage."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.channels import ARKIT, CHANNELS
from protocols.errors import DecodeError
from protocols.page import (
    CLOCK,
    LONGEST,
    LONGEST_PART,
    MOST_FACES,
    PART,
    Outline,
    Part,
    decode_clock,
    decode_part,
    encode_clock,
    encode_frame,
    encode_picture,
)

from .faces import broken, doubting, ramp
from .golden import golden

CLOCK_BYTES = bytes.fromhex("09 00000000004a9340")
PART_BYTES = bytes.fromhex("0a 00 0700 00010000") + b"glTF"


def test_a_frame_has_the_pinned_bytes_in_their_places() -> None:
    data = golden("page_frame.bin")
    assert len(data) == 812
    head = struct.unpack_from("<BBBBIdd", data)
    assert head == (1, 1, 2, 7, 9, 1000.0, 1010.5)
    numbers = np.frombuffer(data, "<f4", offset=24)
    frame = doubting()
    assert frame.doubt is not None
    assert numbers[:85].tolist() == frame.vector.tolist()
    assert numbers[85:93].tolist() == frame.expression.tolist()
    assert numbers[93:145].tolist() == frame.doubt.tolist()
    assert numbers[145:].tolist() == frame.vector[:52].tolist()[::-1]


def test_unknown_parts_of_a_frame_are_zeros_and_their_flags_are_off() -> None:
    lost = replace(ramp(), tracked=False)
    data = encode_frame(lost, 0, seq=0, captured_ms=0.0, sent_ms=0.0, played=True)
    assert data[3] == 8
    assert not np.frombuffer(data, "<f4", offset=24)[93:].any()


def test_the_number_of_a_frame_starts_again_after_32_bits() -> None:
    data = encode_frame(ramp(), 0, seq=(1 << 32) + 3, captured_ms=0.0, sent_ms=0.0)
    assert struct.unpack_from("<I", data, 4) == (3,)


def test_raw_weights_of_another_length_are_refused() -> None:
    short = np.zeros(len(ARKIT) - 1, dtype=np.float32)
    with pytest.raises(ValueError, match="196 numbers in a frame, expected 197"):
        encode_frame(ramp(), 0, seq=0, captured_ms=0.0, sent_ms=0.0, raw=short)


def test_a_frame_with_numbers_that_are_not_finite_keeps_its_length() -> None:
    data = encode_frame(broken(), 0, seq=0, captured_ms=0.0, sent_ms=0.0)
    assert len(data) == 812


def test_a_picture_has_the_pinned_bytes_in_their_places() -> None:
    data = golden("page_picture.bin")
    head = struct.unpack_from("<BBBBIdHHI", data)
    assert head == (2, 1, 2, 0, 5, 1000.0, 640, 480, 4)
    assert struct.unpack_from("<BBHBBH", data, 24) == (0, 0, 2, 1, 3, 1)
    # Half of 640 x 480, the lower right corner, and a point outside the picture.
    assert struct.unpack_from("<6H", data, 32) == (32768, 32768, 65535, 65535, 0, 65535)
    assert data[44:] == b"jpeg"


def test_a_picture_without_faces_is_a_head_and_a_jpeg() -> None:
    data = encode_picture(b"jpeg", (2, 1), seq=0, captured_ms=0.0, of_a_take=True)
    assert len(data) == 24 + 4
    assert data[2:4] == b"\0\1"


def test_a_picture_carries_eight_faces_at_most() -> None:
    faces = [Outline(place, np.zeros((3, 2), np.float32)) for place in range(12)]
    data = encode_picture(b"", (640, 480), faces, seq=0, captured_ms=0.0)
    assert data[2] == MOST_FACES
    assert len(data) == 24 + MOST_FACES * (4 + 3 * 4)


def test_points_that_are_not_numbers_lie_at_the_corner() -> None:
    face = Outline(0, np.full((1, 3), np.nan, dtype=np.float32))
    data = encode_picture(b"", (640, 480), [face], seq=0, captured_ms=0.0)
    assert data[28:] == bytes(4)


def test_a_clock_goes_and_comes_back() -> None:
    assert decode_clock(CLOCK_BYTES) == 1234.5
    assert encode_clock(1234.5, 1.0) == CLOCK_BYTES + struct.pack("<d", 1.0)


@pytest.mark.parametrize("size", [*range(len(CLOCK_BYTES)), 10])
def test_a_clock_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(DecodeError, match=f"page clock: {size} bytes, expected 9"):
        decode_clock((CLOCK_BYTES + b"\0")[:size])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x08" + CLOCK_BYTES[1:], "kind 8, expected 9"),
        (struct.pack("<Bd", CLOCK, float("nan")), "nan ms, expected a finite number"),
        (struct.pack("<Bd", CLOCK, float("-inf")), "-inf ms"),
    ],
)
def test_a_damaged_clock_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        decode_clock(data)


def test_a_part_is_read() -> None:
    assert decode_part(PART_BYTES) == Part(7, 256, b"glTF")


@pytest.mark.parametrize("size", range(9))
def test_a_part_without_data_is_refused(size: int) -> None:
    with pytest.raises(DecodeError, match=f"page part: {size} bytes, expected 9"):
        decode_part(PART_BYTES[:size])


def test_the_longest_part_is_read_and_one_byte_more_is_refused() -> None:
    longest = PART_BYTES[:8] + bytes(LONGEST_PART)
    assert len(longest) == LONGEST
    assert len(decode_part(longest).data) == LONGEST_PART
    with pytest.raises(DecodeError, match="262153 bytes"):
        decode_part(longest + b"\0")


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ((9, 0, 0, 0), "kind 9, expected 10"),
        ((PART, 1, 0, 0), "second byte 1, expected 0"),
        ((PART, 0, 0, 0xFFFFFFFF), "ends at byte 4294967299"),
    ],
)
def test_a_damaged_part_is_refused(head: tuple[int, ...], told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        decode_part(struct.pack("<BBHI", *head) + b"glTF")


@given(st.binary(max_size=40))
def test_garbage_is_decoded_or_refused(data: bytes) -> None:
    for decode in (decode_clock, decode_part):
        try:
            decode(data)
        except DecodeError as error:
            assert str(error).startswith("page ")


def test_the_channels_fill_the_frame() -> None:
    assert 4 * (len(CHANNELS) + 8 + 2 * len(ARKIT)) + 24 == 812
