from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.channels import ARKIT, pascal
from protocols.errors import DecodeError
from protocols.osc import Arg, Message, bundle, encode
from protocols.vmc import Encoder, VmcStyle
from protocols.vmc_receiver import MAX_NAMES, Assembler, VmcFrame

from .faces import face, ramp
from .golden import golden

APPLY = Message("/VMC/Ext/Blend/Apply")
NOTHING = VmcFrame({}, {}, None, None, None, None)


def told(*messages: Message) -> VmcFrame:
    (frame,) = Assembler().feed(bundle(map(encoded, [*messages, APPLY])))
    return frame


def encoded(message: Message) -> bytes:
    """Return it as another sender would: None is nothing that we write."""
    if None not in message.args:
        return encode(message)
    told = encode(replace(message, args=("x",))).replace(b",s\0\0x\0\0\0", b"")
    return told + b",sN\0A\0\0\0"


def curve(name: str, *args: Arg) -> Message:
    return Message("/VMC/Ext/Blend/Val", (name, *args))


@pytest.mark.parametrize("bundles", [True, False])
def test_a_sent_frame_arrives_whole(bundles: bool) -> None:
    sent, assembler = ramp(), Assembler()
    *parts, last = Encoder(VmcStyle(bundles=bundles)).encode(sent)
    assert [assembler.feed(part) for part in parts] == [[]] * len(parts)
    (frame,) = assembler.feed(last)
    weights = sent.vector.tolist()[: len(ARKIT)]
    assert frame.values == dict(zip(map(pascal, ARKIT), weights, strict=True))
    assert len(frame.bones) == 9
    assert frame.root == ((0, 0, 0), (0, 0, 0, 1))
    assert (frame.time, frame.loaded, frame.tracked) == (0.0, True, True)


def test_the_golden_frame_arrives_whole() -> None:
    assembler = Assembler()
    frames = [assembler.feed(golden(f"vmc_ramp_{i}.bin")) for i in range(3)]
    assert [len(found) for found in frames] == [0, 0, 1]
    assert frames[2][0].time == 1.0
    assert frames[2][0].values["JawOpen"] == 17 / 128


def test_nothing_is_carried_into_the_next_frame() -> None:
    assembler = Assembler()
    assembler.feed(Encoder(VmcStyle(bones="off")).encode(face())[0])
    assert len(assembler.feed(encode(APPLY))) == 1
    assert assembler.feed(encode(APPLY)) == [NOTHING]


def test_two_frames_in_one_datagram_are_two() -> None:
    messages = [curve("A", 0.5), APPLY, curve("B", 0.25), APPLY]
    first, second = Assembler().feed(bundle(map(encode, messages)))
    assert (first.values, second.values) == ({"A": 0.5}, {"B": 0.25})


@pytest.mark.parametrize(
    ("args", "loaded", "tracked"),
    [
        ((1,), True, None),
        ((0,), False, None),
        ((1, 3, 0), True, None),
        ((1, 3, 0, 1), True, True),
        ((1, 3, 0, 0), True, False),
        ((1, 3, 0, 1, "later"), True, True),
        ((1, 3, 0, "?"), True, None),
        ((), None, None),
        ((1.0,), None, None),
    ],
)
def test_ok_of_every_version(
    args: tuple[Arg, ...], loaded: bool | None, tracked: bool | None
) -> None:
    frame = told(Message("/VMC/Ext/OK", args))
    assert (frame.loaded, frame.tracked) == (loaded, tracked)


@pytest.mark.parametrize(
    "message",
    [
        Message("/VMC/Ext/Cam", ("Camera", *[0.0] * 8)),
        Message("/elsewhere", (1,)),
        curve("A"),
        curve("A", "0.5"),
        curve("A", True),
        curve("A", None),
        curve("A", float("nan")),
        Message("/VMC/Ext/Blend/Val", (0.5,)),
        Message("/VMC/Ext/Bone/Pos", ("Head", *[0.0] * 6)),
        Message("/VMC/Ext/Bone/Pos", ("Head", *[0.0] * 6, True)),
        Message("/VMC/Ext/Bone/Pos", ("Head", *[0.0] * 6, float("inf"))),
        Message("/VMC/Ext/T", ("1",)),
        Message("/VMC/Ext/T", (float("nan"),)),
    ],
    ids=str,
)
def test_what_is_unknown_or_wrong_is_ignored(message: Message) -> None:
    assert told(message) == NOTHING
    left_out: list[tuple[str, str]] = []
    Assembler(lambda *what: left_out.append(what)).feed(encoded(message))
    assert [address for address, _ in left_out] == [message.address]


def test_what_is_wrong_with_a_message_is_told() -> None:
    left_out: list[tuple[str, str]] = []
    assembler = Assembler(lambda *what: left_out.append(what))
    odd = b"/VMC/Ext/T\0\0,x\0\0"
    camera = encode(Message("/VMC/Ext/Cam", ("Camera",)))
    assembler.feed(bundle([encode(curve("A", "0.5")), camera, odd]))
    assert sorted(left_out) == [
        ("", "osc: '/VMC/Ext/T': unknown tag 'x'"),
        ("/VMC/Ext/Blend/Val", "arguments 'ss', expected 'sf'"),
        ("/VMC/Ext/Cam", "not used for display"),
    ]


def test_whole_numbers_sent_as_int_are_numbers() -> None:
    frame = told(
        Message("/VMC/Ext/T", (2,)),
        Message("/VMC/Ext/Root/Pos", ("root", *[0] * 6, 1)),
        Message("/VMC/Ext/Bone/Pos", ("Head", 0, 0.5, *[0] * 4, 1)),
        curve("A", 1),
        curve("B", 0),
    )
    assert frame.values == {"A": 1.0, "B": 0.0}
    assert frame.bones == {"Head": ((0.0, 0.5, 0.0), (0.0, 0.0, 0.0, 1.0))}
    assert frame.root == ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    assert frame.time == 2.0


def bone(name: str, height: float) -> bytes:
    return encode(Message("/VMC/Ext/Bone/Pos", (name, 0.0, height, *[0.0] * 4, 1.0)))


def clock(seconds: float) -> bytes:
    return encode(Message("/VMC/Ext/T", (seconds,)))


@pytest.mark.parametrize("timed", [True, False])
def test_bones_without_apply_are_frames(timed: bool) -> None:
    """As trackers of bodies send them: two bundles a frame, of one time."""
    assembler, frames = Assembler(), []
    for i in range(4):
        start = [clock(i)] if timed else []
        for name in ("Hips", "Head"):
            frames += assembler.feed(bundle([*start, bone(name, i)]))
    assert [frame.time for frame in frames] == ([0, 1, 2] if timed else [None] * 3)
    for i, frame in enumerate(frames):
        heights = {name: place[1] for name, (place, _) in frame.bones.items()}
        assert heights == {"Hips": i, "Head": i}


def test_a_sender_of_the_time_alone_is_heard() -> None:
    assembler = Assembler()
    frames = [frame for i in range(3) for frame in assembler.feed(clock(i))]
    assert [frame.time for frame in frames] == [0, 1]


def test_values_without_apply_are_frames() -> None:
    assembler = Assembler()
    found = [assembler.feed(encode(curve("A", 0.25 * i))) for i in range(3)]
    assert [[frame.values["A"] for frame in frames] for frames in found] == [
        [],
        [0.0],
        [0.25],
    ]


def test_a_lost_apply_is_no_frame_and_a_sender_that_stops_applying_is_heard() -> None:
    assembler = Assembler()
    assembler.feed(bundle([bone("Head", 0), bone("Hips", 0), encode(APPLY)]))
    both = bundle([bone("Head", 1), bone("Hips", 1)])
    assert [assembler.feed(both) for _ in range(2)] == [[], []]
    (frame,) = assembler.feed(encode(APPLY))
    assert len(frame.bones) == 2
    heard = [frame for _ in range(9) for frame in assembler.feed(both)]
    assert len(heard) > 3


def test_further_arguments_are_ignored() -> None:
    pose = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    frame = told(
        curve("A", 0.5, "later"),
        Message("/VMC/Ext/Root/Pos", ("root", *pose, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0)),
        Message("/VMC/Ext/T", (2.0, 3.0)),
    )
    assert (frame.values, frame.time) == ({"A": 0.5}, 2.0)
    assert frame.root == ((0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0))


def test_a_sender_without_apply_does_not_fill_memory() -> None:
    assembler = Assembler()
    for i in range(MAX_NAMES + 100):
        assert assembler.feed(encode(curve(f"curve{i}", 0.5))) == []
    (frame,) = assembler.feed(encode(APPLY))
    assert len(frame.values) == MAX_NAMES


def test_a_broken_datagram_leaves_what_came_before() -> None:
    assembler = Assembler()
    assembler.feed(encode(curve("A", 0.5)))
    with pytest.raises(DecodeError):
        assembler.feed(bundle(map(encode, [curve("B", 0.5), APPLY])) + b"\0\0\0\x04/")
    (frame,) = assembler.feed(encode(APPLY))
    assert frame.values == {"A": 0.5}


@given(st.lists(st.binary(max_size=60), max_size=4))
def test_garbage_never_raises_anything_else(datagrams: list[bytes]) -> None:
    assembler = Assembler()
    for data in datagrams:
        try:
            assembler.feed(b"/VMC/Ext/OK\0," + data)
        except DecodeError as error:
            assert str(error).startswith("osc: ")
