import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage

from protocols.errors import DecodeError
from protocols.osc import Message, bundle, encode
from protocols.osc_reader import MAX_DEPTH, MAX_PACKET, decode, read

EVERY_TYPE = Message("/a/b", (1, -2.5, "jawOpen", b"\x01\x02\x03", True, False))

WORD = b"\x01\x02\x03\x04"


def message(tags: str, body: bytes = b"") -> bytes:
    """A message as somebody else may send it, address `/a`."""
    told = f",{tags}".encode()
    return b"/a\0\0" + told.ljust(len(told) // 4 * 4 + 4, b"\0") + body


@pytest.mark.parametrize(
    ("tag", "body", "arg"),
    [
        ("i", WORD, 0x01020304),
        ("h", b"\xff" * 7 + b"\xfb", -5),
        ("t", b"\0" * 7 + b"\x01", 1),
        ("f", struct.pack(">f", 0.5), 0.5),
        ("d", struct.pack(">d", 0.1), 0.1),
        ("s", b"abc\0", "abc"),
        ("S", b"abc\0", "abc"),
        ("c", b"\0\0\0A", "A"),
        ("b", b"\0\0\0\x01\xff\0\0\0", b"\xff"),
        ("r", WORD, WORD),
        ("m", WORD, WORD),
        ("T", b"", True),
        ("F", b"", False),
        ("N", b"", None),
        ("I", b"", None),
    ],
)
def test_every_tag_of_osc_is_read(tag: str, body: bytes, arg: object) -> None:
    assert decode(message(tag, body)) == [Message("/a", (arg,))]  # type: ignore[arg-type]
    # What follows stands where it should.
    (found,) = decode(message(f"{tag}i", body + WORD))
    assert found.args == (arg, 0x01020304)


@pytest.mark.parametrize("tag", "fidhtsSbTFNrm")
def test_python_osc_reads_the_same(tag: str) -> None:
    body = {"s": b"abc\0", "S": b"abc\0", "b": b"\0\0\0\x02\x01\x02\0\0"}.get(
        tag, b"" if tag in "TFN" else WORD if tag in "ifrm" else WORD + WORD
    )
    data = message(tag, body)
    theirs = OscMessage(data).params
    if not theirs or tag in "trm":
        return  # python-osc does not know it, or makes an object of its own of it
    assert list(decode(data)[0].args) == theirs


def test_arrays_are_read_on() -> None:
    body = struct.pack(">fff", 0.25, 0.5, 0.75)
    assert decode(message("[f[ff]]", body)) == [Message("/a", (0.25, 0.5, 0.75))]


def test_a_message_that_cannot_be_read_costs_itself_alone() -> None:
    good, odd = encode(Message("/b", (0.5,))), message("x", WORD)
    packet = read(bundle([good, odd, bundle([odd, good]), b"/c\xff\0,\0\0\0", good]))
    assert packet.messages == (Message("/b", (0.5,)),) * 3
    assert packet.unread == (
        "osc: '/a': unknown tag 'x'",
        "osc: '/a': unknown tag 'x'",
        "osc: string at 0 is not UTF-8",
    )
    assert read(bundle([odd])).messages == ()


def test_a_message_alone_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(DecodeError, match="'/a': unknown tag 'x'"):
        read(message("ix", WORD + WORD))


def test_bundles_in_bundles_are_flattened_in_order() -> None:
    a, b, c = (Message(f"/{name}") for name in "abc")
    nested = bundle([encode(a), bundle([encode(b)]), encode(c)])
    assert decode(nested) == [a, b, c]


def test_bundles_may_not_nest_without_end() -> None:
    packet = encode(Message("/a"))
    for _ in range(MAX_DEPTH):
        packet = bundle([packet])
    assert decode(packet) == [Message("/a")]
    with pytest.raises(DecodeError, match="nested deeper than 8"):
        decode(bundle([packet]))


def test_a_message_without_tags_has_no_arguments() -> None:
    assert decode(b"/a\0\0") == [Message("/a")]


@pytest.mark.parametrize(
    ("wire", "fact"),
    [
        (b"", "address starts with b''"),
        (b"abc\0,\0\0\0", "address starts with b'abc"),
        (b"/abc", "string at 0 does not end"),
        (b"/a\0", "string at 0 does not end"),
        (b"/\xff\0\0,\0\0\0", "string at 0 is not UTF-8"),
        (b"/a\0\0i\0\0\0", "tags 'i', expected ','"),
        (b"/a\0\0,x\0\0", "unknown tag 'x'"),
        (b"/a\0\0,i\0\0\0\0", "number at 8 exceeds 10"),
        (
            b"/a\0\0,c\0\0\xff\xff\xff\xff",
            "character 4294967295 at 8 is not in Unicode",
        ),
        (b"/a\0\0,r\0\0\0\0", "number at 8 exceeds 10"),
        (b"/a\0\0,s\0\0abcd", "string at 8 does not end"),
        (b"/a\0\0,b\0\0\x7f\xff\xff\xff", "blob of 2147483647 bytes, 0 left"),
        (b"/a\0\0,b\0\0\xff\xff\xff\xff", "blob of -1 bytes"),
        (b"/a\0\0,b\0\0\0\0\0\x01\xff", "blob of 1 byte, 1 left"),
        (b"/a\0\0,\0\0\0\0\0\0\0", "4 bytes after its arguments"),
        (b"#bundle\0\0\0\0\0", "bundle header has 12 bytes"),
        (bundle([]) + b"\0\0\0\0", "element of 0 bytes"),
        (bundle([]) + b"\xff\xff\xff\xfc", "element of -4 bytes"),
        (bundle([]) + b"\x7f\xff\xff\xfc/a\0\0", "element of 2147483644 bytes, 4 left"),
        (bundle([]) + b"\0\0\0\x03/a\0", "element of 3 bytes"),
        (bundle([]) + b"\0\0", "number at 16 exceeds 18"),
        (b"/" * (MAX_PACKET + 1), "at most 65535"),
    ],
)
def test_what_is_wrong_is_said(wire: bytes, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(wire)
    assert fact in str(raised.value)


WHOLE = bundle([encode(EVERY_TYPE), encode(Message("/c", (0.5,)))])
ELEMENTS_END = (16, 16 + 4 + len(encode(EVERY_TYPE)))


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_every_truncation_is_an_error_or_a_shorter_bundle(cut: int) -> None:
    if cut in ELEMENTS_END:
        assert len(decode(WHOLE[:cut])) == ELEMENTS_END.index(cut)
    else:
        with pytest.raises(DecodeError):
            decode(WHOLE[:cut])


@given(st.binary(max_size=200))
@pytest.mark.parametrize("start", [b"", b"/a\0\0,", bundle([]), b"/a\0\0,ifsb\0\0\0"])
def test_garbage_never_raises_anything_else(start: bytes, data: bytes) -> None:
    try:
        decode(start + data)
    except DecodeError as error:
        assert str(error).startswith("osc: ")


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_flipped_byte_never_raises_anything_else(at: int, byte: int) -> None:
    broken = bytearray(WHOLE)
    broken[at] = byte
    try:
        decode(bytes(broken))
    except DecodeError as error:
        assert str(error).startswith("osc: ")
