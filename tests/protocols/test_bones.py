import numpy as np
import pytest

from protocols.bones import HEAD_CHAIN, REST_POSITIONS, bone_quaternions, head_turn
from protocols.channels import BONES
from protocols.rotation import IDENTITY, multiply, quaternion, rotation_vector

from .faces import face


def test_every_bone_is_its_own_rotation_vector() -> None:
    bones = bone_quaternions(face(leftEye__y=0.2, jaw__x=0.3).vector)
    assert len(bones) == len(BONES)
    assert bones[BONES.index("leftEye")] == pytest.approx(quaternion(0, 0.2, 0))
    assert bones[BONES.index("jaw")] == pytest.approx(quaternion(0.3, 0, 0))
    assert bones[BONES.index("head")] == IDENTITY


def test_turns_about_one_axis_add_up_along_the_chain() -> None:
    turned = {f"{bone}.y": 0.1 for bone in HEAD_CHAIN}
    total = head_turn(bone_quaternions(face(also=turned).vector))
    np.testing.assert_allclose(rotation_vector(total), (0.0, 0.5, 0.0), atol=1e-6)


def test_the_neck_turns_before_the_head_does() -> None:
    frame = face(neck__y=0.5, head__x=0.3)
    total = head_turn(bone_quaternions(frame.vector))
    expected = multiply(quaternion(0, 0.5, 0), quaternion(0.3, 0, 0))
    np.testing.assert_allclose(total, expected, atol=1e-7)


def test_eyes_shoulders_and_jaw_do_not_turn_the_head() -> None:
    others = [bone for bone in BONES if bone not in HEAD_CHAIN]
    frame = face(also={f"{bone}.y": 0.3 for bone in others})
    assert head_turn(bone_quaternions(frame.vector)) == pytest.approx(IDENTITY)


def test_every_bone_has_a_place_and_the_left_is_left() -> None:
    assert set(REST_POSITIONS) == set(BONES)
    for left, right in (("leftEye", "rightEye"), ("leftShoulder", "rightShoulder")):
        x, y, z = REST_POSITIONS[left]
        assert x > 0.0
        assert REST_POSITIONS[right] == (-x, y, z)
