"""VTube Studio's broadcasts: the documented one, and what is none."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.vts_beacon import KIND, LONGEST, Beacon, decode

DOCUMENTED = {
    "apiName": "VTubeStudioPublicAPI",
    "apiVersion": "1.0",
    "timestamp": 1630159656406,
    "messageType": KIND,
    "requestID": KIND,
    "data": {
        "active": False,
        "port": 8001,
        "instanceID": "93aa0d0494304fddb057ae8a295c4e59",
        "windowTitle": "VTube Studio",
    },
}


def packet(**data: object) -> bytes:
    told = {**DOCUMENTED, "data": {**DOCUMENTED["data"], **data}}  # type: ignore[dict-item]
    return json.dumps(told).encode()


def test_the_documented_broadcast_is_read() -> None:
    assert decode(packet()) == Beacon(
        False, 8001, "93aa0d0494304fddb057ae8a295c4e59", "VTube Studio"
    )
    assert decode(packet(active=True, port=8002)).active


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"messageType": "VTubeStudioAPIStateBroadcast"}',
        packet(port=0),
        packet(port="8001"),
        packet(port=True),
        packet(port=65536),
        packet(windowTitle=7),
        packet(instanceID=None),
        packet(windowTitle="x" * LONGEST),
        b"\xff" * 20,
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(data)


def test_every_truncation_is_refused() -> None:
    data = packet()
    for end in range(len(data)):
        with pytest.raises(DecodeError):
            decode(data[:end])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "port", "messageType"]), inner)
    ),
    max_leaves=8,
)


@given(st.one_of(st.binary(max_size=200), JSON.map(lambda v: json.dumps(v).encode())))
def test_any_bytes_are_a_broadcast_or_a_decode_error(data: bytes) -> None:
    with suppress(DecodeError):
        decode(data)


@pytest.mark.slow
def test_a_million_damaged_broadcasts_raise_only_decode_errors() -> None:
    whole, good = packet(), 0
    for number in range(1_000_000):
        data = bytearray(whole)
        data[number * 7 % len(whole)] = number >> 3 & 0xFF
        data[number * 131 % len(whole)] ^= number & 3
        try:
            good += decode(bytes(data)).port > 0
        except DecodeError:
            continue
    assert good
