import math

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from protocols import osc, osc_reader
from protocols.bones import REST_POSITIONS
from protocols.channels import ARKIT, INDEX, Vector, pascal
from protocols.frame import FaceFrame
from protocols.osc import MTU, Message
from protocols.rotation import quaternion, to_unity
from protocols.vmc import Bones, Character, Encoder, Names, Presets, VmcStyle

from .faces import broken, face, ramp
from .golden import golden

TEN_DEGREES = (0.0, 0.1, 0.0, 0.0, 0.08715574, 0.0, 0.9961947)

Read = list[tuple[str, tuple[object, ...]]]

DEFAULT = VmcStyle()
PLAIN = VmcStyle(bones="off")


def heard(datagrams: list[bytes]) -> Read:
    """What python-osc, a stranger to our code, reads from them."""
    messages: Read = []
    for datagram in datagrams:
        if OscBundle.dgram_is_bundle(datagram):
            contents = list(OscBundle(datagram))
        else:
            contents = [OscMessage(datagram)]
        messages += [(m.address, tuple(m.params)) for m in contents]
    return messages


def sent(frame: FaceFrame, style: VmcStyle = DEFAULT) -> Read:
    return heard(Encoder(style).encode(frame))


def values(messages: Read) -> dict[object, object]:
    return {a[0]: a[1] for address, a in messages if address == "/VMC/Ext/Blend/Val"}


def bones(messages: Read) -> dict[object, tuple[object, ...]]:
    return {a[0]: a[1:] for address, a in messages if address == "/VMC/Ext/Bone/Pos"}


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (Message("/VMC/Ext/OK", (1,)), "2f564d432f4578742f4f4b002c69000000000001"),
        (Message("/VMC/Ext/T", (12.5,)), "2f564d432f4578742f5400002c66000041480000"),
        (
            Message("/VMC/Ext/Blend/Val", ("JawOpen", 0.5)),
            "2f564d432f4578742f426c656e642f56616c00002c7366004a61774f70656e003f000000",
        ),
        (
            Message("/VMC/Ext/Blend/Apply"),
            "2f564d432f4578742f426c656e642f4170706c79000000002c000000",
        ),
        (
            # 10 degrees about +Y: sine and cosine of 5, as written into the vector.
            Message("/VMC/Ext/Bone/Pos", ("Head", *TEN_DEGREES)),
            "2f564d432f4578742f426f6e652f506f730000002c736666666666666600000048656164"
            "00000000000000003dcccccd00000000000000003db27eb5000000003f7f069e",
        ),
        (
            Message("/VMC/Ext/Root/Pos", ("root", *[0.0] * 6, 1.0)),
            "2f564d432f4578742f526f6f742f506f730000002c7366666666666666000000726f6f74"
            "000000000000000000000000000000000000000000000000000000003f800000",
        ),
    ],
    ids=["OK", "T", "Val", "Apply", "Bone", "Root"],
)
def test_messages_byte_by_byte(message: Message, wire: str) -> None:
    assert osc.encode(message).hex() == wire


def test_the_built_bundle_byte_by_byte() -> None:
    messages = [
        Message("/VMC/Ext/OK", (1,)),
        Message("/VMC/Ext/Blend/Val", ("JawOpen", 0.5)),
        Message("/VMC/Ext/Blend/Apply"),
    ]
    built = golden("vmc_bundle.bin")
    assert osc.bundle(map(osc.encode, messages)) == built
    assert osc_reader.decode(built) == messages


def test_jaw_open_lands_where_receivers_read_it() -> None:
    data = Encoder(PLAIN).encode(face(jawOpen=0.25))[0]
    at = data.index(b"JawOpen\0")
    # Its element: the size, then the row of the table above with our number.
    assert data[at - 28 : at - 24] == b"\0\0\0\x24"
    assert data[at + 8 : at + 12] == b"\x3e\x80\x00\x00"  # 0.25, big-endian


def test_messages_come_in_the_order_receivers_rely_on() -> None:
    addresses = [address for address, _ in sent(face())]
    assert addresses == [
        *("/VMC/Ext/OK", "/VMC/Ext/T", "/VMC/Ext/Root/Pos"),
        *["/VMC/Ext/Bone/Pos"] * 9,
        *["/VMC/Ext/Blend/Val"] * 52,
        "/VMC/Ext/Blend/Apply",
    ]


def test_every_curve_every_frame() -> None:
    frame = ramp()
    weights = frame.vector.tolist()[: len(ARKIT)]
    expected = dict(zip(map(pascal, ARKIT), weights, strict=True))
    assert values(sent(frame)) == expected
    assert list(values(sent(face()))) == [pascal(name) for name in ARKIT]


def test_bones_have_unitys_names_places_and_turns() -> None:
    read = bones(sent(face(head__y=0.3, leftEye__x=0.1)))
    assert list(read) == [
        *("Spine", "Chest", "UpperChest", "Neck", "Head"),
        *("LeftShoulder", "RightShoulder", "LeftEye", "RightEye"),
    ]
    x, y, z = REST_POSITIONS["leftEye"]
    assert read["LeftEye"][:3] == pytest.approx((-x, y, z))
    # The avatar looks along +Z; a turn to its left goes toward -X: y is negative.
    assert read["Head"][3:] == pytest.approx(to_unity(quaternion(0, 0.3, 0)))
    assert read["Head"][4] == pytest.approx(-np.sin(0.15))
    assert read["LeftEye"][3:] == pytest.approx((np.sin(0.05), 0, 0, np.cos(0.05)))
    assert read["Neck"][3:] == (0, 0, 0, 1)


def test_the_root_stays_where_it_is() -> None:
    root = dict(sent(ramp()))["/VMC/Ext/Root/Pos"]
    assert root == ("root", 0, 0, 0, 0, 0, 0, 1)


def test_rotation_only_receivers_get_no_places() -> None:
    full, turns = sent(ramp()), sent(ramp(), VmcStyle(bones="rotation_only"))
    for name, pose in bones(turns).items():
        assert pose[:3] == (0, 0, 0)
        assert pose[3:] == bones(full)[name][3:]
    assert values(turns) == values(full)


def test_bones_off_and_jaw_on() -> None:
    assert bones(sent(ramp(), PLAIN)) == {}
    assert values(sent(ramp(), PLAIN)) == values(sent(ramp()))
    jaw = bones(sent(face(jaw__x=0.2), VmcStyle(jaw=True)))["Jaw"]
    assert jaw[3:] == pytest.approx((np.sin(0.1), 0, 0, np.cos(0.1)))


def test_names_in_camel_case_or_both() -> None:
    frame = ramp()
    camel = values(sent(frame, VmcStyle(names="camel")))
    assert list(camel) == list(ARKIT)
    both = values(sent(frame, VmcStyle(names="both")))
    assert both == {**camel, **values(sent(frame))}
    assert len(both) == 104


@pytest.mark.parametrize(
    ("presets", "expected"),
    [
        ("vrm0", {"Joy": 0.5, "Angry": 0.375, "Sorrow": 0.125, "Fun": 0.0}),
        (
            "vrm1",
            {
                **{"happy": 0.5, "angry": 0.375, "sad": 0.0},
                **{"relaxed": 0.0, "surprised": 0.125},
            },
        ),
    ],
)
def test_expressions_become_presets(
    presets: Presets, expected: dict[str, float]
) -> None:
    seen = {"happiness": 0.5, "anger": 0.25, "contempt": 0.125, "fear": 0.125}
    frame = face(jawOpen=0.5, expression=seen)
    read = values(sent(frame, VmcStyle(presets=presets)))
    assert {name: read[name] for name in list(read)[52:]} == expected
    assert read["JawOpen"] == 0.5


def test_untracked_is_the_fourth_argument_of_ok() -> None:
    assert sent(face())[0] == ("/VMC/Ext/OK", (1, 3, 0, 1))
    held = sent(face(tracked=False, jawOpen=0.5))
    assert held[0] == ("/VMC/Ext/OK", (1, 3, 0, 0))
    assert values(held)["JawOpen"] == 0.5


def test_the_short_ok_never_changes() -> None:
    style = VmcStyle(tracking_flag=False)
    for tracked in (True, False):
        assert sent(face(tracked=tracked), style)[0] == ("/VMC/Ext/OK", (1,))


def test_time_counts_from_the_first_frame() -> None:
    encoder = Encoder()
    read = [dict(heard(encoder.encode(face(i)))) for i in (640, 704, 708)]
    times = [messages["/VMC/Ext/T"] for messages in read]
    assert times == [(0.0,), (1.0,), (1.0625,)]


@pytest.mark.parametrize("names", ["pascal", "camel", "both"])
@pytest.mark.parametrize("shown", ["full", "rotation_only", "off"])
@pytest.mark.parametrize("presets", ["off", "vrm0", "vrm1"])
def test_no_datagram_is_fragmented_and_apply_ends_the_last(
    names: Names, shown: Bones, presets: Presets
) -> None:
    style = VmcStyle(names=names, bones=shown, presets=presets, jaw=True)
    datagrams = Encoder(style).encode(ramp())
    assert max(map(len, datagrams)) <= MTU
    if names != "both":
        assert len(datagrams) == (2 if shown == "off" else 3)
    applied = [a for a, _ in heard(datagrams)].count("/VMC/Ext/Blend/Apply")
    assert applied == 1
    assert heard(datagrams[-1:])[-1] == ("/VMC/Ext/Blend/Apply", ())


def test_without_bundles_every_message_travels_alone() -> None:
    datagrams = Encoder(VmcStyle(bundles=False)).encode(ramp())
    assert len(datagrams) == 3 + 9 + 52 + 1
    assert not any(d.startswith(b"#bundle") for d in datagrams)
    assert heard(datagrams) == sent(ramp())


def test_only_the_tags_that_every_receiver_reads() -> None:
    for datagram in Encoder(VmcStyle(bundles=False)).encode(ramp()):
        tags = datagram[datagram.index(b",") :].split(b"\0")[0]
        assert tags in (b",iiii", b",f", b",sfffffff", b",sf", b",")


def test_nothing_broken_goes_out() -> None:
    style = VmcStyle(presets="vrm1", jaw=True)
    read = sent(broken(), style)
    numbers = [a for _, args in read for a in args if isinstance(a, float)]
    assert np.isfinite(numbers).all()
    assert all(0.0 <= v <= 1.0 for v in values(read).values() if isinstance(v, float))
    assert values(sent(face(jawOpen=1.5)))["JawOpen"] == 1.0
    # Probabilities add up to more than one only in a broken frame.
    assert values(read)["angry"] == 1.0


def test_the_eye_bones_can_be_left_to_the_curves() -> None:
    names = set(bones(sent(face(), VmcStyle(eyes=False, jaw=True))))
    assert {"Head", "Neck", "Jaw"} <= names
    assert not {"LeftEye", "RightEye"} & names


def test_a_character_gets_its_own_names_and_bones() -> None:
    def twice(vector: Vector, expression: Vector, ns: int) -> Vector:
        return np.array([vector[INDEX["jawOpen"]] * 2, expression[1]], np.float32)

    own = Character(
        ("Open", "Joy"), twice, {"head": (0.01, 0.2, 0.03), "jaw": (0.0, 0.0, 0.0)}
    )
    style = VmcStyle(presets="vrm0", jaw=True)
    frame = face(jawOpen=0.25, head__y=0.1, expression={"happiness": 0.5})
    read = heard(Encoder(style, character=own).encode(frame))
    assert values(read) == {
        "Open": 0.5,
        "Joy": 0.5,
        "Angry": 0.0,
        "Sorrow": 0.0,
        "Fun": 0.0,
    }
    sent_bones = bones(read)
    assert set(sent_bones) == {"Head", "Jaw"}
    assert sent_bones["Head"][:3] == pytest.approx((-0.01, 0.2, 0.03))
    assert sent_bones["Head"][4] == pytest.approx(-math.sin(0.05))
