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
    (frame,) = Assembler().feed(bundle(map(encode, [*messages, APPLY])))
    return frame


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
        curve("A", 1),
        curve("A", "0.5"),
        curve("A", float("nan")),
        Message("/VMC/Ext/Blend/Val", (0.5,)),
        Message("/VMC/Ext/Bone/Pos", ("Head", *[0.0] * 6)),
        Message("/VMC/Ext/Bone/Pos", ("Head", *[0] * 7)),
        Message("/VMC/Ext/Bone/Pos", ("Head", *[0.0] * 6, float("inf"))),
        Message("/VMC/Ext/T", (1,)),
        Message("/VMC/Ext/T", (float("nan"),)),
    ],
    ids=str,
)
def test_what_is_unknown_or_wrong_is_ignored(message: Message) -> None:
    assert told(message) == NOTHING


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
        assembler.feed(encode(curve(f"curve{i}", 0.5)))
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
