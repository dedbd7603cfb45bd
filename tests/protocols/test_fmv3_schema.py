import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.fmv3 import decode
from protocols.fmv3_schema import (
    START,
    Schema,
    Start,
    decode_frame,
    decode_schema,
    encode_frame,
    encode_schema,
)
from protocols.phone import UNDERSCORED

from .test_fmv3 import NONCE, VENDOR

POSE = (-21.5, -6.0, -6.5, -0.03, -0.1, -0.66, 6.0, 2.5, 0.25, 6.0, -1.5, -0.25)


def body(name: str) -> bytes:
    return decode(VENDOR[name]).message.body


def test_the_vendors_first_table() -> None:
    start, schema = decode_schema(body("schema_ifacialmocap"))
    assert start == Start(NONCE, 60, 1200, 10_000)
    assert schema.names == ("eyeBlinkLeft", "eyeBlinkRight", "jawOpen")
    assert (schema.wide, schema.app) == (False, "iFacialMocap")


def test_the_vendors_wide_table_with_names_of_other_letters() -> None:
    start, schema = decode_schema(body("schema_wide"))
    assert (start.fps, start.udp) == (30, 700)
    assert schema.names == ("jawOpen", "独自の笑顔", "myCustomSmile", "new")
    assert schema.wide and schema.size == 4 * 4 + 48


def test_the_vendors_bytes_are_made_again() -> None:
    start, schema = decode_schema(body("schema_ifacialmocap"))
    assert encode_schema(start, schema) == body("schema_ifacialmocap")


def test_the_frame_of_three_values() -> None:
    part = decode(VENDOR["frame_3"], 1200)
    assert (part.message.sequence, part.message.flags) == (7, 1)
    schema = Schema(("eyeBlinkLeft", "jawOpen", "eyeLookUp_R"))
    face = decode_frame(schema, part.message.body, tracked=True)
    found = dict(zip(ARKIT, face.weights.tolist(), strict=True))
    assert found["eyeBlinkLeft"] == pytest.approx(0.1)
    assert found["jawOpen"] == pytest.approx(0.45)
    assert found["eyeLookUpRight"] == pytest.approx(-0.03)
    assert face.given.sum() == 3 and face.tracked is True
    assert face.head == (-21.5, -6.0, -6.5)
    assert face.position == pytest.approx((-0.03, -0.1, -0.66), abs=1e-6)
    assert face.right_eye == (6.0, 2.5, 0.25)
    assert face.left_eye == (6.0, -1.5, -0.25)
    assert encode_frame(schema, [10, 45, -3], POSE) == part.message.body


@pytest.mark.parametrize("wide", [False, True])
def test_frames_are_read_by_their_table(wide: bool) -> None:
    schema = Schema(("mine", *UNDERSCORED[::-1]), wide)
    sent = encode_frame(schema, [7, *range(51, -1, -1)], POSE)
    face = decode_frame(schema, sent, tracked=False)
    np.testing.assert_allclose(face.weights, np.arange(52) / 100, atol=1e-6)
    assert face.given.all() and face.tracked is False
    assert len(sent) == schema.size


@pytest.mark.parametrize("names", [(), ("mine",)])
def test_a_table_without_known_curves_has_a_head(names: tuple[str, ...]) -> None:
    schema = Schema(names)
    face = decode_frame(
        schema, encode_frame(schema, [1] * len(names), POSE), tracked=True
    )
    assert not face.given.any() and face.head == POSE[:3]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e30])
def test_a_pose_that_is_not_finite_is_refused(number: float) -> None:
    schema = Schema(())
    for at in range(12):
        pose = [0.0] * 12
        pose[at] = number
        with pytest.raises(DecodeError, match=f"number {at} of the pose"):
            decode_frame(schema, encode_frame(schema, [], tuple(pose)), tracked=True)


def test_a_frame_of_another_length_is_refused() -> None:
    schema = Schema(("jawOpen",))
    for size in (0, 48, 49, 51, 52):
        with pytest.raises(DecodeError, match="expected 50"):
            decode_frame(schema, bytes(size), tracked=True)


def table(**keys: Any) -> bytes:
    said = json.loads(body("schema_ifacialmocap")[START.size :]) | keys
    return body("schema_ifacialmocap")[: START.size] + json.dumps(said).encode()


def started(fps: int = 60, udp: int = 1200, lease: int = 10_000, rev: int = 5) -> bytes:
    return struct.pack("<QHHII", 1, fps, udp, lease, rev) + table()[START.size :]


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"", "SCHEMA of 0 bytes"),
        (started(fps=0), "0 fps"),
        (started(fps=61), "61 fps"),
        (started(udp=575), "575 bytes"),
        (started(udp=1201), "1201 bytes"),
        (started(lease=4999), "a lease of 4999 ms"),
        (started(rev=4), "revision 4, expected 5; update the app"),
        (started()[:-1], "not JSON"),
        (started()[:20] + b"\xff", "not JSON"),
        (started()[:20] + b"[]", "no JSON object"),
        (started()[:20] + b'{"a":1,"a":2}', "a key of the table occurs twice"),
        (started()[:20] + b'{"a":NaN}', "NaN in a table"),
        (table(schema_version=2), "schema_version is 2"),
        (table(schema_version=True), "schema_version is True"),
        (table(blend_unit="part"), "blend_unit is 'part', expected 'percent'"),
        (table(pose_layout=None), "pose_layout is None"),
        (table(rotation_unit="radian"), "rotation_unit is 'radian'"),
        (table(position_unit="cm"), "position_unit is 'cm'"),
        (table(blend_encoding="f32"), "blend_encoding is 'f32'"),
        (table(blend_names="x"), "no list of at most 4096"),
        (table(blend_names=[""]), "more than 255 bytes, or none"),
        (table(blend_names=["x" * 256]), "more than 255 bytes"),
        (table(blend_names=["a\n"]), "is no text"),
        (table(blend_names=[1]), "is no text"),
        (table(blend_names=["a", "a"]), "occurs twice"),
        (table(blend_names=[str(i) for i in range(4097)]), "at most 4096"),
        (table(app=3), "app is no text"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, fact: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode_schema(data)
    assert str(raised.value).startswith("fmv3: ") and fact in str(raised.value)


def test_what_later_apps_may_add_is_ignored() -> None:
    _, schema = decode_schema(table(app="New", extra={"a": [1]}, profile=7))
    assert schema.app == "New"
    # Names are compared as they are, without normalization.
    _, schema = decode_schema(table(blend_names=["\u00e9", "e\u0301", "\x7f"]))
    assert len(schema.names) == 3


def test_every_truncation_is_an_error() -> None:
    whole = body("schema_ifacialmocap")
    for cut in range(len(whole)):
        with pytest.raises(DecodeError):
            decode_schema(whole[:cut])


@given(st.binary(max_size=200))
def test_garbage_never_raises_anything_else(data: bytes) -> None:
    for start in (b"", started()[:20], started()[:60]):
        try:
            decode_schema(start + data)
        except DecodeError as error:
            assert str(error).startswith("fmv3: ")
