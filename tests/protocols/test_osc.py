from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from protocols.osc import MTU, Arg, Message, Template, bundle, encode, grouped
from protocols.osc_reader import decode

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


@pytest.mark.parametrize(
    "message",
    [
        Message("/a", (2**31,)),
        Message("/a", (1e39,)),
        Message("/a\0b"),
        Message("/a", ("\ud800",)),
        Message("/a", (None,)),
    ],
    ids=["int", "float", "NUL", "surrogate", "nothing"],
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
