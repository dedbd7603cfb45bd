"""The remote control of Live Link Face: commands from bytes, and answers to bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from protocols import remote
from protocols.errors import DecodeError
from protocols.osc import Arg, Message, encode
from protocols.osc_reader import read
from protocols.remote import Command, command_of

HERE = ("192.168.1.20", 8000)

BATTERY = "2f4261747465727951756572790000002c000000"
RECORD = "2f5265636f72645374617274000000002c7369004d79536c6174650000000003"
TARGET = (
    "2f4f534353657453656e645461726765740000002c736900"
    "3139322e3136382e312e32300000000000001f40"
)

COMMANDS: list[tuple[str, list[Arg], Command]] = [
    ("/OSCSetSendTarget", ["192.168.1.20", 8000], remote.SetSendTarget(HERE)),
    ("/AddLiveLinkAddress", ["192.168.1.20", 8000], remote.AddLiveLink(HERE)),
    ("/AddLiveLinkAddress", ["::1", 1], remote.AddLiveLink(("::1", 1))),
    ("/ClearAllLiveLinkAddresses", [], remote.ClearLiveLink()),
    ("/LiveLinkSubject", ["Ann"], remote.SetSubject("Ann")),
    ("/LiveLinkStreamStart", [], remote.Stream(True)),
    ("/LiveLinkStreamStop", [], remote.Stream(False)),
    ("/ARSessionStart", [], remote.Session(True)),
    ("/ARSessionStop", [], remote.Session(False)),
    ("/Slate", ["12B"], remote.SetSlate("12B")),
    ("/Take", [7], remote.SetTake(7)),
    # Controllers with faders and buttons only send floats.
    ("/Take", [7.0], remote.SetTake(7)),
    ("/RecordStart", ["12B", 7], remote.RecordStart("12B", 7)),
    ("/RecordStart", [], remote.RecordStart()),
    ("/RecordStart", ["12B", 7, "more"], remote.RecordStart("12B", 7)),
    ("/RecordStop", [], remote.RecordStop()),
    # A button that also sends its state.
    ("/RecordStop", [1.0], remote.RecordStop()),
    ("/Transport", ["192.168.1.20:8000", "a.csv"], remote.Transport(HERE, "a.csv")),
    ("/Transport", ["[::1]:9", "a.csv"], remote.Transport(("::1", 9), "a.csv")),
    ("/BatteryQuery", [], remote.BatteryQuery()),
    ("/ThermalsQuery", [], remote.ThermalsQuery()),
    ("/VideoDisplayOn", [], remote.VideoDisplay(True)),
    ("/VideoDisplayOff", [], remote.VideoDisplay(False)),
]

ANSWERS = [
    (remote.TARGET_CONFIRMED, "/OSCSetSendTargetConfirm", []),
    (remote.session_confirmed(True), "/ARSessionStartConfirm", []),
    (remote.session_confirmed(False), "/ARSessionStopConfirm", []),
    (remote.slate_confirmed("12B"), "/SlateConfirm", ["12B"]),
    (remote.record_started("01:02:03:04.500"), "/RecordStartConfirm", 1),
    (remote.record_stopped("t", "a.csv", ""), "/RecordStopConfirm", ["t", "a.csv", ""]),
    (remote.battery(0.5), "/Battery", [0.5]),
    (remote.thermals(2), "/Thermals", [2]),
    (remote.ACTIVATED, "/AppActivated", []),
    (remote.DEACTIVATED, "/AppDeactivated", []),
]


def decoded(data: bytes) -> Command:
    (message,) = read(data).messages
    return command_of(message)


def test_the_vectors_of_the_documentation_are_read() -> None:
    assert decoded(bytes.fromhex(BATTERY)) == remote.BatteryQuery()
    assert decoded(bytes.fromhex(RECORD)) == remote.RecordStart("MySlate", 3)
    assert decoded(bytes.fromhex(TARGET)) == remote.SetSendTarget(HERE)


@pytest.mark.parametrize(("address", "args", "command"), COMMANDS)
def test_every_command_of_another_library_is_read(
    address: str, args: list[Arg], command: Command
) -> None:
    builder = OscMessageBuilder(address)
    for arg in args:
        builder.add_arg(arg)
    assert decoded(builder.build().dgram) == command


@pytest.mark.parametrize(("message", "address", "args"), ANSWERS)
def test_every_answer_is_read_by_another_library(
    message: Message, address: str, args: list[Arg] | int
) -> None:
    read = OscMessage(encode(message))
    assert read.address == address
    assert read.params == args or len(read.params) == args


@pytest.mark.parametrize(
    ("address", "args", "told"),
    [
        # Not in the documentation, though a peer's notes name it.
        ("/GetVideo", (), "is not a command"),
        ("/OSCSetSendTarget", ("stage.local", 8000), "expected an IP address"),
        ("/OSCSetSendTarget", ("10.0.0.1", 0), "port 0"),
        ("/OSCSetSendTarget", ("10.0.0.1",), "expected 2 or more"),
        ("/OSCSetSendTarget", (8000, "10.0.0.1"), "expected a text"),
        ("/Take", (1.5,), "expected a whole number"),
        ("/Take", ("3",), "expected a whole number"),
        ("/Take", (float("nan"),), "expected a whole number"),
        ("/Take", (True,), "expected a whole number"),
        ("/Slate", ("",), "expected a text"),
        ("/Slate", ("x" * 1025,), "expected a text"),
        ("/Transport", ("10.0.0.1", "a.csv"), "expected IP:port"),
        ("/Transport", ("10.0.0.1:99999", "a.csv"), "port 99999"),
        ("/Transport", ("10.0.0.1:9",), "expected 2 or more"),
    ],
)
def test_what_is_no_command_is_refused_in_a_sentence(
    address: str, args: tuple[Arg, ...], told: str
) -> None:
    with pytest.raises(DecodeError, match=told):
        command_of(Message(address, args))


ARG = st.one_of(
    st.integers(-(2**63), 2**63),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=8),
    st.booleans(),
    st.none(),
)


@given(
    st.sampled_from([address for address, _, _ in COMMANDS] + ["/", "/x"]),
    st.lists(ARG, max_size=4),
)
def test_any_arguments_are_a_command_or_a_decode_error(
    address: str, args: list[Arg]
) -> None:
    try:
        command_of(Message(address, tuple(args)))
    except DecodeError as error:
        assert len(str(error)) < 300


@pytest.mark.parametrize("vector", [BATTERY, RECORD, TARGET])
def test_every_truncation_is_a_command_or_a_decode_error(vector: str) -> None:
    data = bytes.fromhex(vector)
    for end in range(len(data)):
        try:
            decoded(data[:end])
        except DecodeError:
            continue


@pytest.mark.slow
def test_a_million_damaged_packets_raise_only_decode_errors() -> None:
    import numpy as np

    rng = np.random.default_rng(22)
    whole = [bytes.fromhex(vector) for vector in (BATTERY, RECORD, TARGET)]
    read_count = 0
    for number in range(1_000_000):
        data = bytearray(whole[number % 3])
        for at in rng.integers(0, len(data), 1 + number % 3):
            data[at] = number >> int(at) % 8 & 0xFF
        try:
            decoded(bytes(data))
        except DecodeError:
            continue
        read_count += 1
    assert read_count > 0
