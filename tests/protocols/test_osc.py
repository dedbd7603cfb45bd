import struct
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from protocols.errors import DecodeError
from protocols.osc import (
    MAX_DEPTH,
    MAX_PACKET,
    MTU,
    Arg,
    Message,
    Template,
    bundle,
    decode,
    encode,
    grouped,
)

FLOAT = st.floats(width=32, allow_nan=False)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
ARG = st.one_of(
    st.integers(-(2**31), 2**31 - 1), FLOAT, TEXT, st.binary(max_size=9), st.booleans()
)
MESSAGE = st.builds(
    Message, TEXT.map(lambda text: "/" + text), st.lists(ARG, max_size=6).map(tuple)
)

EVERY_TYPE = Message("/a/b", (1, -2.5, "jawOpen", b"\x01\x02\x03", True, False))


THREE_TAGS = "00000000 00000001 00000000 40000000"
"""Three tags and their comma leave no room for the NUL: it takes a word."""


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (Message("/a"), "2f610000 2c000000"),
        (Message("/abc"), "2f616263 00000000 2c000000"),
        (Message("/a", (1,)), "2f610000 2c690000 00000001"),
        (Message("/a", (-1.5,)), "2f610000 2c660000 bfc00000"),
        (Message("/a", ("abcd",)), "2f610000 2c730000 61626364 00000000"),
        (Message("/a", (b"\xff",)), "2f610000 2c620000 00000001 ff000000"),
        (Message("/a", (b"",)), "2f610000 2c620000 00000000"),
        (Message("/a", (True, False)), "2f610000 2c544600"),
        (Message("/a", (1, "", 2.0)), "2f610000 2c697366 " + THREE_TAGS),
    ],
)
def test_messages_byte_by_byte(message: Message, wire: str) -> None:
    assert encode(message) == bytes.fromhex(wire)
    assert decode(bytes.fromhex(wire)) == [message]


def test_a_bundle_sizes_its_elements_and_is_immediate() -> None:
    one = encode(Message("/a"))
    assert bundle([one]) == b"#bundle\0" + b"\0" * 7 + b"\x01" + b"\0\0\0\x08" + one


@given(st.lists(MESSAGE, max_size=5))
def test_decode_undoes_encode(messages: list[Message]) -> None:
    assert decode(bundle(map(encode, messages))) == messages


def test_python_osc_reads_every_type() -> None:
    read = OscMessage(encode(EVERY_TYPE))
    assert read.address == EVERY_TYPE.address
    assert tuple(read.params) == EVERY_TYPE.args


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


@pytest.mark.parametrize(
    ("tag", "form", "value"), [("h", ">q", -5), ("d", ">d", 0.1), ("t", ">Q", 1)]
)
def test_wide_numbers_are_read_though_never_written(
    tag: str, form: str, value: float
) -> None:
    wire = b"/a\0\0," + tag.encode() + b"\0\0" + struct.pack(form, value)
    assert decode(wire) == [Message("/a", (value,))]


def test_a_message_without_tags_has_no_arguments() -> None:
    assert decode(b"/a\0\0") == [Message("/a")]


@pytest.mark.parametrize(
    ("wire", "fact"),
    [
        (b"", "address starts with b''"),
        (b"abc\0,\0\0\0", "address starts with b'abc"),
        (b"/abc", "string at 0 does not end"),
        (b"/a\0", "string at 0 does not end"),
        (b"/\xff\0\0,\0\0\0", "string at 0 is no UTF-8"),
        (b"/a\0\0i\0\0\0", "tags 'i', expected ','"),
        (b"/a\0\0,x\0\0", "unknown tag 'x'"),
        (b"/a\0\0,i\0\0\0\0", "number at 8 exceeds 10"),
        (b"/a\0\0,s\0\0abcd", "string at 8 does not end"),
        (b"/a\0\0,b\0\0\x7f\xff\xff\xff", "blob of 2147483647 bytes, 0 left"),
        (b"/a\0\0,b\0\0\xff\xff\xff\xff", "blob of -1 bytes"),
        (b"/a\0\0,b\0\0\0\0\0\x01\xff", "blob of 1 bytes, 1 left"),
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


@pytest.mark.parametrize(
    "message",
    [
        Message("/a", (2**31,)),
        Message("/a", (1e39,)),
        Message("/a\0b"),
        Message("/a", ("\ud800",)),
    ],
    ids=["int", "float", "NUL", "surrogate"],
)
def test_what_does_not_fit_is_refused(message: Message) -> None:
    with pytest.raises(ValueError):
        encode(message)


@pytest.mark.parametrize("count", [1, 30, 31, 32, 100])
def test_groups_keep_the_order_and_the_limit(count: int) -> None:
    messages = [Message(f"/curve/{i:03}", ("name", float(i))) for i in range(count)]
    groups = grouped(messages)
    assert [message for group in groups for message in group] == messages
    sizes = [len(bundle(map(encode, group))) for group in groups]
    assert max(sizes) <= MTU
    for group, size in zip(groups[1:], sizes, strict=False):
        assert size + 4 + len(encode(group[0])) > MTU


ROWS = [
    [Message("/a", ("x", 1.0, 2, True, 3.0)), Message("/bcd", (4, b"12345", 5.0))],
    [Message("/e", (6.0,)), Message("/f")],
]


def numbered(floats: list[float], ints: list[int]) -> list[list[Message]]:
    f, i = iter(floats), iter(ints)
    return [
        [
            Message(
                message.address,
                tuple(_next(arg, f, i) for arg in message.args),
            )
            for message in row
        ]
        for row in ROWS
    ]


def _next(arg: Arg, f: Iterator[float], i: Iterator[int]) -> Arg:
    if isinstance(arg, float):
        return next(f)
    return next(i) if isinstance(arg, int) and not isinstance(arg, bool) else arg


@pytest.mark.parametrize("bundles", [True, False])
def test_a_filled_template_is_what_encoding_would_have_made(bundles: bool) -> None:
    template = Template(ROWS, bundles=bundles)
    assert (template.floats, template.ints) == (4, 2)
    floats, ints = [0.5, -1.5, 2.5, 1e-9], [7, -8]
    expected = [
        packet
        for row in numbered(floats, ints)
        for parts in [[encode(message) for message in row]]
        for packet in ([bundle(parts)] if bundles else parts)
    ]
    assert template.fill(np.array(floats), ints) == expected


def test_ints_stay_until_they_are_filled_again() -> None:
    template = Template(ROWS)
    first = template.fill([1.0, 3.0, 5.0, 6.0])
    assert first == [bundle(map(encode, row)) for row in ROWS]
    template.fill(0.0, [9, 9])
    again = template.fill([1.0, 3.0, 5.0, 6.0])
    assert decode(again[0])[1].args == (9, b"12345", 5.0)


def test_a_filled_packet_does_not_change_when_the_next_is_made() -> None:
    template = Template([[Message("/a", (0.0,))]])
    first = template.fill([0.25])
    template.fill([0.5])
    assert OscBundle(first[0]).content(0).params == [0.25]
