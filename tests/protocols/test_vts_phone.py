import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.phone import pose
from protocols.vts_phone import MAX_PACKET, decode, encode, request, request_of

from .faces import broken
from .golden import golden

REAL = golden("phones/vts_phone.json")


def changed(**fields: Any) -> bytes:
    said = json.loads(REAL) | fields
    return json.dumps(said).encode()


def test_a_real_phones_packet() -> None:
    packet = decode(REAL)
    face = packet.face
    assert (packet.timestamp_ms, packet.hotkey) == (1664817520079, -1)
    assert face.tracked is True and face.given.all()
    jaw = face.weights[ARKIT.index("jawOpen")]
    assert jaw == pytest.approx(0.10355126)
    # x is the turn to the side, y up and down.
    assert face.head == pytest.approx((9.422998, -11.091269, 3.164631), abs=1e-6)
    assert face.position == pytest.approx((-0.0468262, 0.1316794, -0.4734525), abs=1e-6)
    assert face.left_eye == pytest.approx((3.552047, 9.085052, 0.511428), abs=1e-6)


def test_its_head_and_eyes_look_at_the_phone() -> None:
    """This is what the meaning of the axes was found by."""
    face = decode(REAL).face
    assert face.head and face.position and face.left_eye and face.right_eye
    x, y, z = face.position
    pitch = face.head[0] + (face.left_eye[0] + face.right_eye[0]) / 2
    yaw = face.head[1] + (face.left_eye[1] + face.right_eye[1]) / 2
    assert pitch == pytest.approx(np.degrees(np.arctan2(y, -z)), abs=6.0)
    assert yaw == pytest.approx(np.degrees(np.arctan2(-x, -z)), abs=6.0)


def test_its_eyes_turn_as_their_weights_say() -> None:
    face = decode(REAL).face
    weights = dict(zip(ARKIT, face.weights.tolist(), strict=True))
    assert face.left_eye is not None
    assert weights["eyeLookOutLeft"] > weights["eyeLookInLeft"]
    assert weights["eyeLookDownLeft"] > weights["eyeLookUpLeft"]
    assert face.left_eye[0] > 0.0 and face.left_eye[1] > 0.0


def test_no_face_and_fields_of_later_versions() -> None:
    assert decode(b'{"FaceFound":false}').face.tracked is False
    assert decode(changed(Future={"x": [1]}, BlendShapes=[{"k": "JawOpen", "v": 1}]))
    assert decode(
        changed(BlendShapes=[{"k": "Wings", "v": 1}, {"k": "JawOpen", "v": 1}])
    )


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "not JSON"),
        (b"[]", "no JSON object"),
        (b"[" * 10_000, "not JSON"),
        (b"{}", "no FaceFound"),
        (b'{"FaceFound":1}', "no FaceFound"),
        (b'{"FaceFound":true}', "a face without known curves"),
        (changed(BlendShapes={}), "BlendShapes is no list"),
        (changed(BlendShapes=[{}] * 513), "BlendShapes is no list of at most 512"),
        (changed(BlendShapes=[{"k": "JawOpen"}]), "JawOpen is no number"),
        (changed(BlendShapes=[{"k": "JawOpen", "v": True}]), "JawOpen is no number"),
        (changed(Rotation=3), "Rotation is not x, y and z"),
        (changed(Rotation={"x": 1, "y": 2}), "Rotation.z is no number"),
        (changed(Position={"x": 1, "y": 2, "z": "3"}), "Position.z is no number"),
        (changed(EyeLeft={"x": 1, "y": 2, "z": 1e7}), "EyeLeft.z is no number"),
        (b'{"FaceFound":true,"Rotation":{"x":NaN,"y":0,"z":0}}', "a face without"),
        (changed(Timestamp="now"), "Timestamp is no number"),
        (b'{"FaceFound":false,"Hotkey":' + b"9" * 400 + b"}", "Hotkey is no number"),
        (b" " * (MAX_PACKET + 1), f"at most {MAX_PACKET}"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(data)
    assert str(raised.value).startswith("vts_phone: ") and fact in str(raised.value)


def test_every_truncation_is_an_error() -> None:
    for cut in range(len(REAL)):
        with pytest.raises(DecodeError):
            decode(REAL[:cut])


def test_the_request_is_the_documented_one() -> None:
    asked = json.loads(request([11125, 11126]))
    assert asked == {
        "messageType": "iOSTrackingDataRequest",
        "time": 5.0,
        "sentBy": "facewire",
        "ports": [11125, 11126],
    }
    assert request_of(request([11125, 11126])) == (5.0, (11125, 11126))


@pytest.mark.parametrize(
    ("data", "asked"),
    [
        (request([1], seconds=99.0), (10.0, (1,))),
        (request([1], seconds=0.0), (0.5, (1,))),
        (request([]), None),
        (request(range(1, 18)), None),
        (request([65536]), None),
        (b'{"messageType":"iOSTrackingDataRequest","ports":[true]}', None),
        (b'{"messageType":"iOSTrackingDataRequest","ports":[7]}', (1.0, (7,))),
        (b'{"messageType":"Other","ports":[7]}', None),
        (b'{"messageType":"iOSTrackingDataRequest","time":"x","ports":[7]}', None),
        (b"{", None),
    ],
)
def test_requests_are_bounded(
    data: bytes, asked: tuple[float, tuple[int, ...]] | None
) -> None:
    assert request_of(data) == asked


def test_what_is_sent_is_read_back() -> None:
    vector = np.zeros(85, np.float32)
    vector[:52] = np.arange(52) / 52
    vector[52:55] = 0.1, -0.2, 0.05
    vector[73:79] = 0.05, 0.1, 0.0, -0.05, 0.2, 0.0
    vector[82:] = 0.01, -0.02, -0.6
    frame = FaceFrame(0, 0, "anna", vector)
    packet = decode(encode(frame, 1664817520079))
    face = packet.face
    assert (packet.timestamp_ms, packet.hotkey, face.tracked) == (
        1664817520079,
        -1,
        True,
    )
    np.testing.assert_allclose(face.weights, vector[:52], atol=1e-6)
    told = (*face.head, *face.position, *face.right_eye, *face.left_eye)  # type: ignore[misc]
    assert told == pytest.approx(pose(frame), abs=1e-5)
    assert decode(encode(replace(frame, tracked=False), 1)).face.tracked is False
    assert len(encode(frame, 1664817520079)) < MAX_PACKET / 4
    decode(encode(broken(), 0))


@given(st.binary(max_size=300))
@pytest.mark.parametrize("start", [b"", b'{"FaceFound":true,', b'{"BlendShapes":['])
def test_garbage_never_raises_anything_else(start: bytes, data: bytes) -> None:
    try:
        decode(start + data)
    except DecodeError as error:
        assert str(error).startswith("vts_phone: ")
