import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from protocols.channels import INDEX, Vector
from protocols.frame import FaceFrame
from protocols.livelink import (
    CURVES,
    MAX_PACKET,
    MAX_TEXT,
    Encoder,
    Packet,
    decode,
    encode,
    values,
    wire_name,
)
from protocols.rotation import Triple
from protocols.timecode import Timecode

from .faces import NOON, broken, face, ramp
from .golden import golden

IPHONE = golden("livelink_iphone.bin")

BUILT = golden("livelink_built.bin")

NO_FACE = golden("livelink_no_face.bin")

VALUES_AT = 1 + 4 + 4 + 4 + 4 + 16 + 1
"""Where the values start with four-letter names."""

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)


def value(packet: Packet, name: str) -> float:
    return float(known(packet)[CURVES.index(name)])


def read(frame: FaceFrame, head_scale: Triple = (1.0, 1.0, 1.0)) -> Vector:
    """The values that a receiver gets of a frame."""
    return known(decode(Encoder("dev0", "face", head_scale).encode(frame, NOON)))


def known(packet: Packet) -> Vector:
    assert packet.values is not None
    return packet.values


def test_a_real_phone_is_read() -> None:
    packet = decode(IPHONE)
    assert packet.device == "2957F8A3-85A4-459F-823C-4444B5BC51BE"
    assert packet.subject == "养乐多的iPhone"
    assert str(packet.time) == "10:06:21:23"
    assert packet.time.frame == 2182883
    assert packet.time.subframe == pytest.approx(0.394297, abs=1e-6)
    assert (packet.time.rate_num, packet.time.rate_den) == (60, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("EyeBlinkLeft", 0.032086),
        ("EyeLookDownLeft", 0.108068),
        ("EyeLookInLeft", 0.123899),
        ("EyeSquintLeft", 0.076784),
        ("JawForward", 0.019703),
        ("JawLeft", 0.0),
        ("JawRight", 0.005423),
        ("JawOpen", 0.018653),
        ("MouthPucker", 0.110460),
        ("MouthShrugLower", 0.303238),
        ("BrowDownLeft", 0.299851),
        ("CheekPuff", 0.040590),
        ("TongueOut", 4.9e-9),
        ("HeadYaw", 0.0),
        ("HeadPitch", 0.0),
        ("HeadRoll", 0.0),
        ("LeftEyeYaw", 0.000827),
        ("LeftEyePitch", 0.066093),
        ("LeftEyeRoll", 0.000055),
        ("RightEyeYaw", 0.075520),
        ("RightEyePitch", 0.066204),
        ("RightEyeRoll", 0.005002),
    ],
)
def test_a_real_phones_curves_are_where_they_belong(name: str, expected: float) -> None:
    assert value(decode(IPHONE), name) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("data", [IPHONE, BUILT, NO_FACE], ids=["phone", "b", "none"])
def test_decode_and_encode_give_the_same_bytes(data: bytes) -> None:
    assert encode(decode(data)) == data


def test_the_encoder_makes_the_built_packet() -> None:
    # A turn to the actor's right is negative inside and positive on the wire.
    frame = face(eyeBlinkLeft=1.0, jawOpen=0.5, head__y=-0.25)
    data = Encoder("dev0", "face").encode(frame, Timecode(3600, 0.25, 60))
    assert data[:VALUES_AT].hex(" ", 4) == BUILT[:VALUES_AT].hex(" ", 4)
    np.testing.assert_allclose(known(decode(data)), known(decode(BUILT)), atol=1e-7)


def test_jaw_open_lands_where_unreal_reads_it() -> None:
    data = Encoder("dev0", "face").encode(face(jawOpen=0.25), NOON)
    assert data[:5] == b"\x06\x00\x00\x00\x04"
    assert data[VALUES_AT - 1] == 61
    assert data[VALUES_AT + 17 * 4 :][:4] == b"\x3e\x80\x00\x00"  # 0.25, big-endian
    assert len(data) == 270 + 4 + 4


def test_untracked_is_the_header_alone() -> None:
    data = Encoder("dev0", "face").encode(face(tracked=False, jawOpen=1.0), NOON)
    assert len(data) == 33
    assert data[:17] == NO_FACE[:17]
    assert decode(data).values is None
    assert decode(data).time == NOON


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ({"head.y": 0.3}, {"HeadYaw": -0.3}),
        ({"head.x": 0.3}, {"HeadPitch": 0.3}),
        ({"head.z": 0.3}, {"HeadRoll": -0.3}),
        ({"spine.y": 0.1, "neck.y": 0.1, "head.y": 0.1}, {"HeadYaw": -0.3}),
        # Looking to the actor's right is positive, as on the real phone.
        ({"leftEye.y": -0.2}, {"LeftEyeYaw": 0.2}),
        ({"rightEye.y": -0.2}, {"RightEyeYaw": 0.2}),
        ({"leftEye.x": 0.2}, {"LeftEyePitch": 0.2}),
        ({"rightEye.z": 0.2}, {"RightEyeRoll": -0.2}),
        ({"leftShoulder.z": 0.4, "jaw.x": 0.4}, {}),
    ],
)
def test_bones_become_angles(
    channels: dict[str, float], expected: dict[str, float]
) -> None:
    values = read(face(also=channels)).tolist()
    angles = dict(zip(CURVES[52:], values[52:], strict=True))
    wanted = {name: expected.get(name, 0.0) for name in angles}
    assert angles == pytest.approx(wanted, abs=1e-6)


def test_the_real_phone_looks_where_its_weights_say() -> None:
    # Its eye angles and its eyeLook weights agree with our signs: right and down.
    packet = decode(IPHONE)
    assert value(packet, "EyeLookOutRight") > value(packet, "EyeLookInRight")
    assert value(packet, "RightEyeYaw") > 0.0
    assert value(packet, "EyeLookDownRight") > value(packet, "EyeLookUpRight")
    assert value(packet, "RightEyePitch") > 0.0


def test_head_scale_touches_the_head_only() -> None:
    turned = face(head__x=0.1, leftEye__y=0.2, jawOpen=0.5)
    scaled = read(turned, (-2.0, 0.5, 0.0))
    assert scaled[CURVES.index("HeadPitch")] == pytest.approx(0.05)
    assert scaled[CURVES.index("LeftEyeYaw")] == pytest.approx(-0.2)
    assert scaled[INDEX["jawOpen"]] == 0.5
    flipped = read(face(head__y=0.1), (-2.0, 1.0, 1.0))
    assert flipped[CURVES.index("HeadYaw")] == pytest.approx(0.2)


def test_weights_are_clamped_and_nothing_broken_goes_out() -> None:
    clamped = read(face(jawOpen=1.5, mouthClose=-0.5))
    assert clamped[INDEX["jawOpen"]] == 1.0
    assert clamped[INDEX["mouthClose"]] == 0.0
    repaired = read(broken())
    assert 0.0 <= repaired.min() <= repaired.max() <= 1.0


def test_values_leave_the_frame_alone() -> None:
    frame = ramp()
    before = frame.vector.copy()
    assert len(values(frame)) == 61
    np.testing.assert_array_equal(frame.vector, before)


@pytest.mark.parametrize(("num", "den"), [(24, 1), (30000, 1001), (60000, 1001)])
def test_any_rate(num: int, den: int) -> None:
    time = Timecode(12345, 0.5, num, den)
    assert decode(Encoder("d", "s").encode(face(), time)).time == time


@given(arrays(np.float32, 61, elements=FINITE), st.text(min_size=1, max_size=40))
def test_decode_undoes_encode(values: Vector, name: str) -> None:
    name = name.replace("\0", "").encode("utf-8", "ignore").decode() or "face"
    packet = decode(encode(Packet("dev0", name, NOON, values)))
    assert (packet.device, packet.subject, packet.time) == ("dev0", name, NOON)
    np.testing.assert_array_equal(known(packet), values)


@pytest.mark.parametrize(
    ("device", "subject"),
    [
        ("", "face"),
        ("dev0", ""),
        ("dev0", "x" * (MAX_TEXT + 1)),
        ("dev0", "a\0b"),
        ("养" * 170, "养" * 170),
        ("dev0", "\ud800"),
    ],
    ids=["no device", "no name", "long", "NUL", "many bytes", "surrogate"],
)
def test_names_that_unreal_could_not_take_are_refused(
    device: str, subject: str
) -> None:
    with pytest.raises(ValueError):
        Encoder(device, subject)


def test_the_longest_names_fit_unreals_buffer() -> None:
    data = Encoder("d" * MAX_TEXT, "x" * MAX_TEXT).encode(face(), NOON)
    assert len(data) == 270 + 2 * MAX_TEXT <= MAX_PACKET
    assert decode(data).subject == "x" * MAX_TEXT


@pytest.mark.parametrize("letter", ["x", "é", "养", "\U0001f600", "\ud800", "\0"])
@pytest.mark.parametrize("length", [1, 64, 244, 245, 246, 256, 2000])
def test_a_wire_name_always_fits(letter: str, length: int) -> None:
    device = "D" * 36
    name = wire_name(letter * length, device)
    assert 0 < len(name) <= length
    data = Encoder(device, name).encode(face(), NOON)
    assert len(data) <= MAX_PACKET and decode(data).subject == name


def test_a_name_that_fits_is_left_as_it_is() -> None:
    """The longest of the settings, in letters of four bytes."""
    name = "\U0001f600" * 64
    assert wire_name(name, "D" * 36) == name


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), 1e6])
def test_an_absurd_head_scale_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="at most 1000"):
        Encoder("dev0", "face", (1.0, scale, 1.0))


def test_a_time_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit 32 bits"):
        Encoder("dev0", "face").encode(face(), Timecode(2**31, 0.0, 60))
