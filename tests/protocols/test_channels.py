import numpy as np
import pytest

from protocols.channels import (
    ARKIT,
    CHANNELS,
    INDEX,
    MIRROR,
    MIRROR_SIGN,
    POSITION_SLICE,
    ROTATION_SLICE,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
    opposite,
    pascal,
    sendable,
    unit,
    unit_number,
)
from protocols.rotation import Triple, quaternion, yaw_pitch_roll

from .faces import broken, face, ramp


def mirrored(vector: Vector) -> Vector:
    out: Vector = vector[MIRROR] * MIRROR_SIGN
    return out


@pytest.mark.parametrize(
    ("index", "name"),
    [
        (0, "eyeBlinkLeft"),
        (7, "eyeBlinkRight"),
        (15, "jawLeft"),
        (16, "jawRight"),
        (17, "jawOpen"),
        (18, "mouthClose"),
        (21, "mouthLeft"),
        (31, "mouthRollLower"),
        (43, "browInnerUp"),
        (51, "tongueOut"),
        (52, "head.x"),
        (81, "jaw.z"),
        (82, "headPosition.x"),
    ],
)
def test_channels_stand_in_wire_order(index: int, name: str) -> None:
    assert CHANNELS[index] == name
    assert INDEX[name] == index


def test_three_slices_cover_every_channel_once() -> None:
    slices = (WEIGHTS_SLICE, ROTATION_SLICE, POSITION_SLICE)
    covered = [name for part in slices for name in CHANNELS[part]]
    assert covered == list(CHANNELS)
    assert [len(CHANNELS[part]) for part in slices] == [52, 30, 3]
    assert len(set(CHANNELS)) == 85


def test_a_bone_stands_where_its_axes_stand() -> None:
    assert CHANNELS[bone_slice("leftEye")] == ("leftEye.x", "leftEye.y", "leftEye.z")


def test_pascal_is_unreals_spelling() -> None:
    assert pascal("jawOpen") == "JawOpen"
    assert pascal("eyeLookInLeft") == "EyeLookInLeft"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("eyeBlinkLeft", "eyeBlinkRight"),
        ("jawLeft", "jawRight"),
        ("mouthRight", "mouthLeft"),
        ("mouthLowerDownRight", "mouthLowerDownLeft"),
        ("leftShoulder.z", "rightShoulder.z"),
        ("jawOpen", "jawOpen"),
        ("headPosition.x", "headPosition.x"),
    ],
)
def test_opposite(name: str, other: str) -> None:
    assert opposite(name) == other
    assert opposite(other) == name


def test_mirroring_twice_changes_nothing() -> None:
    vector = ramp().vector
    assert not np.array_equal(mirrored(vector), vector)
    np.testing.assert_array_equal(mirrored(mirrored(vector)), vector)


def test_a_wink_changes_its_side() -> None:
    seen = mirrored(face(eyeBlinkLeft=1.0).vector)
    np.testing.assert_array_equal(seen, face(eyeBlinkRight=1.0).vector)


def test_a_head_in_a_mirror_turns_and_tilts_the_other_way_and_nods_the_same() -> None:
    turned = face(head__x=0.1, head__y=0.2, head__z=0.3, headPosition__x=0.05)
    seen = mirrored(turned.vector)
    expected = face(head__x=0.1, head__y=-0.2, head__z=-0.3, headPosition__x=-0.05)
    np.testing.assert_array_equal(seen, expected.vector)

    def angles(vector: Vector) -> Triple:
        return yaw_pitch_roll(quaternion(*vector[bone_slice("head")].tolist()))

    yaw, pitch, roll = angles(turned.vector)
    np.testing.assert_allclose(angles(seen), (-yaw, pitch, -roll), atol=1e-7)


def test_a_look_to_one_side_becomes_a_look_to_the_other() -> None:
    left = face(eyeLookOutLeft=0.6, eyeLookInRight=0.6, leftEye__y=0.3, rightEye__y=0.3)
    right = face(
        eyeLookInLeft=0.6, eyeLookOutRight=0.6, leftEye__y=-0.3, rightEye__y=-0.3
    )
    np.testing.assert_array_equal(mirrored(left.vector), right.vector)


def test_sendable_leaves_a_good_vector_as_it_is() -> None:
    vector = ramp().vector
    np.testing.assert_array_equal(sendable(vector), vector)


def test_sendable_clamps_weights_only() -> None:
    sent = sendable(face(jawOpen=1.5, mouthClose=-0.5, head__y=-2.0).vector)
    np.testing.assert_array_equal(sent, face(jawOpen=1.0, head__y=-2.0).vector)


def test_sendable_knows_no_nan_and_no_infinity() -> None:
    frame = broken()
    sent = sendable(frame.vector)
    assert np.isfinite(sent).all()
    assert not sent[len(ARKIT) :].any()
    assert np.isnan(frame.vector).any(), "the frame itself must stay as it was"


def test_sendable_keeps_numbers_whose_square_is_too_large() -> None:
    far = face(headPosition__z=1e30).vector
    np.testing.assert_array_equal(sendable(far), far)


def test_unit_is_zero_to_one() -> None:
    given = np.array([np.nan, -1, 0, 0.5, 2, np.inf, -np.inf], dtype=np.float32)
    expected = [0, 0, 0, 0.5, 1, 1, 0]
    assert unit(given).tolist() == expected
    assert [unit_number(float(x)) for x in given] == expected
