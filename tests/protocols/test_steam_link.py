import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle

from protocols.channels import ARKIT, opposite
from protocols.errors import DecodeError
from protocols.osc import MTU, Message, encode
from protocols.steam_link import (
    LAST,
    PARTS,
    WEIGHTS,
    Encoder,
    curves,
    decode,
    gaze_point,
)

from .faces import broken, face, ramp

LISTED = """
BrowLowererL BrowLowererR CheekPuffL CheekPuffR CheekRaiserL CheekRaiserR CheekSuckL
CheekSuckR ChinRaiserB ChinRaiserT DimplerL DimplerR EyesClosedL EyesClosedR
EyesLookDownL EyesLookDownR EyesLookLeftL EyesLookLeftR EyesLookRightL
EyesLookRightR EyesLookUpL EyesLookUpR InnerBrowRaiserL InnerBrowRaiserR JawDrop
JawSidewaysLeft JawSidewaysRight JawThrust LidTightenerL LidTightenerR
LipCornerDepressorL LipCornerDepressorR LipCornerPullerL LipCornerPullerR
LipFunnelerLB LipFunnelerLT LipFunnelerRB LipFunnelerRT LipPressorL LipPressorR
LipPuckerL LipPuckerR LipStretcherL LipStretcherR LipSuckLB LipSuckLT LipSuckRB
LipSuckRT LipTightenerL LipTightenerR LipsToward LowerLipDepressorL
LowerLipDepressorR MouthLeft MouthRight NoseWrinklerL NoseWrinklerR OuterBrowRaiserL
OuterBrowRaiserR UpperLidRaiserL UpperLidRaiserR UpperLipRaiserL UpperLipRaiserR
TongueTipInterdental TongueTipAlveolar FrontDorsalPalate MidDorsalPalate
BackDorsalVelar TongueOut TongueRetreat
"""
"""As Steam Link's own list has them."""
NAMES = LISTED.split()


def values(**channels: float) -> dict[str, float]:
    out: dict[str, float] = {}
    for data in Encoder().encode(face(also=channels)):
        out |= decode(data)
    return out


def test_all_weights_of_steam_link_are_there_and_no_others() -> None:
    assert set(WEIGHTS) == set(NAMES) and len(NAMES) == 70
    assert set(WEIGHTS.values()) == {*ARKIT, ""}
    assert sum(not curve for curve in WEIGHTS.values()) == 10


def test_golden_message() -> None:
    first = Encoder().encode(face(jawOpen=0.25))
    # Built by hand: address, tags, 0.25.
    drop = b"/sl/xrfb/facew/JawDrop\0\0,f\0\0\x3e\x80\0\0"
    size = len(drop).to_bytes(4, "big")
    assert any(size + drop in data for data in first)
    gaze = b"/sl/eyeTrackedGazePoint\0,fff\0\0\0\0" + bytes(8) + b"\xbf\x80\0\0"
    assert first[0][:16] == b"#bundle\0" + (1).to_bytes(8, "big")
    assert first[0][20 : 20 + len(gaze)] == gaze


def test_python_osc_reads_every_datagram() -> None:
    found = {}
    for data in Encoder().encode(ramp()):
        assert len(data) <= MTU
        for message in OscBundle(data):
            found[message.address] = message.params
    assert len(found) == 73
    assert found["/sl/xrfb/facew/JawDrop"] == [ARKIT.index("jawOpen") / 128]
    assert found["/sl/xrfb/facec/UpperFace"] == [1.0]


def test_every_curve_goes_to_its_weights_and_comes_back() -> None:
    for name in ARKIT:
        got = values(**{name: 0.5})
        expected = {weight for weight, curve in WEIGHTS.items() if curve == name}
        assert {n for n in WEIGHTS if got[n] == 0.5} == expected and expected
        back = curves(got)
        assert back[ARKIT.index(name)] == 0.5 and back.sum() == 0.5


def test_left_and_right_are_not_changed() -> None:
    for name, curve in WEIGHTS.items():
        for end, other in (("L", "R"), ("LB", "RB"), ("LT", "RT"), ("Left", "Right")):
            there = name.removesuffix(end) + other
            if name.endswith(end) and there in WEIGHTS and "Look" not in name:
                assert WEIGHTS[there] == opposite(curve)
    # Who looks to the left turns the left eye outward and the right eye inward.
    got = values(eyeLookOutLeft=0.5, eyeLookInRight=0.25)
    assert (got["EyesLookLeftL"], got["EyesLookLeftR"]) == (0.5, 0.25)


def test_the_gaze_is_a_point_one_metre_away() -> None:
    assert gaze_point(0.0, 0.0) == (0.0, 0.0, -1.0)
    x, y, z = gaze_point(math.radians(30), math.radians(-20))
    assert x > 0 > y and z < 0 and math.hypot(x, y, z) == pytest.approx(1.0)
    assert math.atan2(x, -z) == pytest.approx(math.radians(30))
    got = values(**{"leftEye.y": -0.25, "rightEye.y": -0.25})
    assert got["gaze.0"] == pytest.approx(math.sin(0.25), abs=1e-4)


def test_without_a_face_nothing_is_sure() -> None:
    out: dict[str, float] = {}
    for data in Encoder().encode(replace(face(), tracked=False)):
        out |= decode(data)
    assert (out["LowerFace"], out["UpperFace"]) == (0.0, 0.0)


def test_only_finite_numbers_leave() -> None:
    for data in Encoder().encode(broken()):
        assert np.isfinite(list(decode(data).values())).all()


def test_what_is_of_another_use_is_told() -> None:
    told: list[str] = []
    for message in (
        Message("/sl/xrfb/facew/Nose", (0.5,)),
        Message("/sl/xrfb/facew/JawDrop", ("x",)),
        Message("/sl/xrfb/facew/JawDrop"),
        Message("/sl/eyeTrackedGazePoint", (0.5,)),
        Message("/avatar/parameters/LeftEyeX", (0.5,)),
    ):
        assert decode(encode(message), lambda address, why: told.append(address)) == {}
    assert len(told) == 5


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_truncations_are_decode_errors(cut: int) -> None:
    data = Encoder().encode(face())[0]
    with pytest.raises(DecodeError):
        decode(data[: len(data) - 1 - cut])


@given(st.binary(max_size=200))
def test_garbage_is_a_decode_error_and_nothing_else(data: bytes) -> None:
    try:
        decode(data)
    except DecodeError as error:
        assert str(error)


def test_the_last_weight_is_in_the_last_datagram() -> None:
    *others, last = Encoder().encode(face())
    assert LAST in decode(last) and all(LAST not in decode(one) for one in others)


GAZE = {"gaze.0", "gaze.1", "gaze.2"}


@pytest.mark.slow
def test_a_million_damaged_datagrams() -> None:
    rng = random.Random(9015)
    seeds = Encoder().encode(face())
    good = 0
    for _ in range(1_000_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(data))
            if rng.random() < 0.8:
                data[at] = rng.randrange(256)
            else:
                del data[at:]
                data = data or bytearray(b"#")
        try:
            found = decode(bytes(data))
        except DecodeError as error:
            assert str(error)
        else:
            good += 1
            assert found.keys() <= WEIGHTS.keys() | set(PARTS) | GAZE
            assert all(math.isfinite(value) for value in found.values())
    assert 0 < good < 1_000_000
