from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from protocols.channels import Vector
from protocols.errors import DecodeError
from protocols.native import (
    DOUBT,
    decode,
    encode,
)

from .faces import NOON, doubting, ramp
from .golden import golden
from .native_packets import WHOLE, changed, fields, same

DOUBTING = golden("native_doubt.bin")

SHARE = st.floats(0, 1, width=32)


def test_the_golden_doubt_is_read() -> None:
    packet = decode(DOUBTING)
    same(packet.frame, doubting())
    assert (packet.seq, packet.sent_ns, packet.time) == (7, 1_000_250_000, NOON)


def test_a_doubt_is_one_key_more_at_the_end() -> None:
    old, new = fields(), fields(DOUBTING)
    assert new.pop("doubt") == doubting().doubt.astype("<f2").tobytes()  # type: ignore[union-attr]
    assert new == old
    # A map of one more item; then the old bytes, the key, and bin 8 of 104 bytes.
    assert DOUBTING.startswith(b"\x8c" + WHOLE[1:] + b"\xa5doubt\xc4\x68")
    assert len(DOUBTING) == len(WHOLE) + 112
    assert DOUBTING[-2:] == b"\x60\x3a"  # 51/64 as float16, little-endian


def test_a_frame_without_a_doubt_is_that_of_version_1_0() -> None:
    assert encode(ramp(), NOON, seq=7, sent_ns=1_000_250_000) == WHOLE
    assert decode(WHOLE).frame.doubt is None


@given(arrays(np.float32, 52, elements=SHARE))
def test_a_doubt_is_kept_to_a_two_thousandth(doubt: Vector) -> None:
    frame = replace(ramp(), doubt=doubt)
    read = decode(encode(frame, NOON, seq=0, sent_ns=0)).frame
    assert read.doubt is not None
    np.testing.assert_allclose(read.doubt, doubt, rtol=1 / 2048, atol=1e-7)


HALF: Any = np.full(52, 0.5, DOUBT)


def altered(number: float) -> bytes:
    doubt = HALF.copy()
    doubt[3] = number
    changed_doubt: bytes = doubt.tobytes()
    return changed_doubt


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (None, "doubt is None, expected 104 bytes"),
        (0.5, "doubt is 0.5, expected 104 bytes"),
        ([0.5] * 52, "doubt is a list, expected 104 bytes"),
        (b"", "doubt is b'', expected 104 bytes"),
        (HALF.tobytes()[:-1], "expected 104 bytes"),
        (HALF.astype("<f4").tobytes(), "expected 104 bytes"),
        (altered(np.nan), "doubt has numbers that are not within 0 to 1"),
        (altered(np.inf), "doubt has numbers that are not within 0 to 1"),
        (altered(1.001), "doubt has numbers that are not within 0 to 1"),
        (altered(-0.25), "doubt has numbers that are not within 0 to 1"),
    ],
)
def test_what_is_wrong_with_a_doubt_is_said(value: object, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(changed("doubt", value))
    assert fact in str(raised.value)


def test_a_signalling_nan_is_refused_without_a_warning() -> None:
    with pytest.raises(DecodeError, match="not within 0 to 1"):
        decode(changed("doubt", b"\x01\x7c" * 52))
