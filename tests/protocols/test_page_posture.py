"""Postures for the page: golden bytes, round trips, and damage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.page_posture import (
    HEAD,
    OF_TAKE,
    TESTED,
    PagePosture,
    decode_posture,
    encode_posture,
)

POSTURE = PagePosture(
    face=1,
    flags=OF_TAKE | TESTED,
    character=7,
    captured_ms=1234.5,
    weights=np.array([0.0, 0.25, 1.0], dtype=np.float32),
    turns={4: np.array([0.0, 0.5, 0.0, 1.0], dtype=np.float32)},
    places={9: np.array([0.5, 1.0, -2.0], dtype=np.float32)},
)

GOLDEN = bytes.fromhex(
    # kind, version, face, flags; number 7; 1234.5 ms; 3 slots, 1 turned, 1 moved
    "03010118 07000000 00000000004a9340 0300 0100 01000000"
    # weights
    "00000000 0000803e 0000803f"
    # node 4: 0 0.5 0 1
    "00008040 00000000 0000003f 00000000 0000803f"
    # node 9: 0.5 1 -2
    "00001041 0000003f 0000803f 000000c0"
)


def test_a_posture_has_these_bytes() -> None:
    assert encode_posture(POSTURE) == GOLDEN


def test_a_posture_comes_back_as_it_was() -> None:
    back = decode_posture(GOLDEN)
    assert (back.face, back.flags, back.character) == (1, 24, 7)
    assert back.captured_ms == 1234.5
    assert back.weights.tolist() == [0.0, 0.25, 1.0]
    assert {node: turn.tolist() for node, turn in back.turns.items()} == {
        4: [0.0, 0.5, 0.0, 1.0]
    }
    assert {node: place.tolist() for node, place in back.places.items()} == {
        9: [0.5, 1.0, -2.0]
    }


def test_all_numbers_lie_at_multiples_of_four_bytes() -> None:
    assert HEAD.size % 4 == 0


@pytest.mark.parametrize("size", range(len(GOLDEN)))
def test_a_truncated_posture_is_refused(size: int) -> None:
    with pytest.raises(DecodeError, match=f"posture: {size} bytes, expected"):
        decode_posture(GOLDEN[:size])


@pytest.mark.parametrize(
    ("at", "value", "told"),
    [
        (0, 1, "kind 1 version 1, expected 3 and 1"),
        (1, 2, "kind 3 version 2"),
        (16, 255, "bytes, expected"),
        (31, 0x7F, "is not finite"),
    ],
)
def test_a_changed_byte_is_refused(at: int, value: int, told: str) -> None:
    data = bytearray(GOLDEN)
    data[at] = value
    if "finite" in told:
        data[30] = 0xC0
    with pytest.raises(DecodeError, match=told):
        decode_posture(bytes(data))


@given(st.binary(max_size=120))
def test_garbage_is_decoded_or_refused(data: bytes) -> None:
    try:
        posture = decode_posture(data)
    except DecodeError:
        return
    assert len(encode_posture(posture)) <= len(data)


def test_a_posture_with_too_many_slots_is_refused() -> None:
    many = PagePosture(0, 0, 1, 0.0, np.zeros(65_536, dtype=np.float32), {}, {})
    with pytest.raises(ValueError, match="65536 morph targets, at most 65535"):
        encode_posture(many)
