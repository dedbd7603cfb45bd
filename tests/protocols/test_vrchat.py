import math
from dataclasses import replace

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from protocols.osc import MTU, Message, encode
from protocols.osc_reader import decode
from protocols.unified import NAMES
from protocols.vrcft import Declared, Plan, everything, plan
from protocols.vrchat import CLOSED, GAZE, REFRESH_S, STEP, Encoder, Eyes, eyes_for

from .faces import broken, face

JAW = "/avatar/parameters/v2/JawOpen"
NO_EYES = Eyes(gaze=False, lids=False)
BOTH = Eyes(gaze=True, lids=True)
SECOND = 64
"""Frames of `face` in a second."""


def jaw() -> Plan:
    return plan([Declared(JAW, "float")])


def said(datagrams: list[bytes]) -> dict[str, tuple[object, ...]]:
    return {one.address: one.args for data in datagrams for one in decode(data)}


def test_a_parameter_is_the_vector_of_the_reference() -> None:
    (data,) = Encoder(jaw(), NO_EYES).encode(face(jawOpen=0.25))
    message = bytes.fromhex(
        "2f6176617461722f706172616d65746572732f76322f4a61774f70656e0000002c6600003e800000"
    )
    assert data == (
        b"#bundle\0"
        + (1).to_bytes(8, "big")
        + len(message).to_bytes(4, "big")
        + message
    )


def test_eye_tracking_is_the_vectors_of_the_reference() -> None:
    gaze = bytes.fromhex(
        "2f747261636b696e672f6579652f4c65667452696768745069746368596177002c66666666000000"
        "40a00000c120000040a00000c1200000"
    )
    assert encode(Message(GAZE, (5.0, -10.0, 5.0, -10.0))) == gaze
    closed = bytes.fromhex(
        "2f747261636b696e672f6579652f45796573436c6f736564416d6f756e7400002c66000000000000"
    )
    (data,) = Encoder(Plan(), Eyes(gaze=False, lids=True)).encode(face())
    assert data.endswith(closed) and len(data) == 20 + len(closed)


def test_the_gaze_is_in_degrees_down_and_to_the_right() -> None:
    frame = face(
        also={
            **{"leftEye.x": math.radians(5), "leftEye.y": math.radians(10)},
            **{"rightEye.x": math.radians(-3), "rightEye.y": math.radians(-4)},
            "eyeBlinkLeft": 0.5,
        }
    )
    got = said(Encoder(Plan(), BOTH).encode(frame))
    # Ours: + down, + left. Theirs: + down, + right; left eye first, pitch first.
    assert got[GAZE] == pytest.approx((5.0, -10.0, -3.0, 4.0), abs=0.05)
    assert got[CLOSED] == pytest.approx((0.25,))


def test_python_osc_reads_all_of_it() -> None:
    datagrams = Encoder(everything(), BOTH).encode(face(jawOpen=0.25, mouthLeft=0.5))
    assert all(len(data) <= MTU for data in datagrams)
    found = {}
    for data in datagrams:
        for content in OscBundle(data):
            found[content.address] = content.params
    assert found[JAW] == [0.25]
    assert found["/avatar/parameters/v2/MouthX"] == [-0.5]
    assert found["/avatar/parameters/EyeTrackingActive"] == [True]
    assert len(found) == len(NAMES) + 3 + 2


def test_only_changes_are_sent_and_none_smaller_than_a_step() -> None:
    encoder = Encoder(jaw(), NO_EYES)
    assert said(encoder.encode(face(0, jawOpen=0.25))) == {JAW: (0.25,)}
    assert encoder.encode(face(1, jawOpen=0.25)) == []
    assert encoder.encode(face(2, jawOpen=0.25 + STEP / 2)) == []
    changed = said(encoder.encode(face(3, jawOpen=0.25 + 2 * STEP)))
    assert changed[JAW] == pytest.approx((0.254,), abs=1e-6)


def test_slow_drift_is_not_lost_between_steps() -> None:
    encoder, last = Encoder(jaw(), NO_EYES), 0.0
    for index in range(100):
        value = index * STEP / 4
        args = said(encoder.encode(face(index, jawOpen=value))).get(JAW)
        last = float(args[0]) if args else last  # type: ignore[arg-type]
        assert abs(value - last) <= STEP + 1e-6


def test_each_value_comes_again_in_turn_and_never_all_at_once() -> None:
    encoder = Encoder(everything(), NO_EYES)
    first = said(encoder.encode(face(0)))
    again: dict[str, int] = {}
    most = 0
    seconds = 4
    for index in range(1, round(seconds * REFRESH_S * SECOND)):
        now = said(encoder.encode(face(index)))
        most = max(most, len(now))
        for address in now:
            again[address] = again.get(address, 0) + 1
    assert again.keys() == first.keys()
    assert all(seconds - 1 <= count <= seconds for count in again.values())
    assert most <= math.ceil(len(first) / (REFRESH_S * SECOND)) + 1


def test_a_jump_in_time_repeats_no_more_than_a_second_would() -> None:
    encoder = Encoder(everything(), NO_EYES)
    encoder.encode(face(0))
    count = len(said(encoder.encode(face(10**6))))
    assert count <= math.ceil((len(NAMES) + 3) / REFRESH_S) + 1
    assert encoder.encode(face(0)) == []


def test_bools_are_sent_when_they_change() -> None:
    rows = [
        *(Declared(f"/avatar/parameters/v2/JawX{i}", "bool") for i in (1, 2)),
        Declared("/avatar/parameters/v2/JawXNegative", "bool"),
        Declared("/avatar/parameters/v2/MouthX", "bool"),
    ]
    encoder = Encoder(plan(rows), NO_EYES)
    short = {
        address.rpartition("/")[2]: args[0]
        for address, args in said(encoder.encode(face(0, jawLeft=0.6))).items()
    }
    assert short == {
        "JawX1": False,
        "JawX2": True,
        "JawXNegative": True,
        "MouthX": True,
    }
    now = said(encoder.encode(face(1, jawRight=0.6)))
    assert now == {"/avatar/parameters/v2/JawXNegative": (False,)}


def test_the_state_outlasts_a_short_loss_and_ends_with_the_sink() -> None:
    address = "/avatar/parameters/FT/EyeTrackingActive"
    encoder = Encoder(plan([Declared(address, "bool")]), NO_EYES)
    assert said(encoder.encode(replace(face(0), tracked=False))) == {address: (False,)}
    assert said(encoder.encode(face(1))) == {address: (True,)}
    told = []
    for index in range(2, 3 * SECOND):
        got = said(encoder.encode(replace(face(index), tracked=False)))
        told += [(index, *args) for args in got.values()]
    # It is repeated once before the two seconds are over.
    assert told == [(2 * SECOND, True), (1 + 2 * SECOND, False)]
    assert said(encoder.last()) == {address: (False,)}


def test_no_eye_tracking_without_a_face() -> None:
    encoder = Encoder(Plan(), BOTH)
    assert len(said(encoder.encode(face(0)))) == 2
    assert encoder.encode(replace(face(1), tracked=False)) == []


@pytest.mark.parametrize(
    ("names", "gaze", "lids"),
    [
        ((), True, True),
        (("JawOpen",), True, True),
        (("EyeLeftX",), False, True),
        (("EyeY",), False, True),
        (("EyeLid",), True, False),
        (("EyeOpenLeft",), True, False),
        (("EyeRightX", "EyeClosed"), False, False),
        (("EyeSquint", "EyeWide"), True, True),
    ],
)
def test_the_avatars_own_eyes_go_before_vrchats(
    names: tuple[str, ...], gaze: bool, lids: bool
) -> None:
    rows = [Declared(f"/avatar/parameters/v2/{name}", "float") for name in names]
    assert eyes_for(plan(rows)) == Eyes(gaze, lids)


def test_only_finite_numbers_leave() -> None:
    encoder = Encoder(everything(), BOTH)
    for args in said(encoder.encode(broken())).values():
        assert all(isinstance(a, bool) or math.isfinite(a) for a in args)  # type: ignore[arg-type]


def test_a_calm_face_is_almost_silent() -> None:
    rng = np.random.default_rng(1)
    encoder = Encoder(everything(), NO_EYES)
    encoder.encode(face(0, jawOpen=0.5))
    sizes = []
    for index in range(1, 500):
        noise = float(rng.normal(0.0, STEP / 6))
        sizes.append(sum(map(len, encoder.encode(face(index, jawOpen=0.5 + noise)))))
    assert np.mean(sizes) < 300
