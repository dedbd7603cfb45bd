import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.channels import ARKIT, CHANNELS
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.ifacialmocap import MAX_FIELDS, MAX_TEXT, Encoder, Version, decode
from protocols.phone import UNDERSCORED, PhoneFace

from .faces import broken, face
from .golden import golden

V1 = golden("phones/ifacialmocap_v1.txt")
FACEMOTION = golden("phones/facemotion3d.txt")


def weight(seen: PhoneFace, name: str) -> float:
    return round(float(seen.weights[ARKIT.index(name)]), 6)


def test_the_vendors_example_of_version_1() -> None:
    seen = decode(V1)
    assert seen.given.all() and seen.tracked is None
    assert weight(seen, "mouthUpperUpLeft") == 0.11
    assert weight(seen, "mouthShrugUpper") == 0.26
    assert weight(seen, "mouthLeft") == 0.01
    assert seen.head == (-21.488958, -6.038993, -6.6019735)
    assert seen.position == (-0.030653415, -0.10287084, -0.6584072)
    assert seen.right_eye == (6.0297494, 2.4403017, 0.25649446)
    assert seen.left_eye == (6.034903, -1.6660284, -0.17520553)


def test_the_vendors_example_of_facemotion3d() -> None:
    seen = decode(FACEMOTION)
    assert seen.given.all()
    assert weight(seen, "eyeLookDownLeft") == 0.36
    assert weight(seen, "eyeLookInRight") == 0.15
    assert seen.left_eye == (12.862795, 1.264116, 0.28145725)


def test_the_beginning_of_a_newer_phones_packet() -> None:
    """As apps of 2024 send it: a status first, `hapihapi` last."""
    text = b"trackingStatus-1|jawOpen-5|hapihapi-0|=head#-5.05,0.5,-1.9,-0.002,0,-0.5|"
    assert decode(text).tracked is True
    assert decode(text.replace(b"Status-1", b"Status-0")).tracked is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jawOpen-12", 0.12),
        ("jawOpen&12", 0.12),
        ("jawOpen--3", -0.03),
        ("jawOpen&-3", -0.03),
        ("jawOpen & 12 | other & 4", 0.12),
        ("jawOpen&12.5", 0.125),
        ("JawOpen-150", 1.5),
        ("jawOpen-1|jawOpen-2", 0.02),
        ("jawOpen-12|=|head#1,2,3|", 0.12),
        ("jawOpen-12|=head#1,2,3,4,5,6|___iFacialMocap", 0.12),
    ],
)
def test_forms_that_apps_send(text: str, expected: float) -> None:
    assert weight(decode(text.encode()), "jawOpen") == expected


def test_a_head_without_a_position() -> None:
    seen = decode(b"jawOpen-1|=|head#1,2,3|")
    assert seen.head == (1.0, 2.0, 3.0) and seen.position is None
    assert seen.left_eye is None and seen.given.sum() == 1


def test_meowfaces_two_inner_brows_are_one() -> None:
    both = b"browInnerUp_L & 20|browInnerUp_R & 40|"
    assert weight(decode(both), "browInnerUp") == 0.3
    assert weight(decode(both + b"browInnerUp & 5|"), "browInnerUp") == 0.05


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "no curve of a face"),
        (b"hello", "no curve of a face"),
        (b"\xff|", "not UTF-8"),
        (b"jawOpen-x|", "jawOpen is 'x', expected a number"),
        (b"jawOpen-nan|", "jawOpen is 'nan'"),
        (b"jawOpen-1e999|", "jawOpen is '1e999'"),
        (b"jawOpen|", "jawOpen is ''"),
        (b"trackingStatus-|jawOpen-1|", "trackingStatus is ''"),
        (b"jawOpen-1|=head#1,2|", "head has 2 numbers, expected 3 or 6"),
        (b"jawOpen-1|leftEye#1,2,3,4|", "leftEye has 4 numbers, expected 3"),
        (b"jawOpen-1|=head#1,2,inf|", "head is 'inf'"),
        (b"a|" * (MAX_FIELDS + 1), f"at most {MAX_FIELDS}"),
        (b"a" * (MAX_TEXT + 1), f"{MAX_TEXT + 1} bytes"),
        (
            b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719",
            "no curve of a face",
        ),
    ],
)
def test_what_is_wrong_is_said(data: bytes, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode(data)
    assert str(raised.value).startswith("ifacialmocap: ")
    assert fact in str(raised.value)


@pytest.mark.parametrize("whole", [V1, FACEMOTION])
def test_every_truncation_is_an_error_or_a_shorter_frame(whole: bytes) -> None:
    for cut in range(len(whole)):
        try:
            seen = decode(whole[:cut])
        except DecodeError:
            continue
        assert np.isfinite(seen.weights).all()


@pytest.mark.parametrize("version", [1, 2])
def test_what_is_sent_is_read_back(version: Version) -> None:
    vector = np.zeros(len(CHANNELS), np.float32)
    vector[:52] = np.arange(52) / 52
    vector[52:55] = 0.1, -0.2, 0.05
    vector[73:79] = 0.05, 0.1, 0.0, -0.05, 0.2, 0.0
    vector[82:] = 0.01, -0.02, -0.6
    seen = decode(Encoder(version).encode(FaceFrame(0, 0, "anna", vector)))
    assert seen.tracked is True and seen.given.all()
    np.testing.assert_allclose(seen.weights, vector[:52], atol=0.0051)
    assert seen.position == pytest.approx((0.01, -0.02, -0.6), abs=1e-6)
    assert seen.head is not None and seen.left_eye is not None
    assert seen.left_eye[1] == pytest.approx(np.degrees(0.1), abs=0.2)


def test_the_spellings_of_the_versions() -> None:
    frame = face(eyeBlinkLeft=1.0)
    first, second = (Encoder(v).encode(frame) for v in (1, 2))
    assert first.startswith(b"trackingStatus-1|eyeBlink_L-100|")
    assert second.startswith(b"trackingStatus&1|eyeBlink_L&100|")
    assert first.endswith(b"|") and b"|=head#" in first
    names = [field.partition(b"-")[0].decode() for field in first.split(b"|")[1:53]]
    assert names == list(UNDERSCORED)


def test_two_frames_of_a_still_face_differ_and_those_of_no_face_do_not() -> None:
    """VMagicMirror takes an equal frame for a lost face."""
    encoder, still, lost = Encoder(), face(), face(tracked=False)
    seen = [encoder.encode(still) for _ in range(4)]
    assert seen[0] != seen[1] != seen[2] != seen[3]
    first = decode(seen[0]).head
    assert first is not None and abs(first[0]) < 1e-4
    assert encoder.encode(lost) == encoder.encode(lost)
    assert decode(encoder.encode(lost)).tracked is False


def test_nothing_broken_goes_out() -> None:
    assert decode(Encoder().encode(broken())).given.all()


@settings(max_examples=300)
@given(st.binary(max_size=300))
@pytest.mark.parametrize("start", [b"", b"jawOpen-1|", b"=head#", b"jawOpen&"])
def test_garbage_never_raises_anything_else(start: bytes, data: bytes) -> None:
    try:
        decode(start + data)
    except DecodeError as error:
        assert str(error).startswith("ifacialmocap: ")


@given(st.text(max_size=200))
def test_text_never_raises_anything_else(text: str) -> None:
    try:
        decode(b"jawOpen-1|" + text.encode("utf-8", "replace"))
    except DecodeError as error:
        assert str(error).startswith("ifacialmocap: ")
