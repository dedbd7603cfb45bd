"""What strangers send, on the screen: told truly, and nothing but text."""

from __future__ import annotations

import struct
from dataclasses import replace

import numpy as np
import pytest

from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import News, why
from protocols import livelink, plain_osc, vmc
from protocols.osc import Message, bundle, encode
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.protocols.native_golden import written
from tests.protocols.test_osc_reader import message
from tests.protocols.test_recognised import metahuman

from .played import ATTACK, SHOWN, heard, picture, shown

TIME = Timecode(108_000, 0.5, 30)


def test_silence_asks_for_the_sender() -> None:
    assert "nothing has arrived yet; is the sender running" in shown("vmc")
    assert "does its stream need a --key" in shown("zmq")


def test_packets_without_a_whole_frame_are_no_silence() -> None:
    alive = encode(Message("/VMC/Ext/OK", (1,)))
    told = shown("vmc", alive, alive)
    assert "2 packets arrived, but no complete frame" in told
    assert "nothing has arrived" not in told


def test_the_mean_doubt_and_the_most_doubtful_curves_are_one_line() -> None:
    doubt = np.full(52, 0.125, dtype=np.float32)
    doubt[[17, 51]] = 0.5, 0.75
    frames = (face(0), replace(face(1), doubt=doubt))
    encoders = plain_osc.Encoder("face"), plain_osc.Encoder("face", doubt=True)
    plain, doubting = (
        shown("osc", *encoder.encode(frame, TIME))
        for encoder, frame in zip(encoders, frames, strict=True)
    )
    line = "doubt: mean 0.14, largest tongueOut 0.75, jawOpen 0.50, eyeBlinkLeft 0.12"
    assert line in doubting and "doubt" not in plain


def test_bones_without_apply_are_shown() -> None:
    pose = (0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 1.0)
    bone = encode(Message(vmc.BONE, ("Head", *pose)))
    told = shown("vmc", bone, bone)
    assert "Head.y" in told and "0.50" in told and "nothing" not in told


@pytest.mark.parametrize(
    ("kind", "packet", "sentence"),
    [
        (
            "livelink",
            metahuman(251),
            "1 MetaHuman Animator packet arrived: choose Live ",
        ),
        ("livelink", metahuman(251, version=2), "choose Live Link (ARKit) in the app"),
        ("vmc", metahuman(251), "choose Live Link (ARKit) in the app"),
        (
            "livelink",
            vmc.Encoder().encode(face(0))[0],
            "1 VMC packet arrived: `facewire inspect vmc:11111` shows them",
        ),
        (
            "vmc",
            livelink.Encoder("device", "anna").encode(face(0), TIME),
            "1 Live Link Face packet arrived: `facewire inspect livelink:39539` shows",
        ),
        (
            "osc",
            vmc.Encoder().encode(face(0))[0],
            "1 VMC packet arrived: `facewire inspect vmc:9050` shows them",
        ),
        (
            "vmc=0.0.0.0:5000",
            plain_osc.Encoder("anna").encode(face(0), TIME)[0],
            "1 plain OSC packet arrived: `facewire inspect osc=0.0.0.0:5000` shows",
        ),
        (
            "livelink",
            encode(Message("/avatar/parameters/JawOpen", (0.5,))),
            "1 OSC packet arrived: `facewire inspect osc:11111` shows their addresses",
        ),
        (
            "livelink",
            written("frame_live.bin"),
            "1 facewire packet arrived: `facewire inspect native:11111` shows them",
        ),
        (
            "native",
            livelink.Encoder("device", "anna").encode(face(0), TIME),
            "1 Live Link Face packet arrived: `facewire inspect livelink:5561` shows",
        ),
        (
            "osc",
            b"jawOpen-12|=head#1,2,3,4,5,6|",
            "iFacialMocap packet arrived: `facewire inspect",
        ),
    ],
)
def test_packets_of_another_wire_are_named(
    kind: str, packet: bytes, sentence: str
) -> None:
    ledger = heard(kind.partition("=")[0], [(packet,)])
    told = picture(kind, ledger)
    assert sentence in told
    assert not ledger.malformed and "nothing has arrived" not in told
    (news,) = News(parse_endpoint(kind)).of(ledger)
    assert sentence in str(news["told"])


@pytest.mark.parametrize(
    ("packet", "told"),
    [
        (
            livelink.Encoder("device", "anna").encode(face(0), TIME),
            "1 Live Link Face packet arrived: `facewire inspect livelink:39539` shows",
        ),
        (encode(Message(vmc.OK, (1,))), "1 packet arrived, but no complete frame"),
        (b"junk", "1 malformed, the last: osc: address starts with b'junk'"),
    ],
)
def test_why_frames_are_wanting_is_told(packet: bytes, told: str) -> None:
    assert told in why(parse_endpoint("vmc"), heard("vmc", [(packet,)]))
    assert "does the sender send" in why(parse_endpoint("vmc"), Ledger())


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
    assert "ignored 3 messages /VMC/Ext/Cam: not used for display" in told
    assert "/VMC/Ext/Blend/Val: arguments 'ss', expected 'sf'" in told
    assert "ignored 3 messages that cannot be read: osc: '/a': unknown tag 'x'" in told


def test_other_addresses_on_the_port_of_plain_osc_are_named() -> None:
    other = encode(Message("/avatar/parameters/JawOpen", (0.5,)))
    told = shown("osc", other)
    assert (
        "ignored 1 message /avatar/parameters/JawOpen: not an address of this" in told
    )


def test_only_the_most_frequent_are_listed() -> None:
    many = [encode(Message(f"/other/{i}", (1,))) for i in range(100)]
    ledger = heard("osc", [(one,) for one in many])
    assert len(ledger.left_out) == 64
    assert picture("osc", ledger).count("ignored 1 message") == 4
    assert "and 60 more kinds of messages" in picture("osc", ledger)


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
