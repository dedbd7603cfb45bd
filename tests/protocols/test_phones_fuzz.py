"""A million damaged packets for every decoder of phones: DecodeError and nothing else.

Each packet is a real or vendor's one, of which bytes were changed, cut, repeated or
replaced by words of the formats.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from protocols import ifacialmocap, vts_phone
from protocols.errors import DecodeError
from protocols.fmv3 import Kind, Message, Part, decode, encode
from protocols.fmv3_computer import Computer
from protocols.fmv3_parts import MAX_BYTES, MAX_OPEN, Joiner, Stream
from protocols.fmv3_phone import SCHEMA, Phone
from protocols.fmv3_schema import Start, decode_schema, encode_frame, encode_schema
from protocols.ifacialmocap_phone import TextPhone
from protocols.ifacialmocap_requests import Request
from protocols.ifacialmocap_stream import Frames

from .fmv3_link import SMILE, numbers
from .golden import golden
from .test_fmv3 import VENDOR

pytestmark = pytest.mark.slow

MANY = 1_000_000

TEXTS = (golden("phones/ifacialmocap_v1.txt"), golden("phones/facemotion3d.txt"))
SHORT = b"trackingStatus&1|jawOpen&12|=head#1,2,3,4,5,6|leftEye#1,2,3|"

WORDS = (
    *(b"|", b"&", b"-", b"--", b"#", b"=", b"=head#", b",", b"nan", b"inf", b"1e999"),
    *(b"{", b"}", b"[", b"]", b'"', b":", b"null", b"true", b"\\ud800", b"FMV3"),
    *(b"\x00", b"\xff", b"\xff" * 8, b"\x7f\xc0\x00\x00", b"9" * 400, b"[" * 200),
)

BODY = encode_schema(Start(7), SCHEMA)
FRAME = Message(Kind.FRAME, 9, encode_frame(SCHEMA, [7] * 52, (0.0,) * 12), 1, 3, 1)
TABLE = Message(Kind.SCHEMA, 9, BODY, 1)
TALK = (
    *encode(TABLE, 1200),
    *encode(FRAME, 1200),
    *VENDOR.values(),
)


def damaged(rng: random.Random, packets: Sequence[bytes]) -> bytes:
    """Return one of the packets, damaged in one to three ways."""
    data = bytearray(rng.choice(packets))
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data) + 1)
        way = rng.randrange(5)
        if way == 0:
            del data[at:]
        elif way == 1:
            data[at : at + rng.randint(0, 9)] = rng.choice(WORDS)
        elif way == 2 and at < len(data):
            data[at] = rng.randrange(256)
        elif way == 3 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        else:
            data[at:at] = data[max(at - 40, 0) : at]
    return bytes(data)


def survives(
    read: Callable[[bytes], object], packets: Sequence[bytes], seed: int
) -> None:
    rng = random.Random(seed)
    refused = 0
    for _ in range(MANY):
        try:
            read(damaged(rng, packets))
        except DecodeError:
            refused += 1
    # Damage is found, and not all of it makes a packet worthless.
    assert 0 < refused < MANY


def test_iphone_text() -> None:
    survives(ifacialmocap.decode, (*TEXTS, SHORT, SHORT, SHORT), 1)


def test_text_over_tcp() -> None:
    frames = Frames()

    def read(data: bytes) -> None:
        for text in frames.feed(data):
            ifacialmocap.decode(text)
        assert len(frames._text) < 20_000

    survives(read, (SHORT + b"___iFacialMocap", b"___FACEMOTION3D"), 2)


def test_requests() -> None:
    phone = TextPhone()

    def read(data: bytes) -> None:
        phone.hear(data, ("10.0.0.1", len(data)))
        assert len(phone.asked) <= 4

    asked = [Request("ifacialmocap", 2, tcp=tcp).encode() for tcp in (False, True)]
    survives(read, asked, 3)


def test_vtube_studio() -> None:
    small = b'{"FaceFound":true,"BlendShapes":[{"k":"JawOpen","v":0.5}],"Timestamp":5}'
    survives(vts_phone.decode, (golden("phones/vts_phone.json"), *[small] * 4), 4)


def test_fmv3_datagrams_and_their_parts() -> None:
    joiner = Joiner()
    now_s = 0.0

    def read(data: bytes) -> None:
        nonlocal now_s
        now_s += 0.01
        joiner.add(decode(data, 1200), now_s)
        assert len(joiner._open) <= MAX_OPEN and joiner._bytes <= MAX_BYTES

    survives(read, TALK, 5)


def test_fmv3_tables() -> None:
    small = decode(VENDOR["schema_ifacialmocap"]).message.body
    survives(decode_schema, (small, BODY), 6)


def test_fmv3_streams() -> None:
    survives(lambda data: Stream().feed(data), TALK, 7)


def test_a_computer_that_a_phone_lies_to() -> None:
    """Whatever arrives, the computer stays able to take an honest phone."""
    computer = Computer("phone", numbers(7))
    now_s = 0.0

    def read(data: bytes) -> None:
        nonlocal now_s
        now_s += 0.01
        computer.tick(now_s)
        computer.outbox.clear()
        computer.news.clear()
        computer.hear(data, "phone", now_s)

    survives(read, TALK, 8)
    honest, told = Phone(numbers(100_000)), 0
    for _ in range(1000):
        now_s += 0.1
        computer.tick(now_s)
        for _, data in computer.outbox:
            honest.hear(data, "pc", now_s)
        computer.outbox.clear()
        honest.tick(now_s)
        honest.show(SMILE, now_s)
        for _, data in honest.outbox:
            told += computer.hear(data, "phone", now_s) is not None
        honest.outbox.clear()
    assert told > 100


def test_a_phone_that_receivers_lie_to() -> None:
    phone = Phone(numbers(7))
    now_s = 0.0

    def read(data: bytes) -> None:
        nonlocal now_s
        now_s += 0.01
        phone.tick(now_s)
        phone.outbox.clear()
        part = decode(data, 1200)
        phone.take(Part(part.message, part.total), now_s % 7, now_s)
        assert len(phone.served) <= 4

    survives(read, TALK, 9)
