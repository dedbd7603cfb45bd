import json
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.fmv3 import (
    HEADER,
    MAX_PARTS,
    Kind,
    Message,
    decode,
    encode,
    newer,
)
from protocols.fmv3_parts import MAX_BYTES, MAX_OPEN, Joiner, Stream
from protocols.fmv3_schema import Wish, decode_wish

from .golden import golden

VENDOR = {
    name: bytes.fromhex(told)
    for name, told in json.loads(golden("phones/fmv3.json")).items()
}

NONCE = 0x8877665544332211
SESSION = 0x0102030405060708

MESSAGES = {
    "hello": Message(Kind.HELLO, NONCE, Wish().encode()),
    "schema_ack": Message(Kind.SCHEMA_ACK, SESSION, schema=1),
    "get_schema": Message(Kind.GET_SCHEMA, SESSION),
    "ping_7": Message(Kind.PING, SESSION, sequence=7),
    "pong_7": Message(Kind.PONG, SESSION, sequence=7),
    "stop": Message(Kind.STOP, SESSION),
    "error_busy": Message(Kind.ERROR, NONCE, b"BUSY"),
}

LONG = Message(Kind.FRAME, SESSION, bytes(range(256)) * 5, 1, 11, 1)


@pytest.mark.parametrize("name", MESSAGES)
def test_the_vendors_vectors_both_ways(name: str) -> None:
    assert encode(MESSAGES[name]) == encode(MESSAGES[name], 1200) == [VENDOR[name]]
    for udp in (None, 1200):
        part = decode(VENDOR[name], udp)
        assert part.whole and part.message == MESSAGES[name]


def test_the_vendors_hello_asks_for_60_frames_of_1200_bytes() -> None:
    assert decode_wish(decode(VENDOR["hello"]).message.body) == Wish(60, 1200, 5)


@pytest.mark.parametrize("name", VENDOR)
def test_every_truncation_is_an_error(name: str) -> None:
    for cut in range(len(VENDOR[name])):
        with pytest.raises(DecodeError):
            decode(VENDOR[name][:cut])
        with pytest.raises(DecodeError):
            decode(VENDOR[name][:cut], 1200)


def test_the_parts_of_the_vendors_long_frame() -> None:
    """300 curves of 16 bits at 576 bytes a datagram, as in its vectors."""
    frame = Message(Kind.FRAME, SESSION, bytes(648), 1, 11, 1)
    first, second = encode(frame, 576)
    assert first[:40].hex() == (
        "464d5633040128000807060504030201010000000b000000000000008802000000000200"
        "18020000"
    )
    assert len(first) == 576 and len(second) == 40 + 648 - 536
    (whole,) = encode(frame)
    assert whole[28:40].hex() == "880200000000010088020000"


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 1, 2, 0]])
def test_parts_are_joined_in_any_order(order: list[int]) -> None:
    parts = [decode(data, 576) for data in encode(LONG, 576)]
    assert len(parts) == 3
    joiner = Joiner()
    *first, last = [joiner.add(parts[i], 0.0) for i in order]
    assert first == [None] * (len(order) - 1) and last == LONG


def test_parts_that_contradict_each_other_are_dropped() -> None:
    parts = [decode(data, 576) for data in encode(LONG, 576)]
    other = replace(parts[0], message=replace(parts[0].message, body=b"x" * 536))
    played = replace(parts[1], message=replace(parts[1].message, flags=3))
    for bad in (other, played):
        joiner = Joiner()
        assert joiner.add(parts[0], 0.0) is None
        with pytest.raises(DecodeError, match="contradict each other"):
            joiner.add(bad, 0.0)
        assert joiner._bytes == 0


@pytest.mark.parametrize(("kind", "limit_s"), [(Kind.FRAME, 0.25), (Kind.SCHEMA, 3.0)])
def test_parts_are_waited_for_only_so_long(kind: Kind, limit_s: float) -> None:
    sequence = 1 if kind is Kind.FRAME else 0
    message = Message(kind, SESSION, bytes(1280), 1, sequence)
    first, *rest = [decode(data, 576) for data in encode(message, 576)]
    joiner = Joiner()
    assert joiner.add(first, 0.0) is None
    assert [joiner.add(each, limit_s) for each in rest] == [None, None]


def test_open_messages_are_bounded() -> None:
    joiner = Joiner()
    for sequence in range(1, 100):
        long = replace(LONG, body=bytes(16_000), sequence=sequence)
        for data in encode(long, 1200)[:-1]:
            assert joiner.add(decode(data, 1200), 0.0) is None
        assert len(joiner._open) <= MAX_OPEN
    schema = Message(Kind.SCHEMA, SESSION, bytes(262_144), 1)
    for number in range(1, 6):
        for data in encode(replace(schema, schema=number), 1200)[1:]:
            joiner.add(decode(data, 1200), 0.0)
            assert joiner._bytes <= MAX_BYTES


def changed(name: str, at: int, form: str, value: int) -> bytes:
    data = bytearray(VENDOR[name])
    struct.pack_into(form, data, at, value)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"FMV2" + VENDOR["stop"][4:], "begins with b'FMV2'"),
        (changed("stop", 4, "B", 0), "kind 0, expected 1 to 9"),
        (changed("stop", 4, "B", 10), "a beta of revision 4"),
        (changed("schema_ifacialmocap", 4, "B", 3), "SCHEMA of revision 4"),
        (changed("stop", 6, "<H", 44), "begins with b'FMV3', expected"),
        (changed("stop", 5, "B", 1), "STOP with flags 1"),
        (changed("frame_3", 5, "B", 4), "FRAME with flags 4"),
        (changed("stop", 8, "<Q", 0), "STOP of session 0"),
        (changed("stop", 16, "<I", 1), "STOP with schema 1"),
        (changed("schema_ack", 16, "<I", 0), "SCHEMA_ACK with schema 0"),
        (changed("stop", 20, "<I", 1), "STOP with sequence 1"),
        (changed("stop", 24, "<I", 1), "token 1"),
        (changed("hello", 28, "<I", 9), "HELLO of 9 bytes, expected 8 to 8"),
        (changed("frame_3", 28, "<I", 2**32 - 1), "FRAME of 4294967295 bytes"),
        (changed("frame_3", 32, "<H", 1), "part 1 of 1"),
        (changed("frame_3", 34, "<H", 0), "part 0 of 0"),
        (changed("frame_3", 34, "<H", 2), "54 of 54 bytes"),
        (changed("frame_3", 34, "<H", MAX_PARTS + 1), f"of {MAX_PARTS + 1} of a FRAME"),
        (changed("frame_3", 36, "<I", 53), "53 of 54 bytes"),
        (VENDOR["stop"] + b"x", "1 bytes of STOP, expected 0"),
        (changed("error_busy", 40, "B", 0xFF), "not UTF-8"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(data)
    assert str(raised.value).startswith("fmv3: ") and fact in str(raised.value)


def test_datagrams_that_are_cut_otherwise_are_refused() -> None:
    data = encode(LONG, 576)[0]
    assert decode(data).count == 3
    with pytest.raises(DecodeError, match="expected 2 parts of at most 1160"):
        decode(data, 1200)


@pytest.mark.parametrize("size", [1, 39, 41, 5000])
def test_a_stream_is_cut_into_messages(size: int) -> None:
    sent = [*MESSAGES.values(), LONG]
    data = b"".join(encode(each)[0] for each in sent)
    stream, found = Stream(), []
    for at in range(0, len(data), size):
        found += stream.feed(data[at : at + size])
    assert found == sent


def test_a_stream_of_something_else_is_an_error() -> None:
    with pytest.raises(DecodeError, match="begins with b'GET '"):
        Stream().feed(b"GET / HTTP/1.1" + b" " * 40)
    with pytest.raises(DecodeError, match="in parts"):
        Stream().feed(encode(LONG, 576)[0])


@pytest.mark.parametrize(
    ("sequence", "last", "is_newer"),
    [
        (1, 0, True),
        (0, 0, False),
        (0, 1, False),
        (0, 2**32 - 1, True),
        (2**31 - 1, 0, True),
        (2**31, 0, False),
    ],
)
def test_sequences_wrap(sequence: int, last: int, is_newer: bool) -> None:
    assert newer(sequence, last) is is_newer


@given(st.binary(max_size=120), st.sampled_from([None, 576, 1200]))
@pytest.mark.parametrize("start", [b"", b"FMV3", VENDOR["frame_3"][:32]])
def test_garbage_never_raises_anything_else(
    start: bytes, data: bytes, udp: int | None
) -> None:
    for read in (
        lambda: decode(start + data, udp),
        lambda: Stream().feed(start + data),
    ):
        try:
            read()
        except DecodeError as error:
            assert str(error).startswith("fmv3: ")


def test_the_header_is_40_bytes() -> None:
    assert HEADER.size == 40
