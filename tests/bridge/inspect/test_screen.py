"""What strangers send, on the screen: told truly, and nothing but text."""

from __future__ import annotations

import io
import math
import struct

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.config import SINK_KINDS
from bridge.inspect.receive import Parts
from bridge.inspect.screen import Screen
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import News, listen, why
from bridge.inspect.wire import parse_wire
from bridge.printing import PlainConsole
from protocols import livelink, native, plain_osc, vmc
from protocols.osc import Message, bundle, encode
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.protocols.test_osc_reader import message
from tests.protocols.test_recognised import metahuman

TIME = Timecode(108_000, 0.5, 30)
ATTACK = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
SHOWN = "�]0;owned��[2J�31m�"


class Played:
    """A receiver of packets that are known beforehand; silence after them."""

    where = "127.0.0.1:39539"

    def __init__(self, packets: list[Parts]) -> None:
        self._packets = list(reversed(packets))

    def receive(self, timeout_s: float) -> Parts | None:
        return self._packets.pop() if self._packets else None

    def close(self) -> None:
        pass


def heard(kind: str, packets: list[Parts]) -> Ledger:
    ledger = Ledger()
    for _ in listen(Played(packets), kind, ledger, 0.0):
        if ledger.packets == len(packets):
            break
    return ledger


def picture(kind: str, ledger: Ledger) -> str:
    file = io.StringIO()
    console = PlainConsole(file=file, width=160, height=60)
    screen = Screen(parse_wire(kind), Played.where, ledger)
    screen.now_ns = 10**15
    console.print(screen)
    told = file.getvalue()
    assert all(letter == "\n" or letter.isprintable() for letter in told)
    return told


def shown(kind: str, *packets: bytes) -> str:
    return picture(kind, heard(kind, [(packet,) for packet in packets]))


def test_silence_asks_for_the_sender() -> None:
    assert "nothing has arrived yet; is the sender running" in shown("vmc")
    assert "does its stream need a --key" in shown("zmq")


def test_packets_without_a_whole_frame_are_no_silence() -> None:
    alive = encode(Message("/VMC/Ext/OK", (1,)))
    told = shown("vmc", alive, alive)
    assert "2 packets came without a whole frame" in told
    assert "nothing has arrived" not in told


def test_bones_without_apply_are_shown() -> None:
    pose = (0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 1.0)
    bone = encode(Message(vmc.BONE, ("Head", *pose)))
    told = shown("vmc", bone, bone)
    assert "Head.y" in told and "0.50" in told and "nothing" not in told


@pytest.mark.parametrize(
    ("kind", "packet", "sentence"),
    [
        ("livelink", metahuman(251), "1 MetaHuman Animator packet came: choose Live "),
        ("livelink", metahuman(251, version=2), "choose Live Link (ARKit) in the app"),
        ("vmc", metahuman(251), "choose Live Link (ARKit) in the app"),
        (
            "livelink",
            vmc.Encoder().encode(face(0))[0],
            "1 VMC packet came: `facewire inspect vmc:11111` shows them",
        ),
        (
            "vmc",
            livelink.Encoder("device", "anna").encode(face(0), TIME),
            "1 Live Link Face packet came: `facewire inspect livelink:39539` shows",
        ),
        (
            "osc",
            vmc.Encoder().encode(face(0))[0],
            "1 VMC packet came: `facewire inspect vmc:9050` shows them",
        ),
        (
            "vmc=0.0.0.0:5000",
            plain_osc.Encoder("anna").encode(face(0), TIME)[0],
            "1 plain OSC packet came: `facewire inspect osc=0.0.0.0:5000` shows them",
        ),
        (
            "livelink",
            encode(Message("/avatar/parameters/JawOpen", (0.5,))),
            "1 OSC packet came: `facewire inspect osc:11111` names their addresses",
        ),
        ("osc", b"jawOpen-12|=head#1,2,3,4,5,6|", "iFacialMocap packet came: facewire"),
    ],
)
def test_packets_of_another_wire_are_named(
    kind: str, packet: bytes, sentence: str
) -> None:
    ledger = heard(kind.partition("=")[0], [(packet,)])
    told = picture(kind, ledger)
    assert sentence in told
    assert not ledger.malformed and "nothing has arrived" not in told
    (news,) = News(parse_wire(kind)).of(ledger)
    assert sentence in str(news["told"])


@pytest.mark.parametrize(
    ("packet", "told"),
    [
        (
            livelink.Encoder("device", "anna").encode(face(0), TIME),
            "1 Live Link Face packet came: `facewire inspect livelink:39539` shows",
        ),
        (encode(Message(vmc.OK, (1,))), "1 packet came without a whole frame"),
        (b"junk", "1 malformed, the last: osc: address starts with b'junk'"),
    ],
)
def test_why_frames_are_wanting_is_told(packet: bytes, told: str) -> None:
    assert told in why(parse_wire("vmc"), heard("vmc", [(packet,)]))
    assert "does the sender send" in why(parse_wire("vmc"), Ledger())


def test_what_no_frame_is_made_of_is_named_and_counted() -> None:
    packets = [
        bundle(
            [
                encode(Message("/VMC/Ext/Cam", ("Camera", *[0.0] * 8))),
                encode(Message("/VMC/Ext/Blend/Val", ("A", "0.5"))),
                message("x"),
                encode(Message("/VMC/Ext/Blend/Apply")),
            ]
        )
    ] * 3
    told = shown("vmc", *packets)
    assert "left out 3 messages /VMC/Ext/Cam: nothing that is shown" in told
    assert "/VMC/Ext/Blend/Val: arguments 'ss', expected 'sf'" in told
    assert "left out 3 messages that cannot be read: osc: '/a': unknown tag 'x'" in told


def test_other_addresses_on_the_port_of_plain_osc_are_named() -> None:
    other = encode(Message("/avatar/parameters/JawOpen", (0.5,)))
    told = shown("osc", other)
    assert "left out 1 message /avatar/parameters/JawOpen: no address of this" in told


def test_only_the_most_frequent_are_listed() -> None:
    many = [encode(Message(f"/other/{i}", (1,))) for i in range(100)]
    ledger = heard("osc", [(one,) for one in many])
    assert len(ledger.left_out) == 64
    assert picture("osc", ledger).count("left out") == 4
    assert "and 60 more kinds of message" in picture("osc", ledger)


def test_a_first_frame_has_no_rate_yet() -> None:
    data = livelink.Encoder("device", "anna").encode(face(0), TIME)
    (row,) = (line for line in shown("livelink", data).splitlines() if "anna" in line)
    assert row.split()[:5] == ["anna", "tracked", "-", "-", "1"]


def test_a_name_does_nothing_to_the_terminal_and_is_bounded() -> None:
    data = livelink.encode(livelink.Packet("device", ATTACK, TIME, None))
    assert SHOWN in shown("livelink", data)
    long = livelink.encode(livelink.Packet("device", "x" * 256, TIME, None))
    assert "x" * 79 + "…" in shown("livelink", long)
    assert SHOWN[:15] in shown(
        "vmc",
        encode(Message("/VMC/Ext/Blend/Val", (ATTACK, 0.5))),
        encode(Message("/VMC/Ext/Blend/Apply")),
    )
    assert SHOWN in shown("osc", encode(Message(f"/{ATTACK}", (0.5,))))


DOUBLE = struct.Struct(">d")


@pytest.mark.parametrize("value", [1e308, -1e308, 5e-324, 1234567.0])
def test_enormous_numbers_are_shown_and_harm_nothing(value: float) -> None:
    times = [0.0, 5e-324, 1e308, -1e308, value]
    packets = [
        bundle(
            [
                b"/VMC/Ext/T\0\0,d\0\0" + DOUBLE.pack(time),
                b"/VMC/Ext/Blend/Val\0\0,sd\0JawOpen\0" + DOUBLE.pack(value),
                b"/VMC/Ext/Bone/Pos\0\0\0,sddddddd\0\0\0Head\0\0\0\0"
                + 7 * DOUBLE.pack(value),
                encode(Message("/VMC/Ext/Blend/Apply")),
            ]
        )
        for time in times
    ]
    told = shown("vmc", *packets)
    assert "jawOpen" in told and "Head.w" in told
    assert max(map(len, told.splitlines())) <= 160


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
    plain = [f"/facewire/a/{tail}" for tail in plain_osc.SIGNATURE]
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


@pytest.mark.parametrize("kind", [kind for kind in SINK_KINDS if kind != "zmq"])
@given(packets=st.lists(DATAGRAM, min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_any_datagrams_are_told_of_in_printable_text(
    kind: str, packets: list[bytes]
) -> None:
    ledger = heard(kind, [(packet,) for packet in packets])
    assert ledger.packets == len(packets)
    picture(kind, ledger)
    News(parse_wire(kind)).of(ledger)


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
