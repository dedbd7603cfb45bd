from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle

from protocols.channels import ARKIT, BONES, EXPRESSIONS, INDEX, bone_slice
from protocols.errors import DecodeError
from protocols.osc import MTU, Arg, Message, bundle, encode
from protocols.plain_osc import (
    MAX_SUBJECT,
    SIGNATURE,
    Encoder,
    Value,
    address_subject,
    decode,
)
from protocols.timecode import Timecode

from .faces import NOON, broken, doubting, face, ramp
from .golden import golden


def merged(datagrams: list[bytes]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for datagram in datagrams:
        for read in decode(datagram).values():
            found.update(read)
    return found


@pytest.mark.parametrize("split", [False, True])
def test_every_value_stands_at_its_documented_address(split: bool) -> None:
    sent = ramp()
    found = merged(Encoder("face", split=split).encode(sent, NOON))
    vector = sent.vector.tolist()
    expected: dict[str, Value] = {
        "tracked": 1,
        "frame": 64,
        "time": 0.0,
        "timecode": (12, 0, 0, 0),
        "confidence": 0.75,
        "position": tuple(vector[82:85]),
        **{f"bone/{bone}": tuple(vector[bone_slice(bone)]) for bone in BONES},
        **{f"expression/{n}": i / 32 for i, n in enumerate(EXPRESSIONS)},
        **dict(zip(ARKIT, vector[: len(ARKIT)], strict=True)),
    }
    assert found == expected
    assert list(found) == list(SIGNATURE)


@pytest.mark.parametrize("split", [False, True])
def test_a_doubt_is_sent_on_request_where_it_is_known(split: bool) -> None:
    encoder = Encoder("face", split=split, doubt=True)
    found = merged(encoder.encode(doubting(), NOON))
    assert list(found)[-53:] == ["doubt", *ARKIT]
    assert found.pop("doubt") == tuple(i / 64 for i in range(52))
    # The other values are those without it, and so is a frame of unknown doubt.
    plain = Encoder("face", split=split).encode(doubting(), NOON)
    assert found == merged(plain)
    assert encoder.encode(ramp(), NOON) == plain
    assert merged(encoder.encode(doubting(), NOON))["doubt"] == tuple(
        i / 64 for i in range(52)
    )


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("doubt", [False, True])
def test_a_mood_is_sent_on_request_by_its_place(split: bool, doubt: bool) -> None:
    encoder = Encoder("face", split=split, doubt=doubt, mood=True)
    plain = Encoder("face", split=split, doubt=doubt)
    for mood, place in ("", -1), ("neutral", 0), ("contempt", 7), ("", -1):
        sent = replace(doubting(), mood=mood)
        found = merged(encoder.encode(sent, NOON))
        assert found.pop("mood") == place
        assert found == merged(plain.encode(sent, NOON))


def test_the_golden_doubt_is_read() -> None:
    read = decode(golden("osc_doubt.bin"))["face"]
    assert read["doubt"] == tuple(i / 64 for i in range(52))
    assert read["jawOpen"] == 17 / 128


def test_a_doubt_of_another_length_is_no_value() -> None:
    data = encode(Message("/facewire/face/doubt", (0.5,) * 51))
    told: list[str] = []
    assert decode(data, lambda address, why: told.append(address)) == {}
    assert told == ["/facewire/face/doubt"]


def test_python_osc_reads_the_same() -> None:
    (datagram,) = Encoder("Ann Lee").encode(ramp(), NOON)
    heard = {m.address: m.params for m in OscBundle(datagram)}
    assert len(heard) == len(SIGNATURE) == 76
    assert heard["/facewire/Ann_Lee/jawOpen"] == [17 / 128]
    assert heard["/facewire/Ann_Lee/bone/neck"] == [55 / 128, 56 / 128, 57 / 128]
    assert heard["/facewire/Ann_Lee/expression/surprise"] == [2 / 32]
    assert heard["/facewire/Ann_Lee/timecode"] == [12, 0, 0, 0]


def test_the_golden_frame_is_read() -> None:
    read = decode(golden("osc_ramp.bin"))["face"]
    assert read["time"] == 1.0
    assert read["jawOpen"] == 17 / 128


def test_jaw_open_lands_behind_its_address() -> None:
    (data,) = Encoder("face").encode(face(jawOpen=0.25), NOON)
    at = data.index(b"/facewire/face/jawOpen\0")
    assert data[at - 4 : at] == b"\0\0\0\x20"
    assert data[at + 24 : at + 32] == b",f\0\0\x3e\x80\x00\x00"  # 0.25, big-endian


def test_one_bundle_a_frame_or_several_that_fit() -> None:
    assert len(Encoder("face").encode(face(), NOON)) == 1
    parts = Encoder("x" * MAX_SUBJECT, split=True).encode(face(), NOON)
    assert len(parts) > 1
    assert max(map(len, parts)) <= MTU


OSCPACK = 4098
"""Bytes that receivers built on oscpack read of a datagram; the rest is cut off."""


def named(length: int) -> str:
    """A subject of so many bytes, some of them in letters of three."""
    return "演" * (length // 6) + "x" * (length - length // 6 * 3)


@pytest.mark.parametrize("length", range(1, MAX_SUBJECT + 1))
def test_no_name_makes_a_datagram_that_receivers_refuse(length: int) -> None:
    encoder = Encoder(named(length))
    for sent in (face(0), ramp()):
        datagrams = encoder.encode(sent, NOON)
        assert max(map(len, datagrams)) <= OSCPACK
        assert list(merged(datagrams)) == list(SIGNATURE)
        for datagram in datagrams:
            assert OscBundle(datagram).num_contents > 0
    assert len(datagrams) == 1 or max(map(len, datagrams)) <= MTU


def test_a_name_that_leaves_room_is_sent_in_one_bundle_as_ever() -> None:
    """Thirteen letters fit."""
    assert len(Encoder("x" * 13).encode(face(), NOON)) == 1
    assert len(Encoder("x" * 14).encode(face(), NOON)) > 1


def test_what_is_split_by_itself_is_what_was_asked_to_be_split() -> None:
    name = "x" * 14
    both = [Encoder(name, split=split).encode(ramp(), NOON) for split in (False, True)]
    assert both[0] == both[1]


def test_untracked_keeps_the_pose_and_says_so() -> None:
    found = merged(Encoder("face").encode(face(tracked=False, jawOpen=0.5), NOON))
    assert (found["tracked"], found["jawOpen"]) == (0, 0.5)


def test_time_counts_from_the_first_frame_and_timecode_from_midnight() -> None:
    encoder, ntsc = Encoder("face"), Timecode(60 * 60 + 59, 0.5, 60000, 1001)
    found = [merged(encoder.encode(face(i), ntsc)) for i in (640, 704)]
    assert [read["time"] for read in found] == [0.0, 1.0]
    assert found[0]["timecode"] == (0, 1, 0, 59)


def test_the_frame_counter_wraps_within_its_32_bits() -> None:
    for index, read in ((2**31 - 1, 2**31 - 1), (2**31 + 5, 5)):
        assert merged(Encoder("a").encode(face(index), NOON))["frame"] == read


def test_nothing_broken_goes_out() -> None:
    found = merged(Encoder("face").encode(broken(), NOON))
    assert len(found) == len(SIGNATURE), "decode leaves out what is not finite"
    assert found["confidence"] == 0.0
    shares = [found[name] for name in (*ARKIT, "expression/fear")]
    assert all(isinstance(share, float) and 0.0 <= share <= 1.0 for share in shares)
    weights = face(jawOpen=1.5, mouthClose=-1.0)
    found = merged(Encoder("face").encode(weights, NOON))
    assert (found["jawOpen"], found["mouthClose"]) == (1.0, 0.0)


@given(st.integers(0, len(ARKIT) - 1), st.floats(0, 1, width=32))
def test_any_curve_comes_back(curve: int, value: float) -> None:
    frame = face(also={ARKIT[curve]: value})
    found = merged(Encoder("face").encode(frame, NOON))
    assert found[ARKIT[curve]] == value
    others = [found[name] for name in ARKIT if INDEX[name] != curve]
    assert not np.any(others)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("face", "face"),
        ("Ann Lee", "Ann_Lee"),
        ("a#b*c,d/e?f[g]h{i}j", "a_b_c_d_e_f_g_h_i_j"),
        ("tab\tnew\nline\0", "tab_new_line_"),
        ("演员", "演员"),
        ("", "_"),
        ("\ud800", "_"),
        ("x" * 100, "x" * 64),
        ("演" * 30, "演" * 21),
    ],
)
def test_subjects_become_legal_addresses(name: str, address: str) -> None:
    assert address_subject(name) == address
    for datagram in Encoder(name).encode(face(), NOON):
        assert list(decode(datagram)) == [address]


def test_two_subjects_on_one_port_stay_apart() -> None:
    both = [
        encode(Message("/facewire/a/jawOpen", (0.25,))),
        encode(Message("/facewire/b/jawOpen", (0.5,))),
    ]
    assert decode(bundle(both)) == {"a": {"jawOpen": 0.25}, "b": {"jawOpen": 0.5}}


@pytest.mark.parametrize(
    ("address", "args"),
    [
        ("/elsewhere/face/jawOpen", (0.5,)),
        ("/facewire/face", (0.5,)),
        ("/facewire//jawOpen", (0.5,)),
        ("/facewire/face/jawopen", (0.5,)),
        ("/facewire/face/jawOpen", ()),
        ("/facewire/face/jawOpen", (True,)),
        ("/facewire/face/jawOpen", ("1",)),
        ("/facewire/face/jawOpen", (float("nan"),)),
        ("/facewire/face/position", (0.0, 0.0)),
        ("/facewire/face/position", (0.0, 0.0, "0")),
        ("/facewire/face/tracked", (True,)),
        ("/facewire/face/tracked", (1.0,)),
    ],
)
def test_what_is_not_ours_is_left_out(address: str, args: tuple[Arg, ...]) -> None:
    left_out: list[tuple[str, str]] = []
    data = encode(Message(address, args))
    assert decode(data, lambda *what: left_out.append(what)) == {}
    assert [told for told, _ in left_out] == [address]


def test_whole_numbers_sent_as_int_are_numbers() -> None:
    sent = [
        encode(Message("/facewire/face/jawOpen", (1,))),
        encode(Message("/facewire/face/position", (0, 0.5, 1))),
        encode(Message("/facewire/face/tracked", (1,))),
    ]
    found = decode(bundle(sent))["face"]
    assert found == {"jawOpen": 1.0, "position": (0.0, 0.5, 1.0), "tracked": 1}
    assert isinstance(found["tracked"], int)


def test_one_message_that_cannot_be_read_costs_itself_alone() -> None:
    odd, good = b"/a\0\0,x\0\0", encode(Message("/facewire/face/jawOpen", (0.5,)))
    left_out: list[tuple[str, str]] = []
    found = decode(bundle([odd, good]), lambda *what: left_out.append(what))
    assert found == {"face": {"jawOpen": 0.5}}
    assert left_out == [("", "osc: '/a': unknown tag 'x'")]


@given(st.binary(max_size=200))
@pytest.mark.parametrize("start", [b"", b"/facewire/face/jawOpen\0\0,", bundle([])])
def test_garbage_never_raises_anything_else(start: bytes, data: bytes) -> None:
    try:
        decode(start + data)
    except DecodeError as error:
        assert str(error).startswith("osc: ")


def test_every_truncation_is_an_error_or_fewer_messages() -> None:
    (whole,) = Encoder("face").encode(ramp(), NOON)
    short = []
    for cut in range(len(whole)):
        try:
            found = decode(whole[:cut]).get("face", {})
        except DecodeError:
            continue
        short.append(list(found))
    names = list(SIGNATURE)
    assert short == [names[:count] for count in range(len(names))]
