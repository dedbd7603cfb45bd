"""The Blender extension reads what the daemon reads, number by number."""

from __future__ import annotations

import random
from typing import Any

import msgpack
import pytest
from facewire.core.face import Face
from facewire.core.msgpack import MAX_BYTES, MAX_DEPTH, Broken, unpack
from facewire.core.native import Refused, read_datagram
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from tests.protocols.native_golden import (
    expected,
    frames,
    refused,
    schemas,
    truth,
    written,
)

MUTATIONS = 300_000
SOME = 4000
WHOLE = [written(name) for name in frames()]


def told(face: Face) -> dict[str, Any]:
    """Return a face in the form of `expected.json`."""
    return {
        "subject": face.subject,
        "seq": face.seq,
        "index": face.index,
        "captured_ns": face.captured_ns,
        "sent_ns": face.sent_ns,
        "display_ns": face.display_ns,
        "tracked": face.tracked,
        "confidence": face.confidence,
        "timecode": list(face.timecode),
        "vector": list(face.vector),
        "expression": list(face.expression),
        "doubt": None if face.doubt is None else list(face.doubt),
        "mood": face.mood,
    }


def read(data: bytes) -> dict[str, Any] | None:
    """Return what a datagram says; None where it is refused or a schema."""
    try:
        face = read_datagram(data)
    except Refused:
        return None
    return None if face is None else told(face)


def reference(data: bytes) -> dict[str, Any] | None:
    """Return what the daemon's own reader makes of a datagram."""
    topic, zero, payload = data.partition(b"\0")
    if not zero or not topic.startswith(b"face."):
        return None
    try:
        return truth(payload)
    except DecodeError:
        return None


def mutated(chance: random.Random) -> bytes:
    """Return a frame with one byte or two changed."""
    data = bytearray(chance.choice(WHOLE))
    for _ in range(chance.choice((1, 1, 2))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("name", frames())
def test_a_frame_gives_the_same_numbers(name: str) -> None:
    assert read(written(name)) == expected()["frames"][name]


@pytest.mark.parametrize("name", schemas())
def test_a_schema_is_no_frame(name: str) -> None:
    assert read_datagram(written(name)) is None


@pytest.mark.parametrize("name", refused())
def test_what_must_be_refused_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="expected"):
        read_datagram(written(name))


@pytest.mark.parametrize("name", [*frames(), *schemas()])
def test_every_cut_is_refused(name: str) -> None:
    data = written(name)
    for cut in range(len(data)):
        with pytest.raises(Refused):
            read_datagram(data[:cut])


def test_broken_datagrams_mean_the_same_here_and_there() -> None:
    chance = random.Random(2)
    taken = 0
    for _ in range(SOME):
        data = mutated(chance)
        found = read(data)
        assert found == reference(data)
        taken += found is not None
    assert taken > SOME // 10


@pytest.mark.slow
def test_broken_datagrams_never_end_the_program() -> None:
    chance = random.Random(3)
    taken = sum(read(mutated(chance)) is not None for _ in range(MUTATIONS))
    assert MUTATIONS > taken > MUTATIONS // 2


@given(st.binary(max_size=400))
def test_garbage_is_refused(data: bytes) -> None:
    for begun in (data, b"face.a\0" + data, b"schema\0" + data):
        assert read(begun) == reference(begun)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=300)
    | st.binary(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=20)
        | st.dictionaries(st.text(max_size=40), inner, max_size=20)
    ),
    max_leaves=30,
)


@given(VALUES)
def test_every_value_of_messagepack_is_read(value: object) -> None:
    packed = msgpack.packb(value)
    assert unpack(packed) == value
    for cut in range(len(packed)):
        with pytest.raises(Broken):
            unpack(packed[:cut])


@given(st.floats(width=32, allow_nan=False))
def test_short_floats_are_read(value: float) -> None:
    assert unpack(msgpack.packb(value, use_single_float=True)) == value


@pytest.mark.parametrize("count", [0, 1, 2, 4, 5, 8, 16, 300, 60_000])
def test_extensions_are_skipped(count: int) -> None:
    packed = msgpack.packb([msgpack.ExtType(5, bytes(count)), 7])
    assert unpack(packed) == [None, 7]


def test_what_is_large_is_refused_before_it_is_read() -> None:
    assert unpack(b"\x91" * MAX_DEPTH + b"\xc0") is not None
    for data in (
        bytes(MAX_BYTES + 1),
        b"\x91" * (MAX_DEPTH + 1) + b"\xc0",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff",
        b"\xc1",
        b"\x81\x01\x01",
        msgpack.packb(list(range(1025))),
    ):
        with pytest.raises(Broken):
            unpack(data)
