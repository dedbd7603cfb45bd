from dataclasses import replace
from typing import Any

import msgpack
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from protocols.channels import ARKIT, Vector
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.native import (
    MAX_SUBJECT,
    Packet,
    decode,
    decode_schema,
    encode,
    join,
    split,
    topic,
)
from protocols.timecode import Timecode

from .faces import NOON, broken, face, ramp
from .golden import golden
from .native_packets import WHOLE, changed, fields, same

DOUBTING = golden("native_doubt.bin")
SCHEMA = golden("native_schema_1_1.bin")
FIRST_SCHEMA = golden("native_schema.bin")

SHARE = st.floats(0, 1, width=32)
FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)


def test_the_golden_frame_is_read() -> None:
    packet = decode(WHOLE)
    same(packet.frame, ramp())
    assert (packet.seq, packet.sent_ns, packet.time) == (7, 1_000_250_000, NOON)


def test_the_layout_is_a_plain_map_with_the_version_first() -> None:
    read = fields()
    assert list(read) == [
        *("v", "seq", "index", "captured_ns", "sent_ns", "subject", "tracked"),
        *("confidence", "vector", "expression", "timecode"),
    ]
    assert WHOLE[:5] == b"\x8b\xa1v\x01\xa3"
    assert read["timecode"] == [12 * 3600 * 60, 0.25, 60, 1]


def test_jaw_open_lands_where_receivers_read_it() -> None:
    data = encode(face(jawOpen=0.25), NOON, seq=0, sent_ns=0)
    at = data.index(b"\xa6vector\xc5\x01\x54") + 10  # str 6, then bin 16 of 340 bytes
    assert data[at + 17 * 4 :][:4] == b"\x00\x00\x80\x3e"  # 0.25, little-endian


@given(
    arrays(np.float32, 52, elements=SHARE),
    arrays(np.float32, 33, elements=FINITE),
    arrays(np.float32, 8, elements=SHARE),
    st.floats(0, 1),
    st.booleans(),
    st.integers(0, 2**63 - 1),
    st.none() | arrays(np.float16, 52, elements=st.floats(0, 1, width=16)),
)
def test_decode_undoes_encode(
    weights: Vector,
    pose: Vector,
    expression: Vector,
    confidence: float,
    tracked: bool,
    count: int,
    halves: npt.NDArray[np.float16] | None,
) -> None:
    vector = np.concatenate([weights, pose])
    doubt = None if halves is None else halves.astype(np.float32)
    sent = FaceFrame(
        *(count, count, "演员", vector, expression, confidence, tracked, doubt)
    )
    time = Timecode(5, 0.5, 60000, 1001)
    packet = decode(encode(sent, time, seq=count, sent_ns=count))
    same(packet.frame, sent)
    assert packet == Packet(packet.frame, time, count, count)


def test_the_same_frame_makes_the_same_bytes() -> None:
    once, twice = (encode(ramp(), NOON, seq=1, sent_ns=2) for _ in range(2))
    assert once == twice


def test_nothing_broken_goes_out() -> None:
    frame = decode(encode(broken(), NOON, seq=0, sent_ns=0)).frame
    assert not frame.vector[len(ARKIT) :].any()
    assert frame.confidence == 0.0
    # A doubt that is no number is the largest one.
    assert frame.doubt is not None
    assert frame.doubt.tolist() == [1.0, 0.0, 0.0] + [1.0] * 49
    clamped = decode(encode(face(jawOpen=1.5, head__y=-2.0), NOON, seq=0, sent_ns=0))
    same(clamped.frame, face(jawOpen=1.0, head__y=-2.0))


def test_numbers_of_numpy_are_taken_too() -> None:
    sure: Any = np.float32(0.5)
    seen: Any = np.bool_(True)
    frame = replace(ramp(), confidence=sure, tracked=seen)
    assert decode(encode(frame, NOON, seq=0, sent_ns=0)).frame.confidence == 0.5


def test_unknown_keys_are_ignored() -> None:
    data = changed("later", {"nested": [1, 2, {"a": None}]})
    same(decode(data).frame, ramp())


@pytest.mark.parametrize("name", list(fields()))
def test_a_missing_field_is_named(name: str) -> None:
    kept = {key: value for key, value in fields().items() if key != name}
    with pytest.raises(DecodeError, match=f"native: {name} is missing"):
        decode(msgpack.packb(kept))


NESTED: object = []
for _ in range(400):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("v", 2, "version 2, expected 1"),
        ("v", True, "v is True, expected an int"),
        ("v", 1.0, "v is 1.0, expected an int"),
        ("v", NESTED, "v is a list, expected an int"),
        ("seq", -1, "seq is -1, expected an int from 0"),
        ("index", "1", "index is '1'"),
        ("captured_ns", 1.5, "captured_ns is 1.5"),
        ("sent_ns", None, "sent_ns is None"),
        ("subject", "", "subject is '', expected 1 to 256 characters"),
        ("subject", "x" * 257, "expected 1 to 256 characters"),
        ("subject", b"face", "subject is b'face'"),
        ("subject", "a\0b", "has a NUL"),
        ("tracked", 1, "tracked is 1, expected a bool"),
        ("confidence", 1.5, "confidence is 1.5"),
        ("confidence", float("nan"), "confidence is nan"),
        ("confidence", 1, "confidence is 1, expected a float"),
        ("vector", b"\0" * 336, "expected 340 bytes"),
        ("vector", [0.0] * 85, "vector is a list"),
        ("vector", b"\0" * 336 + b"\0\0\xc0\x7f", "vector has numbers that"),
        ("expression", b"\0" * 28 + b"\0\0\x80\x7f", "expression has numbers that"),
        ("timecode", [1, 0.5, 60], "timecode is a list, expected [int, float"),
        ("timecode", [True, 0.5, 60, 1], "expected [int, float, int, int]"),
        ("timecode", [-1, 0.5, 60, 1], "timecode -1 + 0.5 at 60/1"),
        ("timecode", [1, 1.0, 60, 1], "timecode 1 + 1.0 at 60/1"),
        ("timecode", [1, float("nan"), 60, 1], "timecode 1 + nan at 60/1"),
        ("timecode", [1, 0.5, 60, 0], "timecode 1 + 0.5 at 60/0"),
        ("timecode", [2**31, 0.5, 60, 1], "timecode 2147483648 + 0.5 at 60/1"),
        ("timecode", [1, 0.5, 2**31, 2**31 - 1], "at 2147483648/2147483647"),
        ("timecode", [1, 0.5, 60, 2**31], "at 60/2147483648"),
        ("timecode", [1, 0.5, 24_856, 1], "at 24856/1"),
        ("later", list(range(1025)), "1025 exceeds max_array_len(1024)"),
    ],
)
def test_what_is_wrong_is_said(name: str, value: object, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(changed(name, value))
    assert fact in str(raised.value)


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "no msgpack"),
        (b"\x93\x01\x02\x03", "a list, expected a map"),
        (WHOLE + b"\0", "no msgpack"),
        (b"\x91" * 5000, "no msgpack: StackError"),
        (b"\xdd\xff\xff\xff\xff", "4294967295 exceeds max_array_len"),
        (b"\x81\xa1v\xc7\x0c\xff" + b"\xff" * 12, "no msgpack"),
        (b"\x81\x90\xc0", "no msgpack"),
        (b"\0" * 65_537, "65537 bytes, at most 65536"),
    ],
    ids=["empty", "list", "more", "deep", "huge", "timestamp", "key", "long"],
)
def test_what_is_no_map_is_said(data: bytes, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(data)
    assert fact in str(raised.value)


def test_every_truncation_is_an_error() -> None:
    for cut in range(len(WHOLE)):
        with pytest.raises(DecodeError):
            decode(WHOLE[:cut])
    for cut in range(len(DOUBTING)):
        with pytest.raises(DecodeError):
            decode(DOUBTING[:cut])
    for schema in (SCHEMA, FIRST_SCHEMA):
        for cut in range(len(schema)):
            with pytest.raises(DecodeError):
                decode_schema(schema[:cut])


@given(st.binary(max_size=100))
@pytest.mark.parametrize(
    "start", [b"", WHOLE[:4], WHOLE[:80], WHOLE[:-60], DOUBTING[:-104], DOUBTING[:-40]]
)
def test_garbage_never_raises_anything_else(start: bytes, data: bytes) -> None:
    for read in (decode, decode_schema):
        try:
            read(start + data)
        except DecodeError as error:
            assert str(error).startswith("native")


@given(
    st.sampled_from(list(fields(DOUBTING))), st.integers(0, 127), st.binary(max_size=6)
)
def test_a_field_of_garbage_never_raises_anything_else(
    name: str, head: int, data: bytes
) -> None:
    broken_map = DOUBTING.replace(
        msgpack.packb(name), msgpack.packb(name) + bytes([128 + head]) + data
    )
    try:
        decode(broken_map)
    except DecodeError as error:
        assert str(error).startswith("native")


@pytest.mark.parametrize("subject", ["", "x" * (MAX_SUBJECT + 1), "a\0b", "\ud800"])
def test_topics_need_a_proper_name(subject: str) -> None:
    with pytest.raises(ValueError):
        topic(subject)


def test_a_topic_is_utf8_below_face() -> None:
    assert topic("演员") == b"face." + "演员".encode()


def test_numbers_beyond_64_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="64 bits"):
        encode(face(), NOON, seq=2**64, sent_ns=0)


def test_two_parts_travel_as_one() -> None:
    assert split(join(topic("face"), WHOLE)) == (b"face.face", WHOLE)
    assert join(topic("face"), WHOLE).startswith(b"face.face\0\x8b")
    with pytest.raises(DecodeError, match="no topic in 4 bytes"):
        split(b"face")
