"""Anything that can be sent: it is told of, in text that does nothing."""

from __future__ import annotations

import math
import struct

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.watch import News
from bridge.wires.heard import Parts
from bridge.wires.table import WIRES
from protocols import livelink, native, plain_osc, vmc
from protocols.osc import bundle
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.protocols.test_recognised import metahuman

from .played import ATTACK, heard, picture

TIME = Timecode(108_000, 0.5, 30)
DOUBLE = struct.Struct(">d")

NUMBER = st.one_of(
    st.floats(allow_nan=True), st.integers(-(2**63), 2**63 - 1), st.booleans()
)
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
    st.just(ATTACK),
    st.sampled_from(["JawOpen", "Head", "root"]),
)


def osc_argument(value: object) -> tuple[str, bytes]:
    match value:
        case bool():
            return ("T" if value else "F"), b""
        case float():
            return "d", DOUBLE.pack(value)
        case int():
            return "h", struct.pack(">q", value)
        case _:
            text = str(value).encode()
            return "s", text.ljust(len(text) // 4 * 4 + 4, b"\0")


@st.composite
def osc_messages(draw: st.DrawFn) -> bytes:
    """A message that is right in form, of one of our addresses, with any arguments."""
    plain = [
        f"/facewire/a/{tail}" for tail in (*plain_osc.SIGNATURE, *plain_osc.ON_REQUEST)
    ]
    wanted = [vmc.OK, vmc.TIME, vmc.ROOT, vmc.BONE, vmc.VALUE, vmc.APPLY, *plain]
    any_address = TEXT.map(lambda text: f"/{text}")
    address = draw(st.one_of(st.sampled_from(wanted), any_address))
    args = [*draw(st.lists(TEXT, max_size=1)), *draw(st.lists(NUMBER, max_size=8))]
    tags = "".join(osc_argument(arg)[0] for arg in args) + draw(
        st.sampled_from(["", "", "N", "[]", "x"])
    )
    body = b"".join(osc_argument(arg)[1] for arg in args)
    named = address.encode()
    told = f",{tags}".encode()
    return (
        named.ljust(len(named) // 4 * 4 + 4, b"\0")
        + told.ljust(len(told) // 4 * 4 + 4, b"\0")
        + body
    )


@st.composite
def livelink_packets(draw: st.DrawFn) -> bytes:
    name = draw(TEXT).encode()
    time = struct.pack(
        ">ifii",
        draw(st.integers(-(2**31), 2**31 - 1)),
        draw(st.floats(width=32)),
        draw(st.integers(-2, 2**31 - 1)),
        draw(st.integers(-2, 2**31 - 1)),
    )
    values = draw(st.lists(st.floats(width=32), min_size=61, max_size=61))
    tail = draw(st.sampled_from([b"", b"\x3d" + struct.pack(">61f", *values)]))
    head = b"\x06" + struct.pack(">i", 1) + b"d" + struct.pack(">i", len(name)) + name
    return head + time + tail


@st.composite
def native_maps(draw: st.DrawFn) -> bytes:
    found = msgpack.unpackb(native.encode(face(1, "a"), TIME, seq=1, sent_ns=1))
    anything = st.one_of(NUMBER, TEXT, st.binary(max_size=9), st.none())
    for name in draw(st.lists(st.sampled_from(sorted(found)), max_size=3)):
        found[name] = draw(anything)
    packed: bytes = msgpack.packb(found | {"subject": draw(TEXT)})
    return packed


GOOD = [
    livelink.Encoder("device", "anna").encode(face(1), TIME),
    *vmc.Encoder().encode(face(1)),
    *plain_osc.Encoder("anna").encode(face(1), TIME),
    metahuman(3),
]


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """A good packet with some bytes changed, cut or added."""
    data = bytearray(draw(st.sampled_from(GOOD)))
    change = st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255))
    for at, byte in draw(st.lists(change, max_size=4)):
        data[at] = byte
    return bytes(data[: draw(st.integers(0, len(data)))]) + draw(st.binary(max_size=4))


DATAGRAM = st.one_of(
    osc_messages(),
    st.lists(osc_messages(), max_size=5).map(bundle),
    livelink_packets(),
    bent(),
    st.binary(max_size=200),
)
MESSAGE = st.one_of(
    native_maps().map(lambda data: (b"face.a", data)),
    st.tuples(st.binary(max_size=20), native_maps()),
    st.lists(st.binary(max_size=40), min_size=1, max_size=3).map(tuple),
)


@pytest.mark.parametrize("kind", [kind for kind in WIRES if kind != "zmq"])
@given(packets=st.lists(DATAGRAM, min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_datagrams_are_told_of_in_printable_text(
    kind: str, packets: list[bytes]
) -> None:
    ledger = heard(kind, [(packet,) for packet in packets])
    assert ledger.packets == len(packets)
    picture(kind, ledger)
    News(parse_endpoint(kind)).of(ledger)


@given(packets=st.lists(MESSAGE, min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_zeromq_messages_are_told_of_in_printable_text(
    packets: list[Parts],
) -> None:
    ledger = heard("zmq", packets)
    assert ledger.packets == len(packets)
    picture("zmq", ledger)
    for tally in ledger.subjects.values():
        assert math.isfinite(tally.loss)
