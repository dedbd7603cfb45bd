from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.feeds.report import Report, Setup
from bridge.feeds.vmc import KEPT_NS, VmcFaces
from protocols import vmc
from protocols.channels import ARKIT, INDEX, bone_slice
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from tests.protocols.golden import golden

SETUP = Setup("10.0.0.7")
HEAD, NECK = bone_slice("head"), bone_slice("neck")
TURN = (0.0, math.sin(math.radians(5)), 0.0, math.cos(math.radians(5)))
"""10 degrees about +Y in Unity: to the actor's right."""


def message(address: str, *args: object) -> bytes:
    """One message, built by python-osc: floats as f, integers as i."""
    builder = OscMessageBuilder(address)
    for arg in args:
        builder.add_arg(arg)  # type: ignore[arg-type]
    return bytes(builder.build().dgram)


def value(name: str, number: object) -> bytes:
    return message("/VMC/Ext/Blend/Val", name, number)


def bone(name: str, turn: Sequence[float], place: Sequence[float] = (0, 0, 0)) -> bytes:
    numbers = [float(x) for x in (*place, *turn)]
    return message("/VMC/Ext/Bone/Pos", name, *numbers)


APPLY = message("/VMC/Ext/Blend/Apply")


def bundle(*messages: bytes) -> bytes:
    """A bundle as other programs send it."""
    builder = OscBundleBuilder(IMMEDIATELY)
    size = [len(each).to_bytes(4, "big") + each for each in messages]
    return bytes(builder.build().dgram) + b"".join(size)


def heard(*datagrams: bytes, reader: VmcFaces | None = None) -> list[Report]:
    read = reader or VmcFaces(SETUP)
    return [report for data in datagrams for report in read(data, 0)]


def face(seed: int = 3) -> FaceFrame:
    rng = np.random.default_rng(seed)
    vector = rng.uniform(-0.5, 0.5, 85).astype(np.float32)
    vector[:52] = rng.random(52, dtype=np.float32)
    return FaceFrame(0, 0, "anna", vector)


@pytest.mark.parametrize("names", ["pascal", "camel", "both"])
@pytest.mark.parametrize("bundles", [True, False])
def test_what_facewire_sends_it_reads(names: vmc.Names, bundles: bool) -> None:
    style = vmc.VmcStyle(names=names, bundles=bundles, jaw=True)
    frame = face()
    (report,) = heard(*vmc.Encoder(style).encode(frame))
    assert report.key == ("10.0.0.7", "vmc") and report.time is None
    assert report.vector is not None and report.given is not None
    np.testing.assert_array_equal(report.vector[:52], frame.vector[:52])
    np.testing.assert_allclose(report.vector[:82], frame.vector[:82], atol=1e-5)
    # Everything is given but the place of the head before a camera.
    assert report.given[:82].all() and not report.given[82:].any()


def test_the_golden_datagrams_are_read() -> None:
    (report,) = heard(*(golden(f"vmc_ramp_{i}.bin") for i in range(3)))
    assert report.vector is not None and report.vector[51] > 0.39
    (small,) = heard(golden("vmc_bundle.bin"))
    assert small.vector is not None and small.vector[INDEX["jawOpen"]] == 0.5


def test_values_are_held_until_apply() -> None:
    read = VmcFaces(SETUP)
    assert len(heard(bundle(value("JawOpen", 0.25), APPLY), reader=read)) == 1
    assert heard(value("JawOpen", 0.5), value("JawOpen", 0.75), reader=read) == []
    (report,) = heard(APPLY, reader=read)
    assert report.vector is not None and report.vector[INDEX["jawOpen"]] == 0.75


def test_values_that_are_not_sent_again_are_kept_for_a_while() -> None:
    read = VmcFaces(SETUP)
    heard(bundle(value("JawOpen", 0.5), value("CheekPuff", 0.25), APPLY), reader=read)
    (report,) = heard(bundle(value("JawOpen", 0.75), APPLY), reader=read)
    assert report.vector is not None
    assert report.vector[INDEX["cheekPuff"]] == 0.25
    (report,) = read(bundle(value("JawOpen", 0.75), APPLY), KEPT_NS + 1)
    assert report.vector is not None
    assert report.vector[INDEX["cheekPuff"]] == 0.0


def test_whole_numbers_doubles_and_further_arguments_are_read() -> None:
    double = (
        b"/VMC/Ext/Blend/Val\0\0,sd\0CheekPuff\0\0\0" + np.array(0.5, ">f8").tobytes()
    )
    more = message("/VMC/Ext/Blend/Val", "TongueOut", 0.5, "x", 7)
    few = message("/VMC/Ext/Blend/Val", "JawLeft")
    (report,) = heard(bundle(value("JawOpen", 1), double, more, few, APPLY))
    assert report.vector is not None and report.given is not None
    for name, expected in (("jawOpen", 1), ("cheekPuff", 0.5), ("tongueOut", 0.5)):
        assert report.vector[INDEX[name]] == expected
    assert not report.given[INDEX["jawLeft"]]


def test_numbers_that_no_face_has_are_brought_within_bounds() -> None:
    (report,) = heard(
        bundle(value("JawOpen", 7.0), value("JawLeft", float("nan")), APPLY)
    )
    assert report.vector is not None and report.vector[INDEX["jawOpen"]] == 1.0
    huge = bone("Head", (3e38, 3e38, 3e38, 3e38))
    nothing = bone("Neck", (0.0, 0.0, 0.0, 0.0))
    (report,) = heard(bundle(huge, nothing, APPLY))
    assert report.vector is not None and np.isfinite(report.vector).all()
    assert not report.vector[NECK].any()


@pytest.mark.parametrize("spelt", ["Joy", "happy", "JOY"])
def test_a_model_without_curves_speaks_in_presets(spelt: str) -> None:
    (report,) = heard(
        bundle(value("A", 1.0), value("Blink_L", 1.0), value(spelt, 0.5), APPLY)
    )
    vector, given = report.vector, report.given
    assert vector is not None and given is not None and report.expression is not None
    assert vector[INDEX["jawOpen"]] == pytest.approx(0.48)
    assert vector[INDEX["eyeBlinkLeft"]] == 1.0
    assert vector[INDEX["mouthSmileLeft"]] == pytest.approx(0.4)
    assert report.expression[1] == 0.5
    assert given[INDEX["jawOpen"]] and not given[INDEX["tongueOut"]]


def test_presets_beside_curves_are_moods_only() -> None:
    curves = [value(name, 0.25) for name in ARKIT]
    (report,) = heard(bundle(*curves, value("A", 1.0), value("Joy", 1.0), APPLY))
    assert report.vector is not None and report.expression is not None
    assert (report.vector[:52] == 0.25).all() and report.expression[1] == 1.0


def test_a_program_that_reports_after_apply_and_without_time_is_read() -> None:
    # XR Animator: the root alone, the bones, the values with Apply, then OK alone.
    root = message("/VMC/Ext/Root/Pos", "", *[0.0] * 6, 1.0, *[1.0] * 6)
    bones = bundle(bone("Head", TURN), bone("Neck", (0, 0, 0, 1)))
    values = bundle(value("jawOpen", 0.5), APPLY)
    okay = message("/VMC/Ext/OK", 1)
    first, second = heard(*(root, bones, values, okay) * 2)
    for report in (first, second):
        assert report.vector is not None
        # To the actor's right is negative about +Y.
        np.testing.assert_allclose(
            report.vector[HEAD], [0.0, -math.radians(10), 0.0], atol=1e-6
        )


def test_a_head_without_a_neck_is_shared_with_the_neck() -> None:
    (report,) = heard(bundle(bone("head", TURN, (0, 0.1, 0)), APPLY))
    assert report.vector is not None and report.given is not None
    whole = -math.radians(10)
    assert report.vector[HEAD][1] == pytest.approx(0.65 * whole)
    assert report.vector[NECK][1] == pytest.approx(0.35 * whole)
    assert report.given[NECK].all() and not report.given[:52].any()


def test_senders_of_bones_alone_send_no_apply() -> None:
    reports = heard(*[bone("Head", TURN), bone("Spine", TURN)] * 3)
    assert len(reports) >= 1 and reports[0].vector is not None
    assert reports[0].vector[bone_slice("spine")].any()


def test_eyes_follow_their_curves_or_the_curves_follow_the_eyes() -> None:
    (report,) = heard(bundle(value("EyeLookOutLeft", 1.0), APPLY))
    assert report.vector is not None
    assert report.vector[bone_slice("leftEye")][1] == pytest.approx(math.radians(35))
    eyes = (bone("LeftEye", TURN), bone("RightEye", TURN))
    (report,) = heard(bundle(*eyes, value("JawOpen", 0.5), APPLY))
    assert report.vector is not None and report.given is not None
    assert report.vector[INDEX["eyeLookInLeft"]] == pytest.approx(10 / 35, abs=1e-6)
    assert report.vector[INDEX["eyeLookOutRight"]] == pytest.approx(10 / 35, abs=1e-6)
    assert report.given[INDEX["eyeLookUpLeft"]]
    assert report.vector[bone_slice("jaw")].any()


def test_a_sender_says_that_it_sees_no_face() -> None:
    read = VmcFaces(SETUP)
    for ok, seen in (((1, 3, 0, 1), True), ((1, 3, 0, 0), False), ((1, 3, 0), False)):
        data = bundle(message("/VMC/Ext/OK", *ok), value("JawOpen", 0.5), APPLY)
        (report,) = heard(data, reader=read)
        assert (report.vector is not None) is seen


def test_a_frame_without_anything_is_no_face() -> None:
    assert heard(APPLY, message("/VMC/Ext/OK", 1), APPLY) == []
    assert heard(bundle(value("MyOwnClip", 1.0), APPLY)) == []


def test_osc_of_another_kind_is_told() -> None:
    with pytest.raises(DecodeError, match="no address of VMC"):
        heard(message("/facewire/anna/jawOpen", 0.5))


def test_every_truncation_is_read_or_refused() -> None:
    data = golden("vmc_ramp_0.bin")
    for size in range(len(data)):
        with contextlib.suppress(DecodeError):
            heard(data[:size])


@given(st.one_of(st.binary(max_size=200), st.binary().map(b"#bundle\0".__add__)))
def test_garbage_is_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(DecodeError):
        heard(data)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*ARKIT, "A", "Blink", "Joy", "LookUp", "x"]),
            st.floats(width=32),
        ),
        max_size=20,
    ),
    st.tuples(*[st.floats(width=32)] * 4),
)
def test_any_numbers_make_a_sound_face(
    values: list[tuple[str, float]], turn: tuple[float, ...]
) -> None:
    parts = [value(name, number) for name, number in values]
    for report in heard(bundle(*parts, bone("Head", turn), APPLY)):
        assert report.vector is not None and np.isfinite(report.vector).all()
        assert report.vector[:52].min() >= 0.0 and report.vector[:52].max() <= 1.0
