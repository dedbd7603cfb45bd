from __future__ import annotations

import math

import numpy as np
import pytest

from bridge.animate.facing import as_seen
from protocols.bones import bone_quaternions, head_turn
from protocols.channels import CHANNELS, POSITION_SLICE, Vector, bone_slice
from protocols.rotation import rotation_vector


def placed(place: tuple[float, float, float], **bones: tuple[float, ...]) -> Vector:
    out = np.zeros(len(CHANNELS), dtype=np.float32)
    out[POSITION_SLICE] = place
    for bone, turn in bones.items():
        out[bone_slice(bone)] = turn
    return out


def whole(vector: Vector) -> list[float]:
    return list(rotation_vector(head_turn(bone_quaternions(vector))))


def test_a_face_that_looks_at_the_camera_looks_ahead() -> None:
    # The actor is 0.3 m beside the camera's axis.
    angle = math.atan2(-0.3, 0.6)
    found = as_seen(placed((0.3, 0.0, -0.6), head=(0.0, angle, 0.0)))
    np.testing.assert_allclose(whole(found), 0.0, atol=1e-6)
    assert not found[POSITION_SLICE].any()


def test_the_turn_of_the_whole_chain_counts() -> None:
    share = 0.25 * math.atan2(0.2, 0.5)
    bones = dict.fromkeys(("spine", "chest", "neck", "head"), (share, 0.0, 0.0))
    found = as_seen(placed((0.0, 0.2, -0.5), **bones))
    np.testing.assert_allclose(whole(found), 0.0, atol=1e-6)
    np.testing.assert_allclose(found[bone_slice("chest")], (share, 0.0, 0.0))


def test_a_turn_relative_to_the_camera_is_kept() -> None:
    angle = math.atan2(-0.3, 0.6)
    found = as_seen(placed((0.3, 0.0, -0.6), head=(0.0, angle + 0.2, 0.0)))
    assert whole(found)[1] == pytest.approx(0.2, abs=1e-6)


def test_without_a_position_nothing_changes() -> None:
    vector = placed((0.0, 0.0, 0.0), head=(0.1, 0.2, 0.3))
    np.testing.assert_array_equal(as_seen(vector), vector)
